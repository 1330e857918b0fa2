import { expect, it } from 'vitest';
import { githubAnnotations } from '../../src/render/annotations.ts';

it('points to file, line and column', () => {
  const text = githubAnnotations(
    [
      {
        severity: 'error',
        code: 'compose/unknown-key',
        message: 'no such key here',
        position: { file: '/repo/a,b.yaml', line: 3, column: 5 },
        path: 'services.web.imag',
        fix: 'did you mean `image`?',
      },
      { severity: 'warning', code: 'host/slow', message: '50% late', where: 'host web-1' },
      { severity: 'note', code: 'a/b', message: 'from stdin', position: { file: '-', line: 1, column: 1 } },
    ],
    '/repo',
  );
  expect(text).toBe(
    '::error file=a%2Cb.yaml,line=3,col=5,title=compose/unknown-key::no such key here%0Aservices.web.imag%0Afix: did you mean `image`?\n' +
      '::warning title=host/slow::50%25 late%0Ahost web-1\n' +
      '::notice title=a/b::from stdin\n',
  );
});
