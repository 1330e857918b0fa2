import type { Step } from '../../model/step.ts';

/** What a step is about, in a word: the container, network, volume or image it names. */
export function stepSubject(step: Step): string {
  switch (step.kind) {
    case 'container.create':
      return step.spec.name;
    case 'network.create':
    case 'network.adopt':
      return step.network.name;
    case 'volume.create':
    case 'volume.adopt':
      return step.volume.name;
    case 'bind.sync':
      return step.target;
    case 'rollout.pause':
    case 'rollout.check':
      return step.workload;
    default:
      if ('container' in step) return step.container;
      if ('network' in step) return step.network;
      if ('volume' in step) return step.volume;
      if ('image' in step) return step.image;
      return step.host;
  }
}
