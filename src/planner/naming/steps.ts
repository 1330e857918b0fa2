import type { LiveContainer } from '../../model/live.ts';
import type { SpecAttachment } from '../../model/spec.ts';
import type { HeldNames, ReplicaRef } from '../../model/step.ts';
import { isRunning, type LiveReplica, liveOwner } from '../live-replicas.ts';
import type { NetworkUse } from '../networks.ts';
import { namesFromStart } from '../specs/network.ts';
import { ownerName, type ReplicaSpec } from '../specs/pod.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';
import { liveRef } from '../steps/replica.ts';
import { AddressBook } from './addresses.ts';
import { canHold, isChecked } from './waits.ts';

const NOTHING: readonly HeldNames[] = [];

/**
 * Steps by which names lead to ready replicas: a new one is created without the names it shares with others and gets
 * them once it is ready; an old one loses them before it stops.
 */
export class NamingSteps {
  readonly #addresses: AddressBook;
  readonly #held = new Map<string, readonly HeldNames[]>();
  readonly #taken = new Map<string, readonly number[]>();

  /**
   * @param replaced `host network` of networks that the plan makes anew
   * @param isComplete false while hosts are left out: the addresses their containers have are not known
   */
  constructor(
    private readonly build: Build,
    private readonly uses: ReadonlyMap<string, NetworkUse>,
    private readonly replaced: ReadonlySet<string>,
    private readonly isComplete: boolean,
  ) {
    this.#addresses = new AddressBook(build.desired, build.hosts, replaced);
  }

  /** What a new replica is created without, network by network; nothing where its names are given at once. */
  held(part: WorkloadBuild, replica: ReplicaSpec): readonly HeldNames[] {
    const key = `${replica.host} ${ownerName(replica)}`;
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const held = this.#isHeld(part, replica) ? this.#holdAll(part, replica) : NOTHING;
    this.#held.set(key, held);
    return held;
  }

  /** The replica, which is ready after these steps, has all its names. Nothing for one that has them from the start. */
  give(
    part: WorkloadBuild,
    replica: ReplicaSpec,
    current: LiveReplica | undefined,
    cause: string,
    after: readonly number[],
  ): readonly number[] {
    const owner = current === undefined ? undefined : ownerOf(current);
    if (current !== undefined && owner?.unnamed === undefined) return after;
    const held = owner === undefined ? this.held(part, replica) : this.#heldNow(replica, owner);
    const attachments = attachmentsOf(replica).filter((a) => held.some((h) => h.network === a.network));
    if (attachments.length === 0) return after;
    const head = { host: replica.host, workload: part.workload.id, cause, after };
    const container = owner?.name ?? ownerName(replica);
    const pod = current?.pod ?? replica.podHash;
    const inputs = { replica: refOf(replica, pod), container, attachments, held };
    return [
      this.build.graph.add('names.give', head, owner === undefined ? inputs : { ...inputs, wereTaken: true as const }),
    ];
  }

  /** Nobody finds the replica by the names it shares any more. Nothing where no other has them, or none can be taken. */
  take(part: WorkloadBuild, live: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
    const key = `${live.host} ${live.pod} ${liveOwner(live)}`;
    const known = this.#taken.get(key);
    if (known !== undefined) return [...after, ...known];
    const ids = this.#take(part, live, cause, after);
    if (ids !== after) this.#taken.set(key, ids);
    return ids;
  }

