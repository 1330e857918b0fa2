import type { Diagnostic } from '../../../model/diagnostic.ts';

/** True when the engine's API version (`1.41`) is at least `wanted`. */
export function apiAtLeast(apiVersion: string, wanted: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Collects what the specification asks for and the engine's API does not have. */
export class FeatureGate {
  readonly diagnostics: Diagnostic[] = [];

  constructor(
    readonly apiVersion: string,
    readonly container: string,
  ) {}

  /**
   * Whether the engine has a field that came with API `wanted`; otherwise notes it.
   *
   * @param severity `error` when the container would differ in what it reads, writes or can be reached by;
   *                 `warning` when it works without the field
   */
  has(wanted: string, field: string, severity: 'error' | 'warning'): boolean {
    if (apiAtLeast(this.apiVersion, wanted)) return true;
    this.diagnostics.push({
      severity,
      code: 'engine/field-unsupported',
      message: 'the engine is too old for an option of this container',
      detail: field,
      where: this.container,
      why: `${field} needs engine API ${wanted}, this one has ${this.apiVersion}`,
      fix: 'upgrade the engine on this host, or remove the option',
    });
    return false;
  }
}
