import { canonicalJson } from '../../model/canonical.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer } from '../../model/live.ts';
import { attachmentChanges } from '../diff/attachments.ts';
import { signalsFor } from '../diff/files.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { PodContainer, ReplicaSpec } from '../specs/pod.ts';
import type { Build } from './context.ts';
import { liveRef } from './replica.ts';

/**
 * Updates resources, restart policy, networks and files with a signal of a live replica in place.
 *
 * @param networks steps after which the networks of the replica are there
 */
export function emitUpdate(
  build: Build,
  replica: ReplicaSpec,
  live: LiveReplica,
  cause: string,
  networks: readonly number[],
): number[] {
  return replica.containers.flatMap((desired) => {
    const match = live.containers.find((c) => c.labels[LABEL.container] === desired.name);
    if (match === undefined) return [];
    const head = { host: replica.host, workload: replica.workload.id, cause, after: build.beforeStops };
    const { resources, restart } = desired.spec;
    const filled = emitFiles(build, head, match, desired);
    const connected = emitAttachments(build, { ...head, after: [...head.after, ...networks] }, match, desired);
    const isSame = canonicalJson([resources, restart]) === canonicalJson(updatable(match));
    if (filled.length > 0 && connected.length === 0 && isSame) return filled;
    return [
      ...filled,
      ...connected,
      build.graph.add(
        'container.update',
        { ...head, after: [...head.after, ...connected] },
        {
          replica: liveRef(live, match),
          container: match.name,
          resources,
          restart,
          spec: desired.spec,
        },
      ),
    ];
  });
}

function updatable({ spec }: LiveContainer): unknown {
  return [spec?.resources, spec?.restart];
}

interface Head {
  readonly host: string;
  readonly workload: string;
  readonly cause: string;
  readonly after: readonly number[];
}

/** Joins new networks before it leaves old ones. */
function emitAttachments(build: Build, head: Head, live: LiveContainer, { spec }: PodContainer): number[] {
  const { join, leave } = attachmentChanges((live.inspected ?? live.spec)?.network, spec.network);
  const container = live.name;
  const joined = join.map((attachment) => {
    const { network, aliases } = attachment;
    return build.graph.add('network.connect', head, { network, container, aliases, attachment });
  });
  const after = [...head.after, ...joined];
  const left = leave.map((network) =>
    build.graph.add('network.disconnect', { ...head, after }, { network, container }),
  );
  return [...joined, ...left];
}

/** New content in place of the old, then the signals that tell the container to read it. */
function emitFiles(build: Build, head: Head, live: LiveContainer, { spec }: PodContainer): number[] {
  const before = live.spec?.files ?? [];
  if (canonicalJson(before) === canonicalJson(spec.files)) return [];
  const container = live.name;
  const files = build.graph.add('container.files', head, { container, spec });
  const signals = signalsFor(before, spec.files) ?? [];
  const after = [files];
  return [
    files,
    ...signals.map((signal) => build.graph.add('container.signal', { ...head, after }, { container, signal })),
  ];
}
