import type { DesiredState, PayloadReference } from '../../../model/desired.ts';
import type { JsonObject } from '../json.ts';
import { Losses } from './losses.ts';
import { keyName, kubernetesName } from './names.ts';

export interface EmitOptions {
  /** Without it, Secrets are named but their data is not written. */
  readonly showSecrets: boolean;
}

/** What the rendering of one desired state shares. */
export class Emission {
  readonly losses = new Losses();
  readonly #payloads: ReadonlyMap<string, Uint8Array>;
  /** Data of the ConfigMaps and Secrets that are made, by kind and name. */
  readonly #objects = new Map<string, { kind: 'ConfigMap' | 'Secret'; name: string; data: Map<string, Uint8Array> }>();

  constructor(
    readonly desired: DesiredState,
    payloads: ReadonlyMap<string, Uint8Array>,
    readonly options: EmitOptions,
  ) {
    this.#payloads = payloads;
  }

  /** A payload as a key of an object of its own. */
  reference(payload: PayloadReference): { name: string; key: string } {
    const kind = payload.kind === 'config' ? 'ConfigMap' : 'Secret';
    const slash = payload.id.lastIndexOf('/');
    const name = kubernetesName(slash === -1 ? payload.id : payload.id.slice(0, slash));
    const key = keyName(slash === -1 ? payload.id : payload.id.slice(slash + 1));
    const list = payload.kind === 'config' ? this.desired.configs : this.desired.secrets;
    const digest = list.find(({ id }) => id === payload.id)?.digest;
    const bytes = digest === undefined ? undefined : this.#payloads.get(digest);
    this.#put(kind, name, key, bytes ?? new Uint8Array());
    if (!bytes)
      this.losses.add(payload.id, `the content of the ${payload.kind}`, 'it is external', `fill in ${kind} ${name}`);
    return { name, key };
  }

  /** A sealed value of a variable as a key of the workload's own Secret. */
  sealed(workload: string, variable: string, digest: string): { name: string; key: string } {
    const name = `${kubernetesName(workload)}-env`;
    this.#put('Secret', name, keyName(variable), this.#payloads.get(digest) ?? new Uint8Array());
    return { name, key: keyName(variable) };
  }

  #put(kind: 'ConfigMap' | 'Secret', name: string, key: string, bytes: Uint8Array): void {
    const id = `${kind}/${name}`;
    const object = this.#objects.get(id) ?? { kind, name, data: new Map<string, Uint8Array>() };
    object.data.set(key, bytes);
    this.#objects.set(id, object);
  }

  /** ConfigMaps and Secrets that the rest refers to. */
  get configurations(): JsonObject[] {
    return [...this.#objects.values()].flatMap(({ kind, name, data }) => {
      const object = { apiVersion: 'v1', kind, metadata: { name } };
      if (kind === 'ConfigMap') return [{ ...object, ...configData(data) }];
      if (this.options.showSecrets) {
        return [{ ...object, data: Object.fromEntries([...data].map(([key, bytes]) => [key, base64(bytes)])) }];
      }
      const files = [...data.keys()].map((key) => `--from-file=${key}=…`).join(' ');
      const fix = `kubectl create secret generic ${name} ${files}, or convert with --show-secrets`;
      this.losses.add(`Secret ${name}`, 'its data', 'secrets are not printed', fix);
      return [];
    });
  }
}

function configData(data: ReadonlyMap<string, Uint8Array>): JsonObject {
  const text: Record<string, string> = {};
  const binary: Record<string, string> = {};
  for (const [key, bytes] of data) {
    try {
      text[key] = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      binary[key] = base64(bytes);
    }
  }
  return {
    ...(Object.keys(text).length > 0 && { data: text }),
    ...(Object.keys(binary).length > 0 && { binaryData: binary }),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
