import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

describeLab('the lab', (lab) => {
  test('has hosts with an engine each and a name of their own', async () => {
    const names = await Promise.all(lab.hosts.map(({ name }) => lab.docker(name, ['info', '--format', '{{.Name}}'])));
    expect(names).toEqual(['host1', 'host2', 'host3']);
  });

  test('reaches every host by name over SSH from the operator network', async () => {
    for (const { name } of lab.hosts) {
      const result = await lab.run('ssh', ['-F', lab.env.sshConfig, name, 'hostname']);
      expect(result, result.all).toMatchObject({ exitCode: 0, stdout: `${name}\n` });
    }
  });

  test('counts SSH logins', async () => {
    const before = lab.sshLogins('host2');
    await lab.run('ssh', ['-F', lab.env.sshConfig, 'host2', 'true']);
    expect(lab.sshLogins('host2')).toBe(before + 1);
  });

  test('reaches private addresses through the bastion only', async () => {
    const direct = await lab.run('curl', ['-s', '-m', '1', `http://${lab.host('host1').privateAddress}:22`]);
    expect(direct.exitCode).not.toBe(0);
    const result = await lab.run('ssh', ['-F', lab.env.sshConfig, 'host1-priv', 'hostname']);
    expect(result, result.all).toMatchObject({ exitCode: 0, stdout: 'host1\n' });
  });

  test('serves an engine over TCP to those who have the certificate', async () => {
    const { ca, cert, key } = lab.env.tls;
    const address = `https://${lab.host('host1').address}:2376/version`;
    const known = await lab.run('curl', ['-sS', '--cacert', ca, '--cert', cert, '--key', key, address]);
    expect(known.stdout).toContain('"ApiVersion"');
    const stranger = await lab.run('curl', ['-sS', '--cacert', ca, address]);
    expect(stranger.exitCode).not.toBe(0);
  });

  test('serves images under their usual names, and answers over HTTP', async () => {
    await lab.docker('host1', ['run', '-d', '--name', 'web', '-p', '80:8080', '-h', 'w1', 'web:2']);
    await lab.docker('host1', ['run', '--rm', 'haproxy:lts', 'haproxy', '-v']);
    await lab.docker('host1', ['pull', 'registry.k8s.io/pause:3.9']);
    await expect
      .poll(() => lab.http('host1', 80))
      .toMatchObject({ status: 200, body: '2 w1\n', headers: { 'x-version': '2' } });
    expect(await lab.http('host1', 81)).toMatchObject({ status: 0 });
  });

  test('keeps the values of a store in its volume', async () => {
    const options = ['-d', '--name', 'store', '-p', '81:8080', '-v', 'values:/data', 'store:1'];
    await lab.docker('host1', ['run', ...options]);
    await expect.poll(async () => (await lab.http('host1', 81, '/put?greeting=hello')).status).toBe(200);
    await lab.docker('host1', ['rm', '-f', 'store']);
    await lab.docker('host1', ['run', ...options]);
    await expect.poll(async () => (await lab.http('host1', 81, '/get?greeting')).body).toBe('hello\n');
  });

  test('cuts a host off and heals it', async () => {
    await lab.cut('host1');
    expect((await lab.run('curl', ['-s', '-m', '1', `http://${lab.host('host1').address}/`])).exitCode).toBe(28);
    await lab.heal('host1');
    expect(await lab.http('host1', 80)).toMatchObject({ status: 200 });
  });

  test('delays the packets of a host', async () => {
    await lab.delay('host1', 40);
    const result = await lab.run('curl', [
      '-so',
      '/dev/null',
      '-w',
      '%{time_connect}',
      `http://${lab.host('host1').address}/`,
    ]);
    await lab.heal('host1');
    expect(Number(result.stdout)).toBeGreaterThan(0.075);
  });

  test('kills an engine and starts it again', async () => {
    await lab.dockerd('host2', 'kill');
    await expect(lab.docker('host2', ['ps'])).rejects.toThrow(/Cannot connect/);
    await lab.dockerd('host2', 'start');
    expect(await lab.docker('host2', ['ps', '-q'])).toBe('');
  });

  test('stops sshd while the engine goes on', async () => {
    await lab.sshd('host3', 'stop');
    const result = await lab.run('ssh', ['-F', lab.env.sshConfig, 'host3', 'true']);
    expect(result.stderr).toContain('Connection refused');
    expect(await lab.docker('host3', ['ps', '-q'])).toBe('');
    await lab.sshd('host3', 'start');
  });

  test('reboots a host with its disk', async () => {
    await lab.docker('host3', ['volume', 'create', 'kept']);
    await lab.reboot('host3');
    expect(await lab.docker('host3', ['volume', 'ls', '-q'])).toBe('kept');
  });

  test('reports failed requests to a service that goes away', async () => {
    const traffic = await lab.traffic([`http://${lab.host('host1').address}/`], { perSecond: 100 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await lab.docker('host1', ['rm', '-f', 'web']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const report = await traffic.stop();
    expect(report.answers['2']).toBeGreaterThan(0);
    expect(report.failed).toBeGreaterThan(0);
    expect(report.requests).toBe(report.failed + (report.statuses['200'] ?? 0));
  });

  test('is empty after a clean-up, a swarm included', async () => {
    await lab.docker('host1', ['swarm', 'init', '--advertise-addr', lab.host('host1').address]);
    await lab.docker('host1', ['network', 'create', '-d', 'overlay', '--attachable', 'app']);
    await lab.docker('host1', ['run', '-d', '--network', 'app', 'tool:1']);
    await lab.cleanup();
    expect(await lab.docker('host1', ['ps', '-aq'])).toBe('');
    expect(await lab.docker('host1', ['volume', 'ls', '-q'])).toBe('');
    const networks = await lab.docker('host1', ['network', 'ls', '--format', '{{.Name}}']);
    expect(networks.split('\n').sort()).toEqual(['bridge', 'host', 'none']);
  });
});
