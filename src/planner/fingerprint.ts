import type { LiveHost, LiveState } from '../model/live.ts';
import type { Fingerprint } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { digestOf } from './digest.ts';

/**
 * Fingerprints of the live objects the steps touch, sorted. An object that does not exist has an empty one, so
 * that a plan is also stale when something has taken its place.
 */
export function fingerprints(steps: readonly Step[], live: LiveState): Fingerprint[] {
  const hosts = new Map(live.hosts.map((h) => [h.name, h]));
  const found = new Map<string, Fingerprint>();
  for (const step of steps) {
    const host = hosts.get(step.host);
    const touched = host === undefined ? undefined : touchedBy(step);
    if (host === undefined || touched === undefined) continue;
    found.set(`${step.host}\n${touched.kind}\n${touched.name}`, {
      host: step.host,
      ...touched,
      fingerprint: fingerprintOf(host, touched.kind, touched.name),
    });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fingerprint]) => fingerprint);
}

function touchedBy(step: Step): { kind: Fingerprint['kind']; name: string } | undefined {
  switch (step.kind) {
    case 'container.create':
      return { kind: 'container', name: step.spec.name };
    case 'network.connect':
    case 'network.disconnect':
    case 'container.adopt':
    case 'container.start':
    case 'container.update':
    case 'container.stop':
    case 'container.remove':
      return { kind: 'container', name: step.container };
    case 'network.adopt':
    case 'network.create':
      return { kind: 'network', name: step.network.name };
    case 'network.remove':
      return { kind: 'network', name: step.network };
    case 'volume.adopt':
    case 'volume.create':
      return { kind: 'volume', name: step.volume.name };
    case 'volume.remove':
      return { kind: 'volume', name: step.volume };
    default:
      return undefined;
  }
}

/** What has to stay as it was between plan and apply; passing states (health, status text) are not part of it. */
export function fingerprintOf(host: LiveHost, kind: Fingerprint['kind'], name: string): string {
  if (kind === 'container') {
    const container = host.containers.find((c) => c.name === name);
    return container === undefined
      ? ''
      : digestOf({
          id: container.id,
          imageId: container.imageId,
          labels: container.labels,
          isUp: container.state === 'running',
        });
  }
  if (kind === 'network') {
    const network = host.networks.find((n) => n.name === name);
    return network === undefined ? '' : digestOf({ id: network.id, labels: network.labels });
  }
  const volume = host.volumes.find((v) => v.name === name);
  return volume === undefined
    ? ''
    : digestOf({ driver: volume.driver, labels: volume.labels, options: volume.options });
}
