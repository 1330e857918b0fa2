import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { HostAddress, HostEntry } from '../../src/model/inventory.ts';
import { bundled } from './harness/driver.ts';
import { describeLab, type Lab } from './harness.ts';
import type { DriverInput, DriverOutput } from './transport/driver.ts';

const DRIVER = await bundled(new URL('./transport/driver.ts', import.meta.url));

type Env = Readonly<Record<string, string>>;
type SshOptions = Partial<Extract<HostAddress, { type: 'ssh' }>>;

/** A driver process in the operator's network; `interfere` runs once it has written `ready` to stderr. */
function driver(lab: Lab) {
  return async (input: DriverInput, env: Env = {}, interfere?: () => Promise<unknown>): Promise<DriverOutput> => {
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = [...settings, process.execPath, DRIVER, JSON.stringify(input)];
    const running = lab.start('env', command);
    if (interfere) {
      await running.waitForOutput(/ready/);
      await interfere();
    }
    const done = await running.done;
    expect(done.exitCode, done.all).toBe(0);
    return JSON.parse(done.stdout) as DriverOutput;
  };
}

function ssh(name: string, host: string, more: SshOptions = {}): HostEntry {
  return { name, address: { type: 'ssh', host, user: 'deploy', ...more }, labels: {}, taints: [] };
}

