import { afterAll, beforeAll, expect, test } from 'vitest';
import { containerLogs, type LogQuery } from '../../src/executors/docker/logs.ts';
import type { HostConnection, OpenResult } from '../../src/executors/transport/connection.ts';
import { closeHosts, openHosts } from '../../src/executors/transport/open.ts';
import { describeLab } from './harness.ts';

describeLab(
  'reading logs',
  (lab) => {
    let results: Map<string, OpenResult>;
    let host: HostConnection;

    beforeAll(async () => {
      const { name, socketPath } = lab.host('host1');
      const address = { type: 'unix' as const, path: socketPath };
      results = await openHosts([{ name, address, labels: {}, taints: [] }]);
      const result = results.get(name);
      if (!result?.ok) throw new Error('host1 does not answer');
      host = result.connection;
      await lab.docker('host1', ['pull', '-q', 'tool:1']);
    });
    afterAll(async () => await closeHosts(results));

    const run = async (name: string, script: string, ...options: string[]) =>
      await lab.docker('host1', [
        'run',
        '-d',
        '--name',
        name,
        ...options,
        '--entrypoint',
        '/bin/busybox',
        'tool:1',
        'sh',
        '-c',
        script,
      ]);
    const read = async (name: string, query: Partial<LogQuery> = {}) => {
      const lines = [];
      for await (const line of containerLogs(host, name, { follow: false, ...query })) lines.push(line);
      return lines;
    };
    const texts = async (name: string, query?: Partial<LogQuery>) => (await read(name, query)).map(({ text }) => text);

    test('both streams, line by line, with times, long and unfinished lines whole', async () => {
      await run(
        'both',
        "echo out; echo err >&2; echo 'a  b '; head -c 40000 /dev/zero | tr '\\\\0' x; echo; printf end",
      );
      await lab.docker('host1', ['wait', 'both']);
      const lines = await read('both');
      expect(lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text)).toEqual(['err']);
      const out = lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
      expect(out.map((text) => (text.length > 99 ? text.length : text))).toEqual(['out', 'a  b ', 40_000, 'end']);
      expect(lines.every(({ timestamp }) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(timestamp))).toBe(true);
    });

    test('tail, since and until', async () => {
      await run('ticks', 'for i in 1 2 3 4 5; do echo $i; sleep 0.2; done');
      await lab.docker('host1', ['wait', 'ticks']);
      expect(await texts('ticks', { tail: 2 })).toEqual(['4', '5']);
      expect(await texts('ticks', { tail: 0 })).toEqual([]);
      const third = (await read('ticks'))[2]?.timestamp ?? '';
      const seconds = `${Math.floor(Date.parse(third) / 1000)}.${third.slice(20, 29)}`;
      expect(await texts('ticks', { since: seconds })).toEqual(['3', '4', '5']);
      expect(await texts('ticks', { until: seconds })).toEqual(['1', '2', '3']);
    });

    test('following ends with the container, or with the signal', async () => {
      await run('brief', 'echo one; sleep 1; echo two');
      expect(await texts('brief', { follow: true })).toEqual(['one', 'two']);
      await run('endless', 'while :; do echo tick; sleep 0.1; done');
      const started = Date.now();
      const signal = AbortSignal.timeout(700);
      await expect(texts('endless', { follow: true, signal })).rejects.toMatchObject({ code: 'host/aborted' });
      expect(Date.now() - started).toBeLessThan(3_000);
      expect(host.isConnected).toBe(true);
    });

    test('a terminal’s output is not taken apart', async () => {
      await run('terminal', 'echo one; echo two >&2', '-t');
      await lab.docker('host1', ['wait', 'terminal']);
      expect(await texts('terminal')).toEqual(['one', 'two']);
    });

    test('a driver that keeps nothing, and a container that is not there, are told', async () => {
      await run('mute', 'echo one', '--log-driver', 'none');
      await expect(texts('mute')).rejects.toMatchObject({ code: expect.stringMatching(/^engine\/5/) });
      await expect(texts('nobody')).rejects.toMatchObject({ code: 'engine/404' });
    });
  },
  { hosts: 1 },
);
