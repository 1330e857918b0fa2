import type { Diagnostic } from '../../model/diagnostic.ts';
import { type GatewayConfig, type GatewayListener, readGatewayNotes } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost } from '../../model/live.ts';

/**
 * Ports the stack's gateways shall have that another stack holds on the same host. Two stacks may share a port for
 * HTTP when each names the hosts it answers to.
 */
export function portConflicts(
  configs: ReadonlyMap<string, GatewayConfig>,
  hosts: ReadonlyMap<string, LiveHost>,
  stack: string,
): Diagnostic[] {
  return [...configs].flatMap(([name, { listeners }]) => {
    const host = hosts.get(name);
    return host === undefined ? [] : listeners.flatMap((listener) => conflictsOf(listener, host, stack));
  });
}

function conflictsOf(listener: GatewayListener, host: LiveHost, stack: string): Diagnostic[] {
  const noted = [...readGatewayNotes(host.volumes)].filter(([other]) => other !== stack);
  const other = noted.find(([, { entry }]) => entry.config.listeners.some((theirs) => excludes(listener, theirs)));
  if (other !== undefined) return [taken(listener, host.name, `stack ${other[0]} publishes it there`)];
  const holder = host.containers.find(
    (c) =>
      c.labels[LABEL.stack] !== stack &&
      (c.state === 'running' || c.state === 'paused') &&
      c.ports.some((p) => p.protocol === 'tcp' && p.hostPort === listener.port && meets(listener.hostIp, p.hostIp)),
  );
  return holder === undefined ? [] : [taken(listener, host.name, `container ${holder.name} publishes it there`)];
}

/** True when one gateway cannot serve both. */
function excludes(ours: GatewayListener, theirs: GatewayListener): boolean {
  if (ours.port !== theirs.port || !meets(ours.hostIp, theirs.hostIp)) return false;
  const isRouted = (one: GatewayListener) => one.defaultBackend === undefined && one.mode !== 'tcp';
  if (!isRouted(ours) && !isRouted(theirs)) return true;
  const key = (rule: GatewayListener['rules'][number]) => `${rule.host ?? '*'} ${rule.pathType} ${rule.path}`;
  const known = new Set(theirs.rules.map(key));
  return ours.rules.some((rule) => known.has(key(rule)));
}

function meets(one: string | undefined, other: string | undefined): boolean {
  const isAny = (ip: string | undefined) => ip === undefined || ['', '0.0.0.0', '::'].includes(ip);
  return isAny(one) || isAny(other) || one === other;
}

function taken({ port }: GatewayListener, host: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/port-taken',
    message: 'a port to publish is taken on the host',
    where: `port ${port} on ${host}`,
    why,
    fix: 'publish another port, or route by host name (x-stowage.routes, Ingress): stacks share a port then',
  };
}
