import { setTimeout } from 'node:timers/promises';
import { canonicalJson } from '../../../model/canonical.ts';
import type { Ipam } from '../../../model/desired.ts';
import { DiagnosticError } from '../../../model/diagnostic.ts';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { NetworkSpec } from '../../../model/step.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { apiAtLeast } from '../spec/features.ts';
import { foreign } from './container.ts';
import { engineWords, stepFailure } from './failure.ts';
import { forgetAdoption, identityOf, isOwn } from './own.ts';
import { dividedIpam, rememberSpare } from './spare.ts';
import type { StepRunner, StepScope } from './types.ts';

interface NetworkInspect {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>> | null;
}

const POLL_MS = 250;

/** Creates a network; the stack's own of the same specification is done. */
export const createNetwork: StepRunner<'network.create'> = async (step, scope) => {
  const { network } = step;
  if (await findOwn(network, scope)) return;
  if (step.keepsSpare) await createDivided(network, scope);
  else await create(network, network.ipam, scope);
};

async function create(network: NetworkSpec, ipam: Ipam, scope: StepScope): Promise<void> {
  const { host, context, signal } = scope;
  const body = createBody(network, ipam, context.stack, host.apiVersion);
  try {
    const answer = await host.post<{ Warning?: string }>('/networks/create', body, undefined, { signal });
    if (answer?.Warning) scope.progress(answer.Warning);
  } catch (error) {
    if (isStatus(error, 409) && (await findOwn(network, scope))) return;
    throw explain(error, network);
  }
}

const DIVIDE_ATTEMPTS = 5;

/**
 * A network of another name shows which subnet the engine chooses; the same is asked for then, with a part of it kept
 * back. What a run leaves of it that is cut short carries the stack's label, and goes with the next plan.
 */
async function createDivided(network: NetworkSpec, scope: StepScope): Promise<void> {
  const probe = { ...network, name: `${network.name}-subnet` };
  for (let attempt = 1; ; attempt += 1) {
    await remove(probe.name, scope);
    await create(probe, probe.ipam, scope);
    const ipam = await dividedIpam(probe.name, network.ipam, scope);
    await remove(probe.name, scope);
    try {
      await create(network, ipam ?? network.ipam, scope);
      if (ipam !== undefined) rememberSpare(network.name, network.driver === 'overlay', ipam, scope);
      return;
    } catch (error) {
      if (!isTaken(error) || attempt >= DIVIDE_ATTEMPTS) throw error;
    }
  }
}

async function remove(name: string, { host, signal }: StepScope): Promise<void> {
  try {
    await host.delete(`/networks/${encodeURIComponent(name)}`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return;
    throw error;
  }
  await gone(host, name, signal);
}

/** Another network got the subnet in between. */
function isTaken(error: unknown): boolean {
  return error instanceof DiagnosticError && error.diagnostics.some((d) => d.code === 'network/address-pool');
}

/** Removes a network of the stack that nothing uses any more; one that is gone is done. */
export const removeNetwork: StepRunner<'network.remove'> = async (step, { host, context, signal }) => {
  const found = await inspectNetwork(host, step.network, signal);
  if (found === undefined) return;
  const object = { kind: 'network', id: found.Id, labels: found.Labels } as const;
  if (!(await isOwn(host, object, context.stack, signal))) throw foreign('network', step.network, context.stack);
  try {
    await host.delete(`/networks/${found.Id}`, undefined, { signal });
    await gone(host, step.network, signal);
    await forgetAdoption(host, object, signal);
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!/active endpoints/i.test(engineWords(error))) throw error;
    const users = Object.values(found.Containers ?? {}).map((c) => c.Name);
    throw stepFailure('network/in-use', 'network to remove is in use', {
      detail: step.network,
      ...(users.length > 0
        ? {
            why: `containers on it: ${users.sort().join(', ')}`,
            fix: `take them off it (docker network disconnect ${step.network} NAME), then apply again`,
          }
        : {
            why: `no container is on it, yet its engine says: ${engineWords(error)}`,
            fix: `the engine has lost count: restart it (systemctl restart docker on ${host.name}), then apply again`,
          }),
    });
  }
};

/** A swarm takes a network away some time after it has said so. */
async function gone(host: HostConnection, name: string, signal: AbortSignal): Promise<void> {
  while ((await inspectNetwork(host, name, signal)) !== undefined) await setTimeout(POLL_MS, undefined, { signal });
}

/** The network of this name, undefined when there is none. */
export async function inspectNetwork(
  host: Pick<HostConnection, 'get'>,
  name: string,
  signal?: AbortSignal,
): Promise<NetworkInspect | undefined> {
  try {
    return await host.get<NetworkInspect>(`/networks/${encodeURIComponent(name)}`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function findOwn(network: NetworkSpec, { host, context, signal }: StepScope): Promise<boolean> {
  const found = await inspectNetwork(host, network.name, signal);
  if (found === undefined) return false;
  const labels = await identityOf(host, { kind: 'network', id: found.Id, labels: found.Labels }, signal);
  if (labels[LABEL.stack] !== context.stack) throw foreign('network', network.name, context.stack);
  if (labels[LABEL.specHash] === networkHash(network)) return true;
  throw stepFailure('network/name-taken', 'a network of this stack has the name and another specification', {
    detail: network.name,
    why: 'it was created after this plan was made',
    fix: 'plan again',
  });
}

/** SHA-256 (hex) by which a network's own specification is recognised. */
function networkHash(network: NetworkSpec): string {
  return sha256Hex(canonicalJson(network));
}

function createBody(network: NetworkSpec, ipam: Ipam, stack: string, apiVersion: string): object {
  return {
    Name: network.name,
    CheckDuplicate: true,
    Driver: network.driver,
    Options: network.driverOptions,
    Internal: network.internal,
    Attachable: network.attachable,
    EnableIPv4: apiAtLeast(apiVersion, '1.48') ? network.enableIpv4 : undefined,
    EnableIPv6: network.enableIpv6,
    IPAM: {
      Driver: ipam.driver ?? 'default',
      Options: ipam.options,
      Config: ipam.config.map((c) => ({
        Subnet: c.subnet,
        Gateway: c.gateway,
        IPRange: c.ipRange,
        AuxiliaryAddresses: c.auxAddresses,
      })),
    },
    Labels: {
      ...network.labels,
      [LABEL.stack]: stack,
      [LABEL.resource]: network.resource,
      [LABEL.specHash]: networkHash(network),
      [LABEL.spec]: canonicalJson(network),
    },
  };
}

function explain(error: unknown, network: NetworkSpec): unknown {
  const words = engineWords(error);
  if (/overlaps|non-overlapping|pool/i.test(words)) {
    return stepFailure('network/address-pool', 'no addresses are left for the network', {
      detail: network.name,
      why: words,
      fix: 'give the network a free subnet (ipam.config), or remove unused networks (docker network prune)',
    });
  }
  if (/plugin .*not found/i.test(words)) {
    return stepFailure('network/driver', 'network driver is not on the host', { detail: network.driver, why: words });
  }
  return error;
}