  #take(part: WorkloadBuild, live: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
    const owner = ownerOf(live);
    const { workload } = part;
    if (owner === undefined || owner.unnamed || !isRunning(live) || !isChecked(workload, this.build.desired))
      return after;
    const network = owner.spec?.network;
    if (network?.mode !== 'networks' || owner.spec?.ports.length !== 0) return after;
    const place = { ordinal: live.ordinal, host: live.host };
    const attachments = network.attachments.flatMap((attachment) => {
      const use = this.#useOf(attachment);
      const isOn = owner.networks.some((n) => n.name === attachment.network);
      if (
        use === undefined ||
        !isOn ||
        hasOwnAddress(attachment) ||
        this.#addresses.spareOf(use, live.host) === undefined
      )
        return [];
      const early = namesFromStart(workload, place, this.build.desired, use.network.id);
      const aliases = attachment.aliases.filter((alias) => early.includes(alias));
      return aliases.length === attachment.aliases.length ? [] : [{ ...attachment, aliases }];
    });
    if (attachments.length === 0) return after;
    const head = { host: live.host, workload: workload.id, cause, after };
    const replica = liveRef(live, owner);
    return [this.build.graph.add('names.take', head, { replica, container: owner.name, attachments })];
  }

  /**
   * A compose service that comes up for the first time has its name from the start, as with Compose: with one replica
   * nobody else has it, and members of a cluster may need it to become ready. Kubernetes waits.
   */
  #isHeld(part: WorkloadBuild, replica: ReplicaSpec): boolean {
    const { workload } = part;
    if (!this.isComplete || !isChecked(workload, this.build.desired)) return false;
    if (replica.containers.some(({ spec }) => spec.ports.length > 0)) return false;
    return workload.namespace !== undefined || part.replicas.length > 1 || this.#isServed(part);
  }

  #isServed({ replicas, surplus }: WorkloadBuild): boolean {
    const live = replicas.flatMap(({ decision }) => [...(decision.current ? [decision.current] : []), ...decision.old]);
    return [...live, ...surplus].some(
      (r) => isRunning(r) && !(ownerOf(r)?.networks ?? []).some((n) => this.replaced.has(`${r.host} ${n.name}`)),
    );
  }

  #holdAll({ workload }: WorkloadBuild, replica: ReplicaSpec): readonly HeldNames[] {
    return attachmentsOf(replica).flatMap((attachment) => {
      const use = this.#useOf(attachment);
      if (use === undefined || hasOwnAddress(attachment)) return [];
      const early = namesFromStart(workload, replica, this.build.desired, use.network.id);
      const aliases = attachment.aliases.filter((alias) => early.includes(alias));
      if (aliases.length === attachment.aliases.length) return [];
      const address = this.#addresses.next(use, replica.host);
      if (address !== undefined) return [{ network: attachment.network, aliases, ...address }];
      this.#tellGivenAtOnce(attachment.network);
      return [];
    });
  }

  #tellGivenAtOnce(network: string): void {
    const code = 'plan/names-at-once';
    const where = `network ${network}`;
    if (this.build.diagnostics.some((d) => d.code === code && d.where === where)) return;
    this.build.diagnostics.push({
      severity: 'note',
      code,
      message: 'names lead to new replicas before they are ready',
      where,
      why: 'a replica without its names has an address of its own, and this network has none that its engine leaves alone',
      fix: 'give its subnet an ip_range that is a part of it (ipam.config), or leave both to the engine',
    });
  }

  /** A replica that runs keeps the addresses it has. */
  #heldNow(replica: ReplicaSpec, owner: LiveContainer): readonly HeldNames[] {
    return attachmentsOf(replica).flatMap((attachment) => {
      const use = this.#useOf(attachment);
      if (use === undefined || hasOwnAddress(attachment)) return [];
      const now = owner.networks.find((n) => n.name === attachment.network);
      const address = now?.fixedIp ?? now?.ip;
      const given = address === undefined ? this.#addresses.next(use, replica.host) : { address };
      return [{ network: attachment.network, aliases: [], ...given }];
    });
  }

  #useOf({ network }: SpecAttachment): NetworkUse | undefined {
    const use = this.uses.get(network);
    return use !== undefined && canHold(use.network, use.spec.driver) ? use : undefined;
  }
}

function attachmentsOf(replica: ReplicaSpec): readonly SpecAttachment[] {
  const owner = replica.containers.find((c) => c.spec.name === ownerName(replica));
  return owner?.spec.network.mode === 'networks' ? owner.spec.network.attachments : [];
}

function hasOwnAddress({ ipv4Address, ipv6Address, linkLocalIps, macAddress }: SpecAttachment): boolean {
  return [ipv4Address, ipv6Address, linkLocalIps, macAddress].some((value) => value !== undefined);
}

function ownerOf(live: LiveReplica): LiveContainer | undefined {
  return live.containers.find((c) => c.name === liveOwner(live));
}

function refOf(replica: ReplicaSpec, pod: string): ReplicaRef {
  const owner = replica.containers.find((c) => c.spec.name === ownerName(replica));
  const { workload, ordinal } = replica;
  return { workload: workload.id, ordinal, container: owner?.name ?? '', role: owner?.role ?? 'main', pod };
}
