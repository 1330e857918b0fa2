import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli, workspace } from './run-cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { summary?: string; flags: Record<string, { description?: string; hidden?: boolean }> }>;
};
const COMMANDS = Object.keys(MANIFEST.commands).map((id) => id.replaceAll(':', ' '));
const HELP_CALLS = [[], ['--help'], ['-h'], ['help']];

describe('the root', () => {
  it.each(['--version', 'version', '-V'])('%s', async (flag) => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await runCli([flag])).toEqual({ exitCode: 0, stdout: `stowage ${version}\n`, stderr: '' });
  });

  it.each(HELP_CALLS)('lists every command for [%s]', async (...args) => {
    const { exitCode, stdout, stderr } = await runCli(args.filter((arg) => arg !== undefined));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe.each(COMMANDS)('%s', (command) => {
  it('explains itself with examples', async () => {
    const { exitCode, stdout } = await runCli([...command.split(' '), '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/EXAMPLES\n(.*\n)+.*\$ /);
    expect(stdout).toContain('--json');
    expect((await runCli(['help', ...command.split(' ')])).stdout).toBe(stdout);
  });

  it('has words for all its flags', () => {
    const { summary, flags } = MANIFEST.commands[command.replaceAll(' ', ':')] ?? { flags: {} };
    expect(summary).toMatch(/^[a-z]/);
    for (const [name, flag] of Object.entries(flags)) {
      if (!flag.hidden) expect(flag.description, name).toBeTruthy();
    }
  });

  it('refuses an unknown flag with 64', async () => {
    const { exitCode, stdout, stderr } = await runCli([...command.split(' '), '--nosuch-flag']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(/^error\[cli\/usage\]: .*\n {2}stowage /);
  });
});

describe('a command line that cannot be read', () => {
  it.each([
    [['plna'], 'cli/unknown-command', 'did you mean `plan`?'],
    [['frobnicate'], 'cli/unknown-command', 'stowage --help'],
    [['--strict', 'ps'], 'cli/unknown-option', 'write the command first'],
    [['hosts', '--jsn'], 'cli/usage', 'did you mean `--json`?'],
    [['hosts', '--engine', 'podman'], 'cli/usage', 'stowage hosts --help'],
    [['validate', 'web-1'], 'cli/usage', 'stowage validate --help'],
    [['hosts', '--host'], 'cli/usage', 'stowage hosts --help'],
    [['logs', '--tail', 'many'], 'cli/usage', 'stowage logs --help'],
    [['logs', '--since', 'yesterday'], 'cli/usage', '10m'],
    [['ps', '--env', 'nosuch'], 'settings/unknown-environment', 'environments'],
    [['autocomplete', 'tcsh'], 'cli/usage', 'stowage autocomplete --help'],
  ])('%j', async (args, code, fix) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: tmpdir() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toMatch(new RegExp(`^  fix  .*${fix.replace(/[?`.]/g, '\\$&')}`, 'm'));
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is a document on stdout with --json', async () => {
    const { exitCode, stdout } = await runCli(['hosts', '--jsno', '--json']);
    expect(exitCode).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: 64, diagnostics: [{ code: 'cli/usage' }] } });
  });
});

describe('colour', () => {
  const args = ['hosts', '--host', 'nosuch'];
  const ESCAPE = '\u001b[';

  it.each([
    ['none without a terminal', args, {}, false],
    ['FORCE_COLOR', args, { FORCE_COLOR: '1' }, true],
    ['NO_COLOR before FORCE_COLOR', args, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['--color', [...args, '--color'], {}, true],
    ['--color before NO_COLOR', [...args, '--color'], { NO_COLOR: '1' }, true],
    ['--no-color before FORCE_COLOR', [...args, '--no-color'], { FORCE_COLOR: '1' }, false],
  ])('%s', async (_, line, env, expected) => {
    expect((await runCli(line, { env })).stderr.includes(ESCAPE)).toBe(expected);
  });
});

describe('a piped stdout', () => {
  it('is not cut, however long', async () => {
    const { stdout } = await runCli(['autocomplete', 'fish']);
    expect(stdout.endsWith('\n')).toBe(true);
    const { stdout: json } = await runCli(['autocomplete', '--json']);
    expect(() => JSON.parse(json) as unknown).not.toThrow();
  });

  it('may be closed early', async () => {
    const child = spawn('bash', [
      '-c',
      `"$0" "$1" autocomplete fish | head -1`,
      process.execPath,
      join(ROOT, 'bin/run.cjs'),
    ]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });
});

describe('the code cache', () => {
  const home = join(tmpdir(), `stowage-cache-test-${process.pid}`);
  const directory = join(home, 'stowage', 'code');
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const run = () => runCli(['hosts', '--host', 'nosuch'], { env: { XDG_CACHE_HOME: home } });

  it('is written for its owner only, and gives the same answer', async () => {
    const first = await run();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).not.toEqual([]);
    expect(await run()).toEqual(first);
  });

  it('is not believed when others may write to it', async () => {
    rmSync(home, { recursive: true });
    mkdirSync(directory, { recursive: true, mode: 0o777 });
    const { chmodSync } = await import('node:fs');
    chmodSync(directory, 0o777);
    expect((await run()).exitCode).toBe(64);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('may be broken', async () => {
    rmSync(home, { recursive: true, force: true });
    await run();
    for (const name of readdirSync(directory)) {
      if (name.endsWith('.bin')) writeFileSync(join(directory, name), 'not compiled code');
    }
    expect((await run()).exitCode).toBe(64);
  });

  it('can be turned off', async () => {
    rmSync(home, { recursive: true, force: true });
    await runCli(['hosts', '--host', 'nosuch'], { env: { XDG_CACHE_HOME: home, STOWAGE_CACHE: '0' } });
    expect(existsSync(directory)).toBe(false);
  });
});

describe('init', () => {
  it('writes a file that it can read, and not over one that is there', async () => {
    const folder = workspace({ 'compose.yaml': 'services: {}\n' });
    try {
      const args = ['init', '--stack', 'shop', '--host', 'web-1=ssh://deploy@198.51.100.11'];
      expect((await runCli(args, { cwd: folder.path })).exitCode).toBe(0);
      const text = readFileSync(join(folder.path, 'stowage.yaml'), 'utf8');
      expect(text).toContain('stack: shop\n');
      expect(text).toContain('files: [compose.yaml]\n');
      const again = await runCli(args, { cwd: folder.path });
      expect(again.exitCode).toBe(64);
      expect(again.stderr).toContain('--force');
      expect((await runCli([...args, '--force', '--json'], { cwd: folder.path })).exitCode).toBe(0);
      expect((await runCli(['hosts', '--host', 'web1'], { cwd: folder.path })).stderr).toContain(
        'did you mean `web-1`?',
      );
    } finally {
      folder.remove();
    }
  });

  it('writes examples that are right when they are taken out of their comments', async () => {
    const folder = workspace({});
    try {
      await runCli(['init'], { cwd: folder.path });
      const path = join(folder.path, 'stowage.yaml');
      const text = readFileSync(path, 'utf8');
      const body = text.slice(text.indexOf('stack:')).replace(/^# (?=[a-z ]+:)/gm, '');
      writeFileSync(path, `${body.replace(/^#( {2,}\S.*)$/gm, '$1')}`);
      const { stderr } = await runCli(['hosts', '--env', 'production', '--host', 'nosuch'], { cwd: folder.path });
      expect(stderr).toContain('settings/unknown-host');
    } finally {
      folder.remove();
    }
  });
});

describe('an engine that is not there', () => {
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

  it('is a line of hosts, and 1', async () => {
    const { exitCode, stdout, stderr } = await runCli(['hosts'], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^HOST +STATUS +ADDRESS\nlocal +engine-down +unix:\/\/\/nonexistent\/docker.sock\n$/);
    expect(stderr).toContain('error[host/engine-down]');
  });

  it('is what ps and logs fail with', async () => {
    for (const command of ['ps', 'logs']) {
      const { exitCode, stdout, stderr } = await runCli([command], { env });
      expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 1, stdout: '' });
      expect(stderr).toContain('error[host/engine-down]');
      expect(stderr).not.toContain('nothing runs');
    }
  });
});
