/** Labels are the identity of live objects; names are for people. */
const PREFIX = 'io.stowage.';

export const LABEL = {
  prefix: PREFIX,
  stack: `${PREFIX}stack`,
  /** Workload id within the stack. */
  workload: `${PREFIX}workload`,
  ordinal: `${PREFIX}ordinal`,
  /** Container name within its pod. */
  container: `${PREFIX}container`,
  /** `main`, `init`, `sidecar`, `pause`, `hook`, `gateway`, `ledger`. */
  role: `${PREFIX}role`,
  revision: `${PREFIX}revision`,
  /** SHA-256 (hex) of the canonical container, network or volume specification. */
  specHash: `${PREFIX}spec-hash`,
  /** The specification itself as canonical JSON; secret values are digests. */
  spec: `${PREFIX}spec`,
  /** Hash shared by the containers of one generation of a replica. */
  pod: `${PREFIX}pod`,
  /** Set by `rollout restart`; another value is another container. */
  restarted: `${PREFIX}restarted`,
  /** Its health check is there to end the container, and says nothing about readiness. */
  aliveCheck: `${PREFIX}alive-check`,
  /** Created without the names it shares with others; a note says that it has them since. */
  held: `${PREFIX}held`,
  /** Resource id within the stack, on networks and volumes. */
  resource: `${PREFIX}resource`,
} as const;

/** Those that say whose an object is; the others are part of what it is. */
export const IDENTITY_LABELS: ReadonlySet<string> = new Set(
  Object.values(LABEL).filter((label) => label !== LABEL.restarted && label !== LABEL.aliveCheck),
);
