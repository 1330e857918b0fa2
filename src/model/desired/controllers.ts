export interface JobPolicy {
  readonly completions?: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  readonly deadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
}

export interface CronPolicy {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  readonly suspend: boolean;
  readonly startingDeadlineSeconds?: number;
  readonly keepSuccessful: number;
  readonly keepFailed: number;
}

export interface StatefulPolicy {
  readonly order: 'ordered' | 'parallel';
  readonly update: 'rolling' | 'on-delete';
  /** Ordinals below it keep their old template. */
  readonly partition: number;
  /** Name of the headless endpoint that gives replicas their own names. */
  readonly endpoint?: string;
  readonly claims: readonly VolumeClaim[];
}

/** A volume made once per ordinal; its name is `<claim>-<workload>-<ordinal>`. */
export interface VolumeClaim {
  readonly name: string;
  readonly driver: string;
  /** `{ordinal}` in a value stands for the replica's ordinal. */
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  readonly labels: Readonly<Record<string, string>>;
}
