import type { Step } from '../../model/step.ts';

/** What a step works on, in a word. */
export function subjectOf(step: Step): string {
  if ('replica' in step) {
    const { workload, ordinal, role, container } = step.replica;
    return role === 'main' ? `${workload}.${ordinal}` : `${workload}.${ordinal}/${container}`;
  }
  switch (step.kind) {
    case 'image.pull':
    case 'image.transfer':
    case 'image.build':
    case 'image.remove':
      return step.image;
    case 'network.create':
    case 'network.adopt':
      return step.network.name;
    case 'network.remove':
    case 'network.connect':
    case 'network.disconnect':
      return step.network;
    case 'volume.create':
    case 'volume.adopt':
      return step.volume.name;
    case 'volume.restore':
      return `${step.volume} from ${step.source}`;
    case 'payload.remove':
      return `${step.digests.length} ${step.digests.length === 1 ? 'payload' : 'payloads'}`;
    case 'bind.remove':
      return `${step.folders.length} ${step.folders.length === 1 ? 'folder' : 'folders'}`;
    case 'volume.remove':
    case 'volume.copy':
      return step.volume;
    default:
      return step.workload ?? '';
  }
}
