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
  /** Resource id within the stack, on networks and volumes. */
  resource: `${PREFIX}resource`,
} as const;
