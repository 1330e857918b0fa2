import type { NetworkSpec } from '../../model/step.ts';
import type { Build } from './context.ts';

/** True when the file says which addresses a network has; else the engine takes some that are free at that moment. */
export function hasFixedSubnet(spec: NetworkSpec | undefined): boolean {
  return spec?.ipam.config.some(({ subnet }) => subnet !== undefined) ?? false;
}

/** Steps so far that create networks with fixed subnets on a host. */
export function fixedCreated({ graph }: Build, host: string): number[] {
  return graph
    .stepsOf('network.create')
    .filter((step) => step.host === host && hasFixedSubnet(step.network))
    .map((step) => step.id);
}
