import { describe, expect, it } from 'vitest';
import { runCli, workspace } from './run-cli.ts';

const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

interface BadInput {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly code: string;
  /** Where it points, as printed. */
  readonly place: string;
  readonly args?: readonly string[];
}

const CASES: readonly BadInput[] = [
  {
    name: 'malformed YAML',
    files: { 'compose.yaml': 'services:\n  web:\n    image: "web:1\n' },
    code: 'yaml/syntax',
    place: 'compose.yaml:4:1\n    3 |     image: "web:1\n      | Missing closing',
  },
  {
    name: 'a tab as indent',
    files: { 'compose.yaml': 'services:\n\tweb: {image: a}\n' },
    code: 'yaml/syntax',
    place: 'compose.yaml:2:1',
  },
  {
    name: 'an unknown key',
    files: { 'compose.yaml': 'services:\n  web:\n    image: web:1\n    prots: ["80:80"]\n' },
    code: 'compose/unknown-key',
    place: 'compose.yaml:4:5',
  },
  {
    name: 'an undefined network',
    files: { 'compose.yaml': 'services:\n  web:\n    image: web:1\n    networks: [front]\n' },
    code: 'compose/undefined-network',
    place: 'compose.yaml:4:16',
  },
  {
    name: 'services that wait for each other',
    files: {
      'compose.yaml': 'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n',
    },
    code: 'compose/depends-on-cycle',
    place: 'compose.yaml:',
  },
  {
    name: 'a missing variable',
    files: { 'compose.yaml': 'services:\n  web:\n    image: ${IMAGE:?name an image}\n' },
    code: 'compose/required-variable',
    place: 'compose.yaml:3:12',
  },
  { name: 'an empty file', files: { 'compose.yaml': '' }, code: 'compose/empty', place: 'compose.yaml' },
  { name: 'nothing at all', files: {}, code: 'settings/no-input', place: 'stowage-test-' },
  {
    name: 'a file that is not there',
    files: {},
    args: ['-f', 'nosuch.yaml'],
    code: 'settings/no-such-file',
    place: 'nosuch.yaml',
  },
  {
    name: 'an unknown field of stowage.yaml',
    files: { 'stowage.yaml': 'stack: shop\nhost: {}\n', 'compose.yaml': 'services: {web: {image: a}}\n' },
    code: 'stowage-file/unknown-field',
    place: 'stowage.yaml:2:1',
  },
];

describe.each(CASES)('$name', ({ files, args = [], code, place }) => {
  it.each(['validate', 'plan', 'apply'])('%s says what, where and how to mend, with 64', async (command) => {
    const folder = workspace(files);
    try {
      const line = [command, ...args, ...(command === 'apply' ? ['--yes'] : [])];
      const { exitCode, stdout, stderr } = await runCli(line, { cwd: folder.path, env: NO_ENGINE });
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 64, stdout: '' });
      expect(stderr).toContain(`error[${code}]`);
      expect(stderr).toContain(place);
      expect(stderr).toMatch(/^ {2}fix {2}\S/m);
      expect(stderr).not.toMatch(/internal\/bug|^\s+at /m);
    } finally {
      folder.remove();
    }
  });
});

it('says nothing of an engine when the input is wrong', async () => {
  const folder = workspace({ 'compose.yaml': 'services: []\n' });
  try {
    expect((await runCli(['plan'], { cwd: folder.path, env: NO_ENGINE })).stderr).not.toContain('host/');
  } finally {
    folder.remove();
  }
});

it('reads stdin, with excerpts of it', async () => {
  const { exitCode, stderr } = await runCli(['validate', '-f', '-'], { input: 'services: {web: {imag: a}}\n' });
  expect(exitCode).toBe(64);
  expect(stderr).toContain('  stdin:1:18  services.web.imag\n    1 | services: {web: {imag: a}}\n');
});
