import type { DesiredState, Payload } from '../../model/desired.ts';

/** What building specs needs to know besides the workload. */
export interface SpecContext {
  readonly stack: string;
  readonly desired: DesiredState;
  /** Image reference → `sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  /** Address of each host, for the downward API. */
  readonly hostAddress: (host: string) => string | undefined;
  /** Engine name of the container that owns the network of a replica of `workload` on `host`. */
  readonly networkOwner: (workload: string, host: string) => string | undefined;
  /** Takes a generated text and returns its digest. */
  readonly generate: (text: string) => string;
}

export interface ReplicaPlace {
  readonly ordinal: number;
  readonly host: string;
}

/** Payload by reference; undefined when the desired state names none (the compiler has reported it). */
export function findPayload(desired: DesiredState, kind: 'config' | 'secret', id: string): Payload | undefined {
  return (kind === 'config' ? desired.configs : desired.secrets).find((p) => p.id === id);
}
