import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/planner/plan.ts';
import { renderPlanHtml } from '../../src/render/plan/html/page.ts';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.ts';
import { renderPlanScript } from '../../src/render/plan/script/script.ts';
import { differenceLines } from '../../src/render/plan/values.ts';
import { renderPlan } from '../../src/render/plan.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { hosts, service, stack } from '../planner/build.ts';
import { simulate } from '../planner/simulate.ts';
import { samplePlan } from './sample-plan.ts';

const OPTIONS = { toolVersion: '1.2.3', images: {} };
const TERMINAL = { style: PLAIN };

function planned(image: string, live = hosts('a')): Plan {
  const result = plan(stack([service('web', { replicas: 2, image })]), live, OPTIONS);
  if (!result.ok) throw new Error('cannot be planned');
  return result.plan;
}

const created = planned('web:1');
const live = simulate(hosts('a'), created.steps);
const changed = planned('web:2', live);

describe('a plan as text', () => {
  it('names the change once for all replicas that share it', () => {
    const text = renderPlan(changed, TERMINAL);
    expect(text).toContain(`Stack shop on a

web
  ± web.1  a  replace  image changed web:1 → web:2
  ± web.2  a  replace  image changed web:1 → web:2
      image  web:1 → web:2  (needs a new one)
`);
    expect(text).toContain('  ✓ web never below 2 of 2 ready');
    expect(text).toContain(`\nPlan: 2 to replace; ${changed.steps.length} steps on 1 host.\n`);
  });

  it('says when there is nothing to do', () => {
    expect(renderPlan(planned('web:1', live), TERMINAL)).toContain('No changes. What is live is what the files say.');
  });

  it('puts what loses data on top', () => {
    const lost: Change = {
      action: 'delete',
      kind: 'volume',
      resource: 'data',
      host: 'a',
      differences: [],
      cause: 'named for removal',
      destructive: true,
    };
    const text = renderPlan({ ...changed, changes: [...changed.changes, lost] }, TERMINAL);
    expect(text.indexOf('Data will be lost')).toBeLessThan(text.indexOf('web.1'));
  });
});

describe('a plan for a pull request', () => {
  it('has the summary in sight and the differences folded', () => {
    const text = renderPlanMarkdown(changed);
    expect(text).toContain('**Plan: 2 to replace');
    expect(text).toContain('<details><summary><b>web</b>: 2 changes</summary>');
    expect(text).toContain('! image: web:1 → web:2');
  });

  it('fits the limit of a comment, and says what it left out', () => {
    const text = renderPlanMarkdown(changed, 700);
    expect(text.length).toBeLessThanOrEqual(700);
    expect(text).toContain('left out here');
  });
});

describe('a plan as a page', () => {
  it('is self-contained and escapes what it shows', () => {
    const nasty = { ...changed, stack: '<script>alert(1)</script>' };
    const page = renderPlanHtml(nasty);
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/src=|href="(?!#)|@import|url\(/);
    expect(page).toContain('&lt;script&gt;');
  });
});

describe('a plan as a script', () => {
  it('has the docker command of every step, in order', () => {
    const script = renderPlanScript(created);
    expect(script).toMatch(/^#!\/bin\/sh\n/);
    const verbs = [...script.matchAll(/^on a (\S+(?: create)?)/gm)].map(([, verb]) => verb);
    expect(verbs.filter((v) => v === 'create')).toHaveLength(2);
    expect(verbs.filter((v) => v === 'start')).toHaveLength(2);
    expect(verbs.indexOf('network create')).toBeLessThan(verbs.indexOf('create'));
  });
});

describe('a difference', () => {
  it.each([
    ['short values', { from: 'a', to: 'b' }, [' a → b']],
    ['a value that was not set', { to: 'b' }, [' (not set) → b']],
    ['a variable', { from: { value: 'info' }, to: { value: 'debug' } }, [' "info" → "debug"']],
    [
      'a secret shows its digest only',
      { from: { digest: `sha256:${'a'.repeat(64)}` }, to: { digest: `sha256:${'b'.repeat(64)}` } },
      [' (secret aaaaaaaa) → (secret bbbbbbbb)'],
    ],
    ['entries of a list', { from: ['x', 'y'], to: ['y', 'z'] }, ['-x', '+z']],
    ['lines of a text', { from: 'a\nb\nc', to: 'a\nB\nc' }, ['=a', '-b', '+B', '=c']],
    ['entries of a map', { from: { a: 1, b: 2 }, to: { a: 1, b: 3 } }, ['-b: 2', '+b: 3']],
    ['a variable of several lines', { to: { value: 'x\ny' } }, ['+x', '+y']],
    [
      'a long text, with what stands around its change',
      { from: 'a\nb\nc\nd\ne\nf\ng', to: 'a\nb\nc\nd\ne\nf\nG' },
      ['@4 lines as they were', '=e', '=f', '-g', '+G'],
    ],
    [
      'a config',
      {
        from: [{ target: '/etc/a', digest: `sha256:${'a'.repeat(64)}`, secret: false }],
        to: [{ target: '/etc/a', digest: `sha256:${'b'.repeat(64)}`, secret: false }],
      },
      ['-/etc/a (config aaaaaaaa)', '+/etc/a (config bbbbbbbb)'],
    ],
  ])('%s', (_name, difference, expected) => {
    expect(differenceLines(difference).map(({ sign, text }) => `${sign}${text}`)).toEqual(expected);
  });
});

describe('a plan on a narrow terminal', () => {
  const lines = renderPlan(samplePlan(), { style: PLAIN, width: 60 }, { showSteps: true }).split('\n');

  it('keeps to its width, save where a word is longer', () => {
    const over = lines.filter((line) => line.length > 60 && !/\S{30}/.test(line));
    expect(over).toEqual([]);
  });

  it('says what is lost first, and how long what is down', () => {
    expect(lines.indexOf('Data will be lost')).toBe(2);
    expect(lines.join('\n')).toMatch(/\nDowntime: db about \d+ s \(at most 1 min \d+ s\)\.\n/);
  });

  it('loses no word of the wide one', () => {
    const words = (text: string) => [...new Set(text.replaceAll(/\s+/g, ' ').split(' '))].sort();
    const wide = renderPlan(samplePlan(), TERMINAL, { showSteps: true });
    const narrow = words(lines.join('\n'));
    expect(words(wide).filter((word) => !narrow.includes(word) && word.length < 40)).toEqual([]);
  });
});
