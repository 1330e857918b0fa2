import { expect, it } from 'vitest';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { hostAccess } from '../../../src/executors/volumes/host-access.ts';

interface Facts {
  readonly info?: object;
  readonly volume?: object;
  readonly probe?: object;
  readonly spawn?: undefined;
}

/** A host that answers with these facts; without any its own tar will do. */
function host({ info, volume, probe, ...more }: Facts): HostConnection {
  const answers: Readonly<Record<string, object>> = {
    '/info': { DockerRootDir: '/var/lib/docker', SecurityOptions: ['name=seccomp,profile=default'], ...info },
    '/volumes/data': { Driver: 'local', Mountpoint: '/var/lib/docker/volumes/data/_data', Options: null, ...volume },
  };
  return {
    name: 'a',
    isConnected: true,
    get: async (path: string) => answers[path],
    shell: async () => ({ exitCode: 0, stdout: '', stderr: '', ...probe }),
    spawn: async () => Promise.reject(new Error('not started here')),
    ...more,
  } as unknown as HostConnection;
}

it.each<[string, Facts, boolean]>([
  ['a plain volume and root', {}, true],
  ['a link without commands', { spawn: undefined }, false],
  ['a login that may not, or no such tar', { probe: { exitCode: 1 } }, false],
  ['a login whose start-up files print', { probe: { stdout: 'Welcome!\n' } }, false],
  ['a volume that the engine mounts', { volume: { Options: { type: 'nfs' } } }, false],
  ['a plugin', { volume: { Driver: 'rexray' } }, false],
  ['a folder elsewhere', { volume: { Mountpoint: '/srv/data' } }, false],
  ['owners that are mapped', { info: { SecurityOptions: ['name=userns'] } }, false],
  ['an engine without root', { info: { SecurityOptions: ['name=rootless'] } }, false],
])('%s', async (_name, facts, expected) => {
  const signal = new AbortController().signal;
  const access = await hostAccess({ host: host(facts), volume: 'data', container: 'c'.repeat(64), signal });
  expect(access !== undefined).toBe(expected);
});
