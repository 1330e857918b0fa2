import type { DesiredState } from '../model/desired.ts';

/** The desired state of a stack of which nothing is wanted. */
export function emptyState(stack: string): DesiredState {
  return {
    version: 1,
    stack,
    workloads: [],
    endpoints: [],
    routes: [],
    networks: [],
    volumes: [],
    configs: [],
    secrets: [],
    disruptionBudgets: [],
    options: { strategy: 'spread' },
  };
}
