import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeAll, observeHost } from '../../src/executors/docker/observe/host.ts';
import { inspectForeign, refreshContainers } from '../../src/executors/docker/observe/inspect.ts';
import { createOptions } from '../../src/executors/docker/spec/create-options.ts';
import type { HostConnection, OpenResult } from '../../src/executors/transport/connection.ts';
import { readJsonLines } from '../../src/executors/transport/http/ndjson.ts';
import { closeHosts, openHosts, readOnly } from '../../src/executors/transport/open.ts';
import { LABEL } from '../../src/model/labels.ts';
import { markNote } from '../../src/model/notes.ts';
import type { ContainerSpec } from '../../src/model/spec.ts';
import { sha256Hex } from '../../src/model/spec-hash.ts';
import { describeLab } from './harness.ts';

const SECRET = 'hunter2';

/** A specification that says as little as one can. */
const plain: ContainerSpec = {
  name: 'plain',
  image: 'web:1',
  env: {},
  labels: {},
  network: { mode: 'networks', attachments: [{ network: 'front', aliases: [] }] },
  ports: [],
  mounts: [],
  files: [],
  restart: { name: 'no' },
  resources: {},
};

/** Each differs from `plain` in attributes that an engine or an image has defaults for. */
const specs: Record<string, Partial<ContainerSpec>> = {
  'nothing but an image': {},
  'command and entrypoint': { entrypoint: ['/web'], command: ['serve'] },
  'an entrypoint cleared': { entrypoint: [], command: ['/web'] },
  'environment, open and sealed': {
    env: { A: { value: 'x=y' }, B: { value: '' }, SECRET: { digest: `sha256:${sha256Hex(SECRET)}` } },
  },
  labels: { labels: { team: 'shop', 'io.stowage.restarted': 'a' } },
  'two networks with aliases': {
    network: {
      mode: 'networks',
      attachments: [
        { network: 'front', aliases: ['web', 'a'], ipv4Address: '10.77.0.50', macAddress: '02:42:0a:4d:00:32' },
        { network: 'back', aliases: ['web'] },
      ],
    },
  },
  'the host network': { network: { mode: 'host' } },
  'no network': { network: { mode: 'none' } },
  'ports of all kinds': {
    ports: [
      { containerPort: 8080, protocol: 'tcp', hostPort: 18_080 },
      { containerPort: 9000, protocol: 'udp', hostPort: 0 },
      { containerPort: 9001, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 19_001 },
    ],
    exposed: ['7000/tcp'],
  },
  'mounts of all kinds': {
    mounts: [
      { type: 'volume', volume: 'data', target: '/data', readOnly: false },
      { type: 'bind', source: '/etc/hostname', target: '/host', readOnly: true },
      { type: 'bind', source: '/srv/new', target: '/created', readOnly: false, createHostPath: true },
      { type: 'tmpfs', target: '/scratch', readOnly: false, sizeBytes: 1_048_576, mode: 0o700 },
      { type: 'volume', target: '/anonymous', readOnly: false },
    ],
  },
  'a health check of its own': {
    health: { test: ['CMD', '/web', 'get', 'http://127.0.0.1:8080/'], intervalMs: 60_000, retries: 2 },
  },
  'half a health check': { health: { intervalMs: 60_000 } },
  'no health check': { health: { test: ['NONE'] } },
  'restart and stopping': {
    restart: { name: 'on-failure', maxAttempts: 3 },
    stopSignal: 'SIGINT',
    stopGraceSeconds: 20,
    init: true,
  },
  privileged: { privileged: true, user: '0', workingDir: '/', hostname: 'box', domainname: 'example' },
  'capabilities and limits': {
    capAdd: ['NET_ADMIN'],
    capDrop: ['ALL'],
    securityOptions: ['no-new-privileges:true'],
    ulimits: [{ name: 'nofile', soft: 1024, hard: 2048 }],
    groupAdd: ['12'],
    readOnlyRoot: true,
    sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' },
    shmSizeBytes: 1_048_576,
    oomScoreAdj: 100,
    devices: [{ source: '/dev/null', target: '/dev/nothing', permissions: 'r' }],
    extraHosts: ['db:10.0.0.9'],
    dns: { servers: ['10.210.0.1'], search: ['lab'], options: ['ndots:1'] },
  },
  'namespaces of the host': { pid: 'host', ipc: 'host', uts: 'host', cgroup: 'host' },
  resources: {
    resources: {
      nanoCpus: 500_000_000,
      memoryBytes: 64 << 20,
      memoryReservationBytes: 32 << 20,
      pids: 50,
      cpuShares: 512,
    },
  },
  logging: { logging: { driver: 'json-file', options: { 'max-size': '1m' } }, tty: true, stdinOpen: true },
};