describeLab('connecting', (lab) => {
  const drive = driver(lab);
  const first = async (input: DriverInput, env?: Env) => {
    const output = await drive(input, env);
    return { ...Object.values(output.hosts)[0], notices: output.notices, questions: output.questions };
  };
  const all = () => lab.hosts.map(({ name, address }) => ssh(name, address));
  const one = (more: SshOptions = {}, name = 'host1') => [ssh(name, lab.host(name).address, more)];
  const logins = () => lab.hosts.map(({ name }) => lab.sshLogins(name));
  const config = (text: string) => ({
    STOWAGE_SSH_CONFIG: join(
      lab.workspace({ config: `${text}\n${readFileSync(lab.env.sshConfig, 'utf8')}` }),
      'config',
    ),
  });
  const knownHosts = (text: string) => config(`UserKnownHostsFile ${join(lab.workspace({ known: text }), 'known')}`);

  beforeAll(async () => {
    await Promise.all(lab.hosts.map(({ name }) => lab.docker(name, ['pull', '-q', 'tool:1'])));
    await lab.docker('host1', ['run', '-d', '--name', 'tool', 'tool:1']);
  });

  /** A second sshd on a host, with other settings. */
  async function extraSshd(host: string, port: number, settings: readonly string[]): Promise<void> {
    const options = settings.flatMap((setting) => ['-o', setting]);
    const args = [
      '-p',
      String(port),
      '-E',
      `/var/log/sshd-${port}.log`,
      '-o',
      `PidFile=/run/sshd-${port}.pid`,
      ...options,
    ];
    await lab.onHost(host, '/usr/sbin/sshd', args);
  }

  describe('over SSH', () => {
    test('one login per host, however many calls, commands and files', async () => {
      const before = logins();
      const actions: DriverInput['actions'] = [
        ['name'],
        ['calls', 200],
        ['shell', ['echo', "it's $HOME", '*']],
        ['shell', ['sh', '-c', 'cat; echo oops >&2; exit 3'], 'in'],
      ];
      const { hosts } = await drive({ entries: all(), actions });
      for (const [name, { results }] of Object.entries(hosts)) {
        expect(results?.map(({ value, error }) => error ?? value)).toEqual([
          name,
          200,
          { exitCode: 0, stdout: "it's $HOME *\n", stderr: '' },
          { exitCode: 3, stdout: 'in', stderr: 'oops\n' },
        ]);
      }
      expect(logins()).toEqual(before.map((count) => count + 1));
    });

    test('commands in containers, archives and dockerode go over the same connection', async () => {
      const before = lab.sshLogins('host1');
      const { results } = await first({
        entries: one(),
        actions: [
          ['exec', 'tool', ['/bin/busybox', 'sh', '-c', 'cat; echo err >&2; exit 7'], 'abc'.repeat(30_000)],
          ['archive', 'tool', 5_000_000],
          ['dockerode', 'tool'],
          ['exec', 'tool', ['/nonsense']],
          ['exec', 'nobody', ['/bin/true']],
        ],
      });
      expect(results?.[0]?.value).toEqual({ exitCode: 7, stdout: 'abc'.repeat(30_000), stderr: 'err\n' });
      expect(results?.[1]?.value).toBe(5_000_000);
      expect(results?.[2]?.value).toBe('/tool');
      expect(results?.[3]).toSatisfy(
        (r) => r.value?.exitCode === 126 || r.value?.exitCode === 127 || r.error?.code === 'engine/400',
      );
      expect(results?.[4]?.error).toMatchObject({ code: 'engine/404', outcomeUnknown: false });
      expect(lab.sshLogins('host1')).toBe(before + 1);
    });

    test('names of ~/.ssh/config work, and a proxy command', async () => {
      const jump = `Host proxied\n  HostName ${lab.host('host2').privateAddress}\n  ProxyCommand ssh -F ${lab.env.sshConfig} -W %h:%p bastion`;
      const { hosts } = await drive({ entries: [ssh('host1', 'host1'), ssh('host2', 'proxied')] }, config(jump));
      expect(hosts.host1?.results?.[0]?.value).toBe('host1');
      expect(hosts.host2?.results?.[0]?.value).toBe('host2');
    });

    test('the configuration is read without an ssh command too', async () => {
      const home = lab.env.home;
      const { results } = await first({ entries: [ssh('host1', 'host1')] }, { PATH: '/nonexistent', HOME: home });
      expect(results?.[0]?.value).toBe('host1');
    });

    test('all hosts behind a bastion share one login there', async () => {
      const before = [lab.sshLogins('bastion'), ...logins()];
      const entries = lab.hosts.map(({ name, privateAddress }) =>
        ssh(name, privateAddress, { jump: ['root@10.210.0.2'] }),
      );
      const { hosts } = await drive({ entries, actions: [['name'], ['calls', 50]] });
      expect(
        Object.values(hosts)
          .map(({ results }) => results?.[0]?.value)
          .sort(),
      ).toEqual(['host1', 'host2', 'host3']);
      expect([lab.sshLogins('bastion'), ...logins()]).toEqual(before.map((count) => count + 1));
    });

    test('a bastion that cannot reach the host says so', async () => {
      const { error } = await first({ entries: [ssh('host1', '10.210.1.99', { jump: ['root@10.210.0.2'] })] });
      expect(error).toMatchObject({ code: 'host/jump-failed', detail: 'root@10.210.0.2 → 10.210.1.99 port 22' });
      const refused = await first({ entries: [ssh('host1', '10.210.1.11', { port: 81, jump: ['root@10.210.0.2'] })] });
      expect(refused.error).toMatchObject({ code: 'host/jump-failed', why: expect.stringMatching(/refused/) });
    });

    test('a bastion that cannot be logged in to is the failure of each host behind it, in its own name', async () => {
      const jump = ['guest2@10.210.0.2'];
      const entries = lab.hosts.map(({ name, privateAddress }) => ssh(name, privateAddress, { jump }));
      const { hosts } = await drive({ entries });
      for (const { name, privateAddress } of lab.hosts) {
        expect(hosts[name]?.error).toMatchObject({
          code: 'host/ssh-auth',
          where: `host ${name} (ssh://deploy@${privateAddress})`,
          detail: 'jump host guest2@10.210.0.2, guest2@10.210.0.2',
        });
      }
    });

    test('a bastion that drops everybody is gone through again', async () => {
      const entries = lab.hosts.map(({ name, privateAddress }) =>
        ssh(name, privateAddress, { jump: ['root@10.210.0.2'] }),
      );
      const actions: DriverInput['actions'] = [['say', 'ready'], ['follow'], ['reconnect', 20_000], ['name']];
      const { hosts } = await drive({ entries, actions }, {}, async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await lab.sshd('bastion', 'drop');
      });
      for (const { name } of lab.hosts) {
        const [, followed, reconnected, named] = hosts[name]?.results ?? [];
        expect(followed?.error?.code).toBe('host/connection-lost');
        expect([reconnected?.value, named?.value]).toEqual([true, name]);
      }
    });

    test('where forwarding is forbidden, docker system dial-stdio carries the calls', async () => {
      await extraSshd('host1', 2201, ['AllowTcpForwarding=no']);
      const known = { port: 2201 };
      const { results, notices } = await first({
        entries: one(known),
        acceptNew: true,
        actions: [['name'], ['calls', 60], ['shell', ['id', '-un']]],
      });
      expect(results?.map(({ value }) => value)).toEqual([
        'host1',
        60,
        { exitCode: 0, stdout: 'deploy\n', stderr: '' },
      ]);
      expect(notices).toContain('host1 host/forwarding-forbidden');
    });

    test('where neither works, both are named', async () => {
      await extraSshd('host1', 2202, ['AllowTcpForwarding=no', 'ForceCommand=/bin/false']);
      const { error } = await first({ entries: one({ port: 2202 }), acceptNew: true });
      expect(error).toMatchObject({
        code: 'host/forwarding-forbidden',
        fix: expect.stringMatching(/AllowStreamLocalForwarding/),
      });
    });

    test('calls end at their time limit or when stopped, and the connection goes on', async () => {
      await lab.docker('host1', ['run', '-d', '--name', 'slower', 'web:stubborn']);
      const { results } = await first({
        entries: one(),
        actions: [
          ['post', '/containers/slower/stop', { t: '4' }, 500],
          ['post', '/containers/slower/wait', {}, 500],
          ['abort', '/events', 300],
          ['shellFor', ['sleep', '10'], 500],
          ['name'],
        ],
      });
      expect(results?.[0]?.error).toMatchObject({ code: 'host/timeout', outcomeUnknown: true });
      expect(results?.[1]?.error).toMatchObject({ code: 'host/timeout' });
      expect(results?.[2]?.error).toMatchObject({ code: 'host/aborted', outcomeUnknown: false });
      expect(results?.[3]?.error).toMatchObject({ code: 'host/timeout', outcomeUnknown: true });
      expect(results?.every(({ ms }) => ms < 3_000)).toBe(true);
      expect(results?.[4]?.value).toBe('host1');
    });

    test('a slow line costs no more than its round trips', async () => {
      await lab.delay('host3', 25);
      const { results } = await first({ entries: one({}, 'host3'), actions: [['name'], ['calls', 50], ['name']] });
      await lab.heal('host3');
      expect(results?.[1]?.ms).toBeLessThan(2_000);
      expect(results?.[2]?.ms).toBeLessThan(400);
    });

    test('a busy sshd that drops connections is tried again', async () => {
      await extraSshd('host1', 2203, ['MaxStartups=1:90:2']);
      const entries = Array.from({ length: 6 }, (_, i) => ssh(`h${i}`, lab.host('host1').address, { port: 2203 }));
      const { hosts } = await drive({ entries, acceptNew: true });
      expect(
        Object.values(hosts).filter(({ results }) => results?.[0]?.value === 'host1').length,
      ).toBeGreaterThanOrEqual(5);
    });
  });

  describe.concurrent('host keys', () => {
    test('an unknown key is refused with its fingerprint, and --accept-new writes it down', async () => {
      const env = knownHosts('');
      const file = /UserKnownHostsFile (\S+)/.exec(readFileSync(env.STOWAGE_SSH_CONFIG, 'utf8'))?.[1] ?? '';
      const refused = await first({ entries: one() }, env);
      expect(refused.error).toMatchObject({
        code: 'host/ssh-host-key-unknown',
        detail: expect.stringMatching(/^10\.210\.0\.11 shows ssh-ed25519 SHA256:[\w+/]{43}$/),
        fix: expect.stringMatching(/--accept-new/),
      });
      expect(readFileSync(file, 'utf8')).toBe('');
      const accepted = await first({ entries: one(), acceptNew: true }, env);
      expect(accepted).toMatchObject({ notices: ['host1 host/ssh-host-key-accepted'], results: [{ value: 'host1' }] });
      expect(readFileSync(file, 'utf8')).toMatch(/^10\.210\.0\.11 ssh-ed25519 \S+\n$/);
      expect(await first({ entries: one() }, env)).toMatchObject({ notices: [], results: [{ value: 'host1' }] });
      execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
      expect(readFileSync(file, 'utf8')).toMatch(/^\|1\|/);
      expect(await first({ entries: one() }, env)).toMatchObject({ results: [{ value: 'host1' }] });
    });

    test('a changed key is refused, also with --accept-new, and the line is named', async () => {
      const other = readFileSync(lab.env.knownHosts, 'utf8')
        .split('\n')
        .find((line) => line.includes('10.210.0.12'));
      const env = knownHosts(`# mine\n10.210.0.11 ${other?.split(' ').slice(1).join(' ')}\n`);
      const { error } = await first({ entries: one(), acceptNew: true }, env);
      expect(error).toMatchObject({
        code: 'host/ssh-host-key-changed',
        why: expect.stringMatching(/known:2 has another key/),
        fix: expect.stringMatching(/ssh-keygen -R '10\.210\.0\.11'/),
      });
    });

    test('a revoked key is refused', async () => {
      const line = readFileSync(lab.env.knownHosts, 'utf8')
        .split('\n')
        .find((text) => text.includes('10.210.0.11'));
      const { error } = await first(
        { entries: one() },
        knownHosts(`@revoked * ${line?.split(' ').slice(1).join(' ')}\n${line}\n`),
      );
      expect(error?.code).toBe('host/ssh-host-key-revoked');
    });
  });

  describe.concurrent('logging in', () => {
    const keyFile = (passphrase?: string) => {
      const file = join(lab.workspace({ placeholder: '' }), 'key');
      copyFileSync(lab.env.key, file);
      execFileSync('chmod', ['600', file]);
      if (passphrase !== undefined)
        execFileSync('ssh-keygen', ['-p', '-q', '-N', passphrase, '-f', file], { stdio: 'ignore' });
      return file;
    };

    test('a wrong key is refused, naming what was offered', async () => {
      const file = join(lab.workspace({ placeholder: '' }), 'other');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
      const { error } = await first({ entries: one({ identityFile: file }) });
      expect(error).toMatchObject({
        code: 'host/ssh-auth',
        detail: 'deploy@10.210.0.11',
        where: 'host host1 (ssh://deploy@10.210.0.11)',
        why: expect.stringMatching(new RegExp(`takes publickey.*refused ${file}`)),
        fix: expect.stringMatching(/authorized_keys/),
      });
    });

    test('without any key, the fix says how to name one', async () => {
      const { error } = await first({ entries: one({ identityFile: '/nonexistent' }) });
      expect(error).toMatchObject({
        code: 'host/ssh-auth',
        why: expect.stringMatching(/no key could be offered/),
        fix: expect.stringMatching(/identity: under the host/),
      });
    });

    test('an encrypted key is asked for once for all hosts; a wrong answer is asked again', async () => {
      const identityFile = keyFile('open sesame');
      const entries = lab.hosts.map(({ name, address }) => ssh(name, address, { identityFile }));
      const { hosts, questions } = await drive({ entries, passphrases: ['wrong', 'open sesame'] });
      expect(
        Object.values(hosts)
          .map(({ results }) => results?.[0]?.value)
          .sort(),
      ).toEqual(['host1', 'host2', 'host3']);
      expect(questions).toEqual([`Passphrase for ${identityFile}: `, `Wrong. Passphrase for ${identityFile}: `]);
    });

    test('without a terminal an encrypted key is no prompt but a reason', async () => {
      const { error } = await first({ entries: one({ identityFile: keyFile('open sesame') }) });
      expect(error).toMatchObject({
        code: 'host/ssh-auth',
        why: expect.stringMatching(/encrypted, and there is no terminal/),
      });
    });

    test('the agent is used, and only the key that is meant', async () => {
      const script =
        'eval "$(ssh-agent -s)" >/dev/null; trap "kill $SSH_AGENT_PID" EXIT; for i in 1 2 3 4 5 6 7; do ssh-keygen -q -t ed25519 -N "" -f "$DIR/$i"; ssh-add -q "$DIR/$i"; done; ssh-add -q "$KEY"; node "$@"';
      const run = async (more: SshOptions) => {
        const env = { DIR: lab.workspace({ placeholder: '' }), KEY: lab.env.key, ...config('IdentityFile none') };
        const input = JSON.stringify({ entries: one(more) } satisfies DriverInput);
        const done = await lab.run('bash', ['-c', script, 'bash', DRIVER, input], { env });
        expect(done.exitCode, done.all).toBe(0);
        return (JSON.parse(done.stdout) as DriverOutput).hosts.host1;
      };
      // The public key says which of the agent's keys is meant; eight at once would exceed the server's tries.
      const file = join(lab.workspace({ placeholder: '' }), 'meant');
      writeFileSync(`${file}.pub`, execFileSync('ssh-keygen', ['-y', '-f', lab.env.key]));
      expect((await run({ identityFile: file }))?.results?.[0]?.value).toBe('host1');
    });

    test('certificates are left to the ssh command', async () => {
      const folder = lab.workspace({ placeholder: '' });
      const ca = join(folder, 'ca');
      const key = join(folder, 'id');
      for (const file of [ca, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
      execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', 'test', '-n', 'deploy', `${key}.pub`]);
      await lab.onHost('host2', 'sh', ['-c', `echo '${readFileSync(`${ca}.pub`, 'utf8').trim()}' > /etc/ssh/ca.pub`]);
      await extraSshd('host2', 2204, ['TrustedUserCAKeys=/etc/ssh/ca.pub']);
      const output = await first({
        entries: one({ identityFile: key, port: 2204 }, 'host2'),
        acceptNew: true,
        actions: [['name'], ['calls', 50], ['shell', ['sh', '-c', 'echo "a b"; exit 4']], ['connected']],
      });
      expect(output.results?.map(({ value }) => value)).toEqual([
        'host2',
        50,
        { exitCode: 4, stdout: 'a b\n', stderr: '' },
        true,
      ]);
      expect(output.notices).toContain('host2 host/ssh-command');
    });

    test.sequential('the ssh command can be asked for, and its failures are told alike', async () => {
      const env = { STOWAGE_SSH: 'command', ...config('') };
      const before = lab.sshLogins('host1');
      const output = await first({ entries: one(), actions: [['name'], ['calls', 20], ['shell', ['hostname']]] }, env);
      expect(output.results?.[1]?.value).toBe(20);
      expect(lab.sshLogins('host1')).toBe(before + 1);
      const unknown = await first({ entries: one() }, { ...env, ...knownHosts('') });
      expect(unknown.error?.code).toBe('host/ssh-host-key-unknown');
      const away = await first({ entries: [ssh('host1', '10.210.0.99')] }, env);
      expect(away.error?.code).toBe('host/unreachable');
    });
  });

  describe('hosts that cannot be had', () => {
    test.concurrent.each([
      ['an address nobody has', { host: '10.210.0.99' }, 'host/unreachable'],
      ['a port nothing listens on', { port: 81 }, 'host/unreachable'],
      ['a name nobody knows', { host: 'nowhere.invalid' }, 'host/name-unknown'],
      ['a service that is not SSH', { host: '10.210.0.1', port: 5000 }, 'host/not-ssh'],
      ['a user who may not use the engine', { user: 'guest' }, 'host/engine-forbidden'],
      ['a socket that is not there', { socketPath: '/run/none.sock' }, 'host/engine-down'],
    ])('%s', async (_name, more, code) => {
      const { error } = await first({ entries: one(more) });
      expect(error).toMatchObject({ code, outcomeUnknown: false, why: expect.any(String), fix: expect.any(String) });
    });

    test('one bad host does not keep the others from answering', async () => {
      const { hosts } = await drive({ entries: [...all(), ssh('gone', '10.210.0.99')] });
      expect(hosts.gone?.error?.code).toBe('host/unreachable');
      expect(hosts.host3?.results?.[0]?.value).toBe('host3');
    });

    test('an engine that is down', async () => {
      await lab.dockerd('host3', 'stop');
      expect((await first({ entries: one({}, 'host3') })).error).toMatchObject({
        code: 'host/engine-down',
        fix: expect.stringMatching(/systemctl start docker/),
      });
      await lab.dockerd('host3', 'start');
    });
  });

  describe.concurrent('over TCP', () => {
    const tcp = (tls?: object): HostEntry[] => {
      const address = { type: 'tcp' as const, host: lab.host('host1').address, port: 2376, tls };
      return [{ name: 'host1', address, labels: {}, taints: [] }];
    };

    test('mutual TLS', async () => {
      const { results } = await first({
        entries: tcp(lab.env.tls),
        actions: [['name'], ['calls', 100], ['dockerode', 'tool']],
      });
      expect(results?.map(({ value }) => value)).toEqual(['host1', 100, '/tool']);
    });

    test.each([
      ['no certificate of one’s own', () => ({ ca: lab.env.tls.ca })],
      ['a server nobody vouches for', () => ({ cert: lab.env.tls.cert, key: lab.env.tls.key })],
      ['a file that is not there', () => ({ ...lab.env.tls, key: '/nonexistent.pem' })],
      ['a file that is no key', () => ({ ...lab.env.tls, key: lab.env.knownHosts })],
    ])('%s', async (_name, tls) => {
      expect((await first({ entries: tcp(tls()) })).error?.code).toBe('host/tls');
    });

    test('plain HTTP to a TLS port, and a shell there is none', async () => {
      expect((await first({ entries: tcp() })).error?.code).toMatch(/^(engine\/400|host\/bad-answer)$/);
      const { results } = await first({ entries: tcp(lab.env.tls), actions: [['shell', ['true']]] });
      expect(results?.[0]?.error?.code).toBe('host/no-shell');
    });
  });

  describe.concurrent('when it breaks', () => {
    test('a lost connection leaves the outcome of a change open, of a read not; then it connects anew', async () => {
      await lab.docker('host1', ['run', '-d', '--name', 'slow', 'web:stubborn']);
      const stop = ['post', '/containers/slow/stop', { t: '8' }] as const;
      const { hosts } = await drive(
        {
          entries: one(),
          actions: [['say', 'ready'], stop, ['connected'], ['get', '/info', {}], ['reconnect', 20_000], ['name']],
        },
        {},
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          await lab.sshd('host1', 'drop');
        },
      );
      const results = hosts.host1?.results ?? [];
      expect(results[1]?.error).toMatchObject({ code: 'host/connection-lost', outcomeUnknown: true });
      expect(results[2]?.value).toBe(false);
      expect(results[3]?.error).toMatchObject({ code: 'host/connection-lost', outcomeUnknown: false });
      expect(results[4]?.value).toBe(true);
      expect(results[5]?.value).toBe('host1');
    });

    test('a stream and a command on the host end with an error when the connection is lost', async () => {
      const drop = async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await lab.sshd('host3', 'drop');
      };
      const followed = await drive({ entries: one({}, 'host3'), actions: [['say', 'ready'], ['follow']] }, {}, drop);
      expect(followed.hosts.host3?.results?.[1]?.error?.code).toBe('host/connection-lost');
      const shell = await drive(
        {
          entries: one({}, 'host3'),
          actions: [
            ['say', 'ready'],
            ['shell', ['sleep', '20']],
          ],
        },
        {},
        drop,
      );
      expect(shell.hosts.host3?.results?.[1]?.error).toMatchObject({
        code: 'host/connection-lost',
        outcomeUnknown: true,
      });
    });

    test('a host that falls silent is noticed within 25 s', async () => {
      const { hosts } = await drive(
        { entries: one({}, 'host2'), requestTimeoutMs: 0, actions: [['say', 'ready'], ['follow'], ['connected']] },
        {},
        () => lab.cut('host2'),
      );
      expect((await first({ entries: one({}, 'host2') })).error).toMatchObject({
        code: 'host/unreachable',
        why: expect.stringMatching(/^no answer within 5 s \(ConnectTimeout\)$|EHOSTUNREACH/),
      });
      await lab.heal('host2');
      expect(hosts.host2?.results?.[1]).toMatchObject({ error: { code: 'host/connection-lost' } });
      expect(hosts.host2?.results?.[1]?.ms).toBeLessThan(25_000);
      expect(hosts.host2?.results?.[2]?.value).toBe(false);
    });
  });
});
