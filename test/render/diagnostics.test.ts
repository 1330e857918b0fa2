import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { renderDiagnostics } from '../../src/render/diagnostics.ts';

const TEXT = 'services:\n  web:\n    image: "nginx:1.29"\n    environment: { DB_PASSWORD: hunter2 }\n\tx: y\n';

const render = (parts: Partial<Diagnostic>, width?: number) =>
  renderDiagnostics([{ severity: 'error', code: 'compose/some-code', message: 'something is wrong', ...parts }], {
    cwd: '/project',
    readText: (path) => (path === '/project/compose.yaml' || path === '/project/.env' ? TEXT : undefined),
    ...(width && { width }),
  });
const at = (line: number, column: number, length?: number) => ({ file: '/project/compose.yaml', line, column, length });

describe('a diagnostic', () => {
  it('says what, where, why and how to mend', () => {
    const text = render({
      position: at(3, 12, 12),
      path: 'services.web.image',
      detail: 'nginx:1.29',
      why: 'it is not there',
      fix: 'write another',
      see: 'compose-spec 05-services.md, image',
      related: [{ position: at(2, 3), message: 'the service' }],
    });
    expect(text).toBe(`error[compose/some-code]: something is wrong
  compose.yaml:3:12  services.web.image
    3 |     image: "nginx:1.29"
      |            ^^^^^^^^^^^^ nginx:1.29
  why  it is not there
  fix  write another
  see  compose-spec 05-services.md, image
  also compose.yaml:2:3 the service
`);
  });

  it('names a host or a step where there is no file', () => {
    expect(render({ where: 'host web-2 (ssh://web-2)', detail: 'port 22' })).toBe(
      'error[compose/some-code]: something is wrong\n  host web-2 (ssh://web-2)\n  what port 22\n',
    );
  });

  it('shows the container’s last words as they are, without what steers a terminal', () => {
    const evidence = [{ title: 'last log lines', lines: ['starting', 'pa\u001b[31mnic'] }];
    expect(render({ evidence })).toContain('  last log lines\n    | starting\n    | pa·[31mnic\n');
  });

  it('masks the value of a key that reads like a secret', () => {
    expect(render({ position: at(4, 20) })).not.toContain('hunter2');
  });

  it('shows no line of a file of variables', () => {
    expect(render({ position: { ...at(3, 1), file: '/project/.env' } })).toBe(
      'error[compose/some-code]: something is wrong\n  .env:3:1\n',
    );
  });

  it('underlines the word when nobody said how much', () => {
    expect(render({ position: at(3, 5) })).toContain('      |     ^^^^^\n');
  });

  it.each([
    ['a line that is not there', at(99, 1)],
    ['a file that cannot be read', { file: '/elsewhere/x.yaml', line: 1, column: 1 }],
  ])('does without the excerpt for %s', (_, position) => {
    expect(render({ position, detail: 'the culprit' })).toContain('  what the culprit\n');
  });

  it('points into a line with tabs at the right column', () => {
    expect(render({ position: at(5, 2, 1) })).toContain('    5 |  x: y\n      |  ^\n');
  });

  it('wraps at the width of the terminal and never without one', () => {
    const why = 'one two three four five six seven eight nine ten';
    expect(render({ why }, 40)).toContain('  why  one two three four five six seven\n       eight nine ten\n');
    expect(render({ why })).toContain(`  why  ${why}\n`);
  });
});
