import { expect, test } from 'vitest';
import { buildCommand } from '../../src/app/build/arguments.ts';

test.each([
  ['a context alone', { context: '/app' }, ['/app']],
  [
    'a Dockerfile in the context',
    { context: '/app', dockerfile: 'web.Dockerfile' },
    ['--file', '/app/web.Dockerfile', '/app'],
  ],
  [
    'a Dockerfile elsewhere',
    { context: '/app', dockerfile: '/other/Dockerfile' },
    ['--file', '/other/Dockerfile', '/app'],
  ],
  [
    'one of a repository',
    { context: 'https://example.org/a.git', dockerfile: 'D' },
    ['--file', 'D', 'https://example.org/a.git'],
  ],
  [
    'arguments, one from the environment',
    { context: '/a', args: { X: '1', Y: null } },
    ['--build-arg', 'X=1', '--build-arg', 'Y', '/a'],
  ],
  [
    'a target without cache',
    { context: '/a', target: 'prod', no_cache: true, pull: true },
    ['--target', 'prod', '--no-cache', '--pull', '/a'],
  ],
  [
    'limits',
    { context: '/a', ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 } },
    ['--ulimit', 'nofile=1:2', '--ulimit', 'nproc=3', '/a'],
  ],
  ['more names', { context: '/a', tags: ['shop/web:2'] }, ['--tag', 'shop/web:2', '/a']],
])('%s', (_name, build, rest) => {
  expect(buildCommand('shop/web', build, undefined)).toEqual({ argv: ['build', '--tag', 'shop/web', ...rest] });
});

test('a Dockerfile in the file itself is read from stdin, for the platform of the service', () => {
  expect(buildCommand('web', { context: '/a', dockerfile_inline: 'FROM scratch\n' }, 'linux/arm64')).toEqual({
    argv: ['build', '--tag', 'web', '--file', '-', '--platform', 'linux/arm64', '/a'],
    stdin: 'FROM scratch\n',
  });
});
