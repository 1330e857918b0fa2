import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { redact } from '../../src/app/snapshot.ts';
import { hosts } from '../planner/build.ts';
import { runCli, workspace } from './run-cli.ts';

/** Each stands where one would be found; none may be seen again anywhere. */
const PLANTED = {
  'secret file': 'planted-in-a-secret-file',
  'config content': 'planted-in-a-config',
  'variable named PASSWORD': 'planted-in-password',
  'variable named API_KEY': 'planted-in-api-key',
  'variable named TOKEN': 'planted-in-token',
  'url with credentials': 'planted-in-url',
  'env file marked secret': 'planted-in-env-file',
  'variable marked secret': 'planted-in-marked-variable',
} as const;
/** On a command line the engine has to be told it: masked where people read. */
const ON_COMMAND_LINE = ['planted-on-a-command-line', 'planted-in-a-command-url'];

const COMPOSE = `
services:
  web:
    image: web:1
    command: [serve, --token, ${ON_COMMAND_LINE[0]}, "postgres://app:${ON_COMMAND_LINE[1]}@db/shop"]
    environment:
      DB_PASSWORD: ${PLANTED['variable named PASSWORD']}
      STRIPE_API_KEY: ${PLANTED['variable named API_KEY']}
      GITHUB_TOKEN: ${PLANTED['variable named TOKEN']}
      UPSTREAM: https://app:${PLANTED['url with credentials']}@example.org/
      LICENCE: ${PLANTED['variable marked secret']}
      PLAIN: seen
    env_file: [./plain.env, ./hidden.env]
    secrets: [key]
    configs: [motd]
    x-stowage: {secret-env: [LIC*], secret-env-files: [./hidden.env]}
secrets: {key: {file: ./key.txt}}
configs: {motd: {content: "${PLANTED['config content']}"}}
`;

describe('planted secrets', () => {
  const folder = workspace({
    'compose.yaml': COMPOSE,
    'stowage.yaml': 'stack: shop\nhosts: {a: ssh://a}\n',
    'key.txt': PLANTED['secret file'],
    'plain.env': 'COLOUR=blue\n',
    'hidden.env': `WHATEVER=${PLANTED['env file marked secret']}\n`,
    'fleet.json': JSON.stringify(redact(hosts('a'))),
  });
  afterAll(() => folder.remove());
  const plan = ['plan', '--against', 'fleet.json'];

  it.each([
    [[...plan, '--steps']],
    [[...plan, '--json']],
    [[...plan, '--format', 'markdown']],
    [[...plan, '--format', 'html']],
    [[...plan, '--render-script']],
    [[...plan, '--explain', 'web', '--explain', '3', '--explain', '4']],
    [[...plan, '--out', 'saved.plan']],
    [['show', 'saved.plan', '--steps']],
    [['validate', '--json']],
    [['config', '--desired']],
  ])('%j', async (args) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect(exitCode, stderr).toBe(0);
    const saved = args.includes('--out') ? readFileSync(join(folder.path, 'saved.plan'), 'utf8') : '';
    for (const [where, secret] of Object.entries(PLANTED)) expect(stdout + stderr + saved, where).not.toContain(secret);
    const isForPeople = !args.some((arg) => /^(--json|--render-script|--desired)$/.test(arg));
    for (const secret of isForPeople ? ON_COMMAND_LINE : []) expect(stdout + stderr).not.toContain(secret);
  });

  it('are told from what is none, and one on a command line is warned of', async () => {
    const { stdout, stderr } = await runCli([...plan, '--json'], { cwd: folder.path });
    expect(stdout).toContain('"value": "seen"');
    expect(stdout).toContain('"value": "blue"');
    expect(stderr).toContain('warning[compile/secret-in-command]');
  });
});
