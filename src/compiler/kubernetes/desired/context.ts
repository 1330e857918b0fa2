import type { Payload, PayloadReference, Volume } from '../../../model/desired.ts';
import type { Diagnostic, Position } from '../../../model/diagnostic.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { ConfigMap, Secret } from '../api.ts';
import { Findings } from '../findings.ts';
import type { LoadedObject } from '../load.ts';
import { qualified } from './ids.ts';
import { workloadIdsOf } from './workload-ids.ts';

/** What the conversion of one set of objects shares. */
export class Conversion {
  readonly diagnostics: Diagnostic[] = [];
  readonly payloads = new Map<string, Uint8Array>();
  readonly positions = new Map<string, Position>();
  readonly volumes = new Map<string, Volume>();
  /** PersistentVolume → the claim it is bound to. */
  readonly takenVolumes = new Map<string, string>();
  /** Ids of the objects that become workloads. */
  readonly workloadIds: ReadonlyMap<LoadedObject, string>;
  readonly #configs = new Map<string, Payload>();
  readonly #secrets = new Map<string, Payload>();
  readonly #byKey: ReadonlyMap<string, LoadedObject>;
  readonly #findings = new Map<LoadedObject, Findings>();

  constructor(
    readonly objects: readonly LoadedObject[],
    readonly stack: string,
  ) {
    this.workloadIds = workloadIdsOf(objects);
    this.#byKey = new Map(objects.map((object) => [keyOf(object.info.kind, object.namespace, object.name), object]));
  }

  get configs(): Payload[] {
    return [...this.#configs.values()];
  }

  get secrets(): Payload[] {
    return [...this.#secrets.values()];
  }

  ofKind(kind: string): LoadedObject[] {
    return this.objects.filter((object) => object.info.kind === kind);
  }

  find(kind: string, namespace: string, name: string): LoadedObject | undefined {
    return this.#byKey.get(keyOf(kind, namespace, name));
  }

  /** Findings of an object; they join the conversion's diagnostics. */
  findings(object: LoadedObject): Findings {
    const known = this.#findings.get(object);
    if (known) return known;
    const made = new Findings(object.node, `${object.info.kind} ${object.name}`, this.diagnostics);
    this.#findings.set(object, made);
    return made;
  }

  place(kind: string, id: string, object: LoadedObject): void {
    this.positions.set(`${kind}/${id}`, object.node.position);
  }

  /** The value of a ConfigMap's key; undefined when the ConfigMap or the key is not there. */
  configValue(namespace: string, name: string, key: string): Uint8Array | undefined {
    const map = this.find('ConfigMap', namespace, name)?.value as ConfigMap | undefined;
    const text = map?.data?.[key];
    if (text !== undefined) return new TextEncoder().encode(text);
    const binary = map?.binaryData?.[key];
    return binary === undefined ? undefined : new Uint8Array(Buffer.from(binary, 'base64'));
  }

  secretValue(namespace: string, name: string, key: string): Uint8Array | undefined {
    const secret = this.find('Secret', namespace, name)?.value as Secret | undefined;
    const base64 = secret?.data?.[key];
    return base64 === undefined ? undefined : new Uint8Array(Buffer.from(base64, 'base64'));
  }

  /** Keys of a ConfigMap or Secret, in the order written. */
  keysOf(kind: 'config' | 'secret', namespace: string, name: string): string[] | undefined {
    const object = this.find(kind === 'config' ? 'ConfigMap' : 'Secret', namespace, name);
    if (!object) return undefined;
    const { data = {}, binaryData = {} } = object.value as ConfigMap;
    return [...Object.keys(data), ...Object.keys(binaryData)];
  }

  /** One key of a ConfigMap or Secret as a payload of the stack. */
  payloadOf(kind: 'config' | 'secret', namespace: string, name: string, key: string): PayloadReference | undefined {
    const bytes = kind === 'config' ? this.configValue(namespace, name, key) : this.secretValue(namespace, name, key);
    if (!bytes) return undefined;
    const object = this.find(kind === 'config' ? 'ConfigMap' : 'Secret', namespace, name);
    return this.addPayload(kind, namespace, `${name}/${key}`, bytes, object);
  }

  addPayload(
    kind: 'config' | 'secret',
    namespace: string,
    name: string,
    bytes: Uint8Array,
    object: LoadedObject | undefined,
  ): PayloadReference {
    const id = qualified(namespace, name);
    const digest = `sha256:${sha256Hex(bytes)}`;
    this.payloads.set(digest, bytes);
    const payload = { id, name, namespace, digest, external: false, sizeBytes: bytes.length, labels: {} };
    (kind === 'config' ? this.#configs : this.#secrets).set(id, payload);
    if (object) this.place(kind, id, object);
    return { kind, id };
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
