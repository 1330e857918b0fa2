import type { Check, CheckName } from '../model/check.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiskSpace } from './disk-space.ts';

/** The order in which a connection comes about: what fails leaves the later ones unknown. */
const CHAIN: readonly CheckName[] = ['connection', 'forwarding', 'socket', 'engine'];
const REST: readonly CheckName[] = ['disk', 'clock', 'swarm', 'gateway'];

const FAILING: Readonly<Record<string, CheckName>> = {
  'host/forwarding-forbidden': 'forwarding',
  'host/engine-forbidden': 'socket',
  'host/engine-down': 'engine',
  'host/engine-too-old': 'engine',
  'host/bad-answer': 'engine',
};

/** What is known of a host that could not be opened: the first check that failed, and all that could not be made. */
export function brokenHost(host: string, { code, message, detail, why, fix }: Diagnostic): Check[] {
  const failing = FAILING[code] ?? 'connection';
  const place = CHAIN.indexOf(failing);
  const text = detail === undefined ? message : `${message}: ${detail}`;
  return [
    ...CHAIN.slice(0, place).map((check) => ({ check, host, status: 'ok', text: 'works' }) as const),
    { check: failing, host, status: 'error', text, ...(why && { why }), ...(fix && { fix }) },
    ...[...CHAIN.slice(place + 1), ...REST].map(
      (check) => ({ check, host, status: 'skipped', text: 'the host could not be asked' }) as const,
    ),
  ];
}

/** Oldest engine that is known to work. */
const OLDEST = [20, 10] as const;

export function engineCheck(host: string, version: string, os: string, architecture: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const text = `Docker ${version}, ${os}/${architecture}`;
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))
    return { check: 'engine', host, status: 'ok', text };
  const fix = 'install Docker 20.10 or newer on the host';
  return { check: 'engine', host, status: 'error', text, why: 'it is too old', fix };
}

const MIB = 1024 ** 2;
const LOW_BYTES = 1024 * MIB;
const NONE_BYTES = 200 * MIB;

export function diskCheck(host: string, { folder, totalBytes, availableBytes }: DiskSpace): Check {
  const share = Math.round((100 * availableBytes) / totalBytes);
  const text = `${Math.round(availableBytes / MIB)} MiB (${share} %) free in ${folder}`;
  if (availableBytes > LOW_BYTES && share >= 5) return { check: 'disk', host, status: 'ok', text };
  const fix = `make room: docker image prune on ${host}, or a larger disk`;
  const why = 'images, containers and the history need room';
  return { check: 'disk', host, status: availableBytes < NONE_BYTES ? 'error' : 'warning', text, why, fix };
}

const SKEW_SECONDS = 5;

/** @param skewMs the engine's clock less ours, at the middle of the call that asked for it */
export function clockCheck(host: string, skewMs: number, roundTripMs: number): Check {
  const seconds = Math.max(0, Math.abs(skewMs) - roundTripMs / 2) / 1000;
  if (seconds <= SKEW_SECONDS) return { check: 'clock', host, status: 'ok', text: 'agrees with this machine' };
  const text = `${Math.round(seconds)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine`;
  const why = 'locks and history do not mind, but certificates, logs and cron workloads do';
  return {
    check: 'clock',
    host,
    status: 'warning',
    text,
    why,
    fix: `set the time: timedatectl set-ntp true on ${host}`,
  };
}

export interface SwarmFacts {
  readonly LocalNodeState?: string;
  readonly ControlAvailable?: boolean;
  readonly Error?: string;
  readonly Managers?: number;
  readonly Nodes?: number;
  readonly NodeAddr?: string;
  readonly RemoteManagers?: readonly { readonly Addr: string }[] | null;
}

export function swarmCheck(host: string, swarm: SwarmFacts): Check {
  const state = swarm.LocalNodeState || 'inactive';
  if (state === 'inactive') return { check: 'swarm', host, status: 'ok', text: 'not in a swarm' };
  if (state !== 'active' || swarm.Error) {
    const fix =
      state === 'locked'
        ? `unlock it: docker swarm unlock on ${host}`
        : 'bring most of its managers back; when they are gone for good: docker swarm init --force-new-cluster on one';
    return {
      check: 'swarm',
      host,
      status: 'error',
      text: `swarm is ${state}`,
      ...(swarm.Error && { why: swarm.Error }),
      fix,
    };
  }
  const role = swarm.ControlAvailable ? 'manager' : 'worker';
  const text = swarm.Nodes === undefined ? role : `${role}, ${swarm.Managers} managers among ${swarm.Nodes} nodes`;
  if (swarm.Managers !== 2) return { check: 'swarm', host, status: 'ok', text };
  const why = 'with two managers, the loss of either stops the swarm: no container can be started on its networks';
  return {
    check: 'swarm',
    host,
    status: 'warning',
    text,
    why,
    fix: 'give the stack a third host, or make one manager a worker',
  };
}

/** @param state of the gateway's container; undefined when there is none */
export function gatewayCheck(host: string, state: string | undefined, status: string): Check {
  if (state === undefined) return { check: 'gateway', host, status: 'ok', text: 'none: nothing is published by it' };
  if (state === 'running') return { check: 'gateway', host, status: 'ok', text: `running, ${status}` };
  const fix = `see why: docker logs stowage-gateway on ${host}; stowage apply starts it again`;
  return {
    check: 'gateway',
    host,
    status: 'error',
    text: `it is ${state}: ${status}`,
    why: 'published ports do not answer',
    fix,
  };
}
