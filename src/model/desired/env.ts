export type EnvVar = { readonly name: string } & EnvValue;

export type EnvValue =
  /** `sensitive` only until the compile use case seals it: a desired state that is planned holds no such value. */
  | { readonly value: string; readonly sensitive?: boolean }
  /** A sealed sensitive value: SHA-256 (`sha256:…`) of its text, whose bytes are among the payloads. */
  | { readonly digest: string }
  /** The payload's bytes (or one key of it) become the value when the container is created. */
  | { readonly payload: PayloadReference }
  /** Kubernetes downward API, resolved per replica; `path` is its field path, e.g. `metadata.name`. */
  | { readonly field: string }
  /** Downward API resource field. */
  | { readonly resource: string; readonly divisor: string; readonly container?: string };

export interface PayloadReference {
  readonly kind: 'config' | 'secret';
  /** Payload id in `DesiredState.configs` / `.secrets`. */
  readonly id: string;
}