describeLab(
  'observing',
  (lab) => {
    let results: Map<string, OpenResult>;
    let host: HostConnection;

    beforeAll(async () => {
      const entries = lab.hosts.map(({ name, socketPath }) => ({
        name,
        address: { type: 'unix' as const, path: socketPath },
        labels: {},
        taints: [],
      }));
      results = await openHosts(entries);
      const first = results.get('host1');
      if (!first?.ok) throw first?.error ?? new Error('no host1');
      host = first.connection;
      await lab.docker('host1', ['pull', '-q', 'web:1']);
      await lab.docker('host1', ['network', 'create', '--subnet', '10.77.0.0/24', 'front']);
      await lab.docker('host1', ['network', 'create', 'back']);
    });
    afterAll(async () => await closeHosts(results));

    const identity = (stack: string) => ({
      stack,
      revision: 3,
      replica: { workload: 'web', ordinal: 1, container: 'web', role: 'main', pod: 'p' } as const,
    });

    async function create(spec: ContainerSpec, stack = 'shop'): Promise<string> {
      const env = Object.entries(spec.env).map(([name, v]) => `${name}=${'value' in v ? v.value : SECRET}`);
      const options = createOptions(spec, identity(stack), env, host.apiVersion);
      const { Id } = await host.post<{ Id: string }>('/containers/create', options.body, { name: options.name });
      for (const { network, endpoint } of options.connectAfter) {
        await host.post(`/networks/${network}/connect`, { Container: Id, EndpointConfig: endpoint });
      }
      return Id;
    }

    const inspected = async (name: string) => {
      const live = await observeHost(host, { stack: 'shop', refresh: true });
      return live.containers.find((container) => container.name === name)?.inspected;
    };

    test.each(Object.entries(specs))('a container nobody touched is its specification: %s', async (_name, part) => {
      const spec = { ...plain, ...part };
      const id = await create(spec);
      try {
        expect(await inspected('plain')).toEqual(spec);
        await host.post(`/containers/${id}/start`).catch(() => undefined);
        expect(await inspected('plain')).toEqual(spec);
      } finally {
        await host.delete(`/containers/${id}`, { force: true, v: true });
      }
    });

    test('an address an overlay chose is no part of the specification; one that was asked for is', async () => {
      await lab.docker('host1', ['swarm', 'init', '--advertise-addr', lab.host('host1').address]);
      await lab.docker('host1', [
        'network',
        'create',
        '-d',
        'overlay',
        '--attachable',
        '--subnet',
        '10.78.0.0/24',
        'wide',
      ]);
      const on = (more: object): ContainerSpec => ({
        ...plain,
        network: { mode: 'networks', attachments: [{ network: 'wide', aliases: ['web'], ...more }] },
      });
      for (const spec of [on({}), on({ ipv4Address: '10.78.0.77' })]) {
        const id = await create(spec);
        await host.post(`/containers/${id}/start`);
        expect(await inspected('plain')).toEqual(spec);
        const live = await inspectForeign(host, await observeHost(host), new Set([id]));
        const taken = live.containers.find((container) => container.id === id)?.inspected?.network;
        expect(taken).toEqual(on({}).network);
        await host.delete(`/containers/${id}`, { force: true });
      }
      await lab.docker('host1', ['network', 'rm', 'wide']);
      await lab.docker('host1', ['swarm', 'leave', '--force']);
    });

    test('what was changed on the host shows, and nothing else', async () => {
      const spec: ContainerSpec = { ...plain, name: 'touched', resources: { memoryBytes: 64 << 20 } };
      const id = await create(spec);
      await lab.docker('host1', ['update', '--memory', '96m', '--memory-swap', '192m', '--restart', 'always', id]);
      await lab.docker('host1', ['network', 'disconnect', 'front', id]);
      await lab.docker('host1', ['network', 'connect', '--alias', 'other', 'back', id]);
      expect(await inspected('touched')).toEqual({
        ...spec,
        restart: { name: 'always' },
        resources: { memoryBytes: 96 << 20 },
        network: { mode: 'networks', attachments: [{ network: 'back', aliases: ['other'] }] },
      });
    });

    test('a container made anew by hand with our labels shows what it is', async () => {
      const spec: ContainerSpec = { ...plain, name: 'forged', env: { SECRET: { digest: `sha256:${sha256Hex('x')}` } } };
      const options = createOptions(spec, identity('shop'), [`SECRET=${SECRET}`], host.apiVersion);
      const body = { ...options.body, Image: 'web:2', Cmd: ['serve', 'more'] };
      await lab.docker('host1', ['pull', '-q', 'web:2']);
      await host.post('/containers/create', body, { name: 'forged' });
      const found = await inspected('forged');
      expect(found).toMatchObject({ image: 'web:2', command: ['serve', 'more'] });
      expect(found?.env.SECRET).toEqual({ digest: `sha256:${sha256Hex(SECRET)}` });
    });

    test('everything on a host is read in five calls, and no call changes anything', async () => {
      const calls: string[] = [];
      const counting = { ...host, name: 'host1', entry: host.entry, apiVersion: host.apiVersion } as HostConnection;
      counting.get = async (path, query, options) => {
        calls.push(path);
        return await host.get(path, query, options);
      };
      await lab.docker('host1', [
        'run',
        '-d',
        '--name',
        'foreign',
        '-m',
        '48m',
        '--cpus',
        '0.25',
        '-p',
        '28080:8080',
        'web:1',
      ]);
      const live = await observeHost(counting, { stack: 'shop' });
      expect(calls.sort()).toEqual(['/containers/json', '/images/json', '/info', '/networks', '/volumes']);
      expect(live.engine).toMatchObject({ hostname: 'host1', os: 'linux', swarm: { state: 'inactive' } });
      expect(live.containers.find(({ name }) => name === 'foreign')).toMatchObject({
        state: 'running',
        ports: expect.arrayContaining([
          expect.objectContaining({ hostPort: 28_080, containerPort: 8080, protocol: 'tcp' }),
        ]),
        networkMode: 'default',
      });
      expect(live.networks.find(({ name }) => name === 'front')?.subnets).toEqual([{ subnet: '10.77.0.0/24' }]);
      expect(live.images.flatMap(({ tags }) => tags)).toContain('web:1');
    });

    test('containers that are not ours are inspected only when asked', async () => {
      const live = await observeHost(host, { withReservations: true });
      const foreign = live.containers.find(({ name }) => name === 'foreign');
      expect(foreign?.reserved).toEqual({ cpus: 0.25, memoryBytes: 48 << 20 });
      const taken = await inspectForeign(host, live, new Set([foreign?.id ?? '']));
      expect(taken.containers.find(({ name }) => name === 'foreign')?.inspected).toEqual({
        // The engine does not tell which of these are its own settings.
        logging: expect.anything(),
        name: 'foreign',
        image: 'web:1',
        env: {},
        labels: {},
        network: { mode: 'networks', attachments: [{ network: 'bridge', aliases: [] }] },
        ports: [{ containerPort: 8080, protocol: 'tcp', hostPort: 28_080 }],
        mounts: [],
        files: [],
        restart: { name: 'no' },
        resources: { nanoCpus: 250_000_000, memoryBytes: 48 << 20 },
      });
    });

    test('a host carries its marks', async () => {
      const note = markNote({ cordoned: true, drained: false, by: 'ann', reason: 'new disk' });
      await host.post('/volumes/create', { Name: note.name, Labels: note.labels });
      expect((await observeHost(host)).marks).toEqual({
        cordoned: true,
        drained: false,
        by: 'ann',
        reason: 'new disk',
      });
    });

    test('health, exit codes and states are told from the list alone', async () => {
      await lab.docker('host1', ['run', '--name', 'ended', 'crash:1']).catch(() => undefined);
      await lab.docker('host1', ['run', '-d', '--name', 'well', 'web:1']);
      await expect.poll(async () => await state('well'), { timeout: 15_000 }).toMatchObject({ health: 'healthy' });
      expect(await state('ended')).toMatchObject({ state: 'exited', exitCode: expect.any(Number), health: 'none' });
    });

    const state = async (name: string) => (await observeHost(host)).containers.find((c) => c.name === name);

    test('a host that cannot be read is not an empty host', async () => {
      await lab.dockerd('host2', 'stop');
      const live = await observeAll(results, { stack: 'shop' });
      expect(live.hosts.map(({ name }) => name)).toEqual(['host1', 'host3']);
      expect(live.unreadable).toEqual([{ name: 'host2', code: 'host/engine-down', reason: expect.any(String) }]);
      await lab.dockerd('host2', 'start');
    });

    test('a container that goes while it is read is left out', async () => {
      const live = await observeHost(host, { stack: 'shop' });
      const gone = live.containers.find(({ name }) => name === 'touched');
      await lab.docker('host1', ['rm', '-f', 'touched']);
      const fresh = await refreshContainers(host, live, { stack: 'shop', ids: new Set([gone?.id ?? '']) });
      expect(fresh.containers.map(({ name }) => name)).not.toContain('touched');
      expect(gone?.labels[LABEL.stack]).toBe('shop');
    });

    test('nothing happens on a host that is observed', async () => {
      const since = Math.floor(Date.now() / 1000);
      const reader = readOnly(host);
      await sleep(1_100);
      await observeHost(reader, { stack: 'shop', refresh: true, withReservations: true });
      const until = Math.floor(Date.now() / 1000) + 1;
      const events: { Type: string; Action: string }[] = [];
      const stream = await host.getStream('/events', { since: since + 1, until });
      for await (const event of readJsonLines<{ Type: string; Action: string }>(stream)) {
        if ('Action' in event) events.push(event);
      }
      // Health checks of running containers go on by themselves.
      expect(events.filter(({ Action }) => !/^(exec_|health_status)/.test(Action))).toEqual([]);
    });
  },
  { hosts: 3 },
);
