/** A container that is named as the replica of a workload. */
export interface NamedContainer {
  readonly host?: string;
  readonly name: string;
  readonly workload: string;
  readonly ordinal?: number;
}
