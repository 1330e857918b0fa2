import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeLab } from './harness.ts';

interface Bad {
  readonly name: string;
  readonly code: string;
  readonly exitCode: number;
  readonly service?: string;
  readonly host?: string;
  readonly env?: (home: string) => Record<string, string>;
  readonly before?: 'stop the engine' | 'take the port';
}

/** Each runs through the real command, on a host that works but for this. */
const CASES: readonly Bad[] = [
  { name: 'a host that cannot be reached', code: 'host/unreachable', exitCode: 1, host: 'ssh://root@10.210.0.99' },
  {
    name: 'a key that the host does not accept',
    code: 'host/ssh-auth',
    exitCode: 1,
    host: 'ssh://nobody@10.210.0.11',
  },
  {
    name: 'a host whose key nobody has seen',
    code: 'host/ssh-host-key-unknown',
    exitCode: 1,
    host: 'ssh://host1',
    env: (home) => ({ STOWAGE_SSH_CONFIG: join(home, 'config-without-known-hosts') }),
  },
  { name: 'an engine that does not run', code: 'host/engine-down', exitCode: 1, before: 'stop the engine' },
  {
    name: 'an image that is nowhere',
    code: 'image/not-found',
    exitCode: 1,
    service: '{image: "10.210.0.1:5000/nosuch:1"}',
  },
  {
    name: 'a port that somebody else holds',
    code: 'placement/no-host',
    exitCode: 1,
    service: '{image: web:nocheck, ports: ["8099:8080"], x-stowage: {publish: host}}',
    before: 'take the port',
  },
];

describeLab('a run that cannot go well', (lab) => {
  const tool = '10.210.0.1:5000/tool:1';
  beforeAll(async () => {
    await lab.docker('host1', ['pull', '-q', tool]);
  });

  test.each(CASES)('$name: one clear error, and nothing is changed', async (bad) => {
    const { service = '{image: web:nocheck}', host = 'ssh://host1', env, before } = bad;
    const cwd = lab.workspace({
      'compose.yaml': `services: {web: ${service}}\n`,
      'stowage.yaml': `stack: bad\nhosts: {host1: "${host}"}\n`,
    });
    const config = `Host *\n  UserKnownHostsFile ${join(cwd, 'none')}\n  IdentityFile ${lab.env.key}\n`;
    writeFileSync(
      join(cwd, 'config-without-known-hosts'),
      `${config}Host host1\n  HostName 10.210.0.11\n  User root\n`,
    );
    if (before === 'take the port') {
      await lab.docker('host1', ['run', '-d', '--name', 'holder', '-p', '8099:80', tool]);
    }
    if (before === 'stop the engine') await lab.dockerd('host1', 'stop');
    try {
      const since = (await lab.onHost('host1', 'date', ['+%s.%N'])).trim();
      for (const command of [['plan'], ['apply', '--yes']]) {
        const result = await lab.cli(command, { cwd, ...(env && { env: env(cwd) }) });
        expect({ command, exitCode: result.exitCode }, result.all).toEqual({ command, exitCode: bad.exitCode });
        expect(result.stderr).toContain(`error[${bad.code}]`);
        expect(result.stderr.match(/^error\[/gm), result.stderr).toHaveLength(1);
        expect(result.stderr).toMatch(/^ {2}fix {2}\S/m);
        expect(result.stderr).not.toMatch(/internal\/bug|^\s+at /m);
      }
      if (before === 'stop the engine') return;
      const until = (await lab.onHost('host1', 'date', ['+%s.%N'])).trim();
      expect(await lab.docker('host1', ['events', '--since', since, '--until', until])).toBe('');
    } finally {
      if (before === 'stop the engine') await lab.dockerd('host1', 'start');
      if (before === 'take the port') await lab.docker('host1', ['rm', '-f', 'holder']);
    }
  });
});
