import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { ciSystem, fold, isCi } from '../../src/render/ci.ts';
import { codeQualityReport } from '../../src/render/code-quality.ts';
import { createProgress } from '../../src/render/progress.ts';
import { PLAIN } from '../../src/render/terminal.ts';

describe('a pipeline', () => {
  it.each([
    [{ GITHUB_ACTIONS: 'true', CI: 'true' }, 'github', true],
    [{ GITLAB_CI: 'true', CI: 'true' }, 'gitlab', true],
    [{ CI: '1' }, undefined, true],
    [{ CI: 'false' }, undefined, false],
    [{}, undefined, false],
  ])('%j', (env, system, ci) => {
    expect(ciSystem(env)).toBe(system);
    expect(isCi(env)).toBe(ci);
  });

  it('folds parts of its log in the words of the system', () => {
    const github = fold('github', 'steps', '3 steps', 0);
    expect(github.open + github.close(0)).toBe('::group::3 steps\n::endgroup::\n');
    const gitlab = fold('gitlab', 'steps', '3 steps', 1_700_000_000_500);
    expect(gitlab.open).toBe('\u001b[0Ksection_start:1700000000:steps[collapsed=true]\r\u001b[0K3 steps\n');
    expect(gitlab.close(1_700_000_009_000)).toBe('\u001b[0Ksection_end:1700000009:steps\r\u001b[0K\n');
    const plain = fold(undefined, 'steps', '3 steps', 0);
    expect(plain.open + plain.close(0)).toBe('');
  });

  it('has the steps of a run folded', async () => {
    let log = '';
    const write = (text: string) => {
      log += text;
      return true;
    };
    const stream = { write } as unknown as NodeJS.WriteStream;
    const terminal = { isTerminal: false, width: Number.POSITIVE_INFINITY, style: PLAIN };
    const progress = await createProgress({ steps: [], terminal, stream, env: { GITHUB_ACTIONS: 'true' } });
    progress.note('one line\n');
    await progress.finish();
    expect(log).toBe('::group::0 steps\none line\n::endgroup::\n');
  });
});

describe('a code quality report', () => {
  const finding: Diagnostic = {
    severity: 'error',
    code: 'compose/unknown-key',
    message: 'a key is unknown',
    position: { file: '/repo/compose.yaml', line: 4, column: 5 },
    path: 'services.web.prots',
    fix: 'write ports',
  };

  it('has place, severity and a fingerprint of its own for each finding', () => {
    const report = JSON.parse(
      codeQualityReport([finding, finding, { ...finding, severity: 'note' }], '/repo', 'x'),
    ) as {
      fingerprint: string;
    }[];
    expect(report[0]).toEqual({
      description: 'a key is unknown; services.web.prots; fix: write ports',
      check_name: 'compose/unknown-key',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: 'critical',
      location: { path: 'compose.yaml', lines: { begin: 4 } },
    });
    expect(new Set(report.map((r) => r.fingerprint)).size).toBe(3);
  });

  it('stays the same when lines move', () => {
    const moved = { ...finding, position: { file: '/repo/compose.yaml', line: 9, column: 5 } };
    const prints = [finding, moved].map((d) => JSON.parse(codeQualityReport([d], '/repo', 'x'))[0].fingerprint);
    expect(prints[0]).toBe(prints[1]);
  });

  it('has a place for what has none', () => {
    const { position: _, ...nowhere } = finding;
    expect(JSON.parse(codeQualityReport([nowhere], '/repo', 'stowage.yaml'))[0].location).toEqual({
      path: 'stowage.yaml',
      lines: { begin: 1 },
    });
  });
});
