import type { EnvVar as DesiredEnv } from '../../../model/desired.ts';
import { expandReferences, expandSome, referencesIn } from '../../../model/kubernetes/expand.ts';
import type { Container, EnvVar } from '../api.ts';
import type { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { present } from './ids.ts';
import { type PodPlace, reportMissing } from './references.ts';

/** Environment of a container with what is known of each variable's text. */
export interface Environment {
  readonly entries: readonly DesiredEnv[];
  /** Texts known now, by name; a secret one is marked. */
  readonly known: ReadonlyMap<string, KnownText>;
  /** Variables whose text differs from replica to replica, themselves or by what they refer to. */
  readonly perReplica: ReadonlySet<string>;
}

export interface KnownText {
  readonly text: string;
  readonly sensitive: boolean;
}

/**
 * Variables of a container: service links, then `envFrom`, then `env`; a later one wins. `$(NAME)` in a value is
 * replaced by an earlier variable, as Kubernetes does.
 */
export function environmentOf(
  container: Container,
  links: readonly DesiredEnv[],
  pod: PodPlace,
  path: FieldPath,
  to: Conversion,
): Environment {
  const collector = new Collector(links);
  (container.envFrom ?? []).forEach((source, i) => {
    const at = path.child('envFrom').index(i);
    for (const [kind, ref] of [
      ['config', source.configMapRef],
      ['secret', source.secretRef],
    ] as const) {
      if (ref) collector.addAll(kind, ref, source.prefix ?? '', pod, at, to);
    }
  });
  (container.env ?? []).forEach((variable, i) => {
    collector.add(variable, pod, path.child('env').index(i), to);
  });
  return collector.result();
}

class Collector {
  readonly #entries: Map<string, DesiredEnv>;
  readonly #known = new Map<string, KnownText>();
  readonly #perReplica = new Set<string>();

  constructor(links: readonly DesiredEnv[]) {
    this.#entries = new Map(links.map((link) => [link.name, link]));
    for (const link of links) if ('value' in link) this.#known.set(link.name, { text: link.value, sensitive: false });
  }

  addAll(
    kind: 'config' | 'secret',
    ref: { name?: string; optional?: boolean },
    prefix: string,
    pod: PodPlace,
    path: FieldPath,
    to: Conversion,
  ): void {
    const keys = to.keysOf(kind, pod.object.namespace, ref.name ?? '');
    if (!keys) reportMissing(kind, ref.name ?? '', undefined, ref.optional, pod, path, to);
    for (const key of keys ?? []) this.#addKey(`${prefix}${key}`, kind, ref.name ?? '', key, pod, to);
  }

  add(variable: EnvVar, pod: PodPlace, path: FieldPath, to: Conversion): void {
    const name = variable.name ?? '';
    const from = variable.valueFrom;
    if (!from) {
      if (this.#addValue(name, variable.value ?? '')) return;
      to.findings(pod.object).notHonoured(
        path.child('value'),
        'mixed-references',
        'a reference in the value stays as it is',
        {
          detail: variable.value ?? '',
          why: 'a text with a secret is sealed before it is known what differs from pod to pod',
          fix: 'take two variables, and put them together in the container',
        },
      );
      return;
    }
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
    for (const [kind, ref] of [
      ['config', configMapKeyRef],
      ['secret', secretKeyRef],
    ] as const) {
      if (!ref || this.#addKey(name, kind, ref.name ?? '', ref.key ?? '', pod, to)) continue;
      reportMissing(kind, ref.name ?? '', ref.key, ref.optional, pod, path.child('valueFrom'), to);
    }
    if (fieldRef) {
      this.#put({ name, field: fieldRef.fieldPath ?? '' });
      this.#perReplica.add(name);
    }
    if (resourceFieldRef) {
      const { resource = '', divisor = '0', containerName } = resourceFieldRef;
      this.#put({ name, resource, divisor: divisor === '0' ? '1' : divisor, ...present({ container: containerName }) });
      this.#perReplica.add(name);
    }
  }

  /** @returns false when the text refers to a secret and to what differs from pod to pod */
  #addValue(name: string, value: string): boolean {
    const names = referencesIn(value);
    const sensitive = names.some((reference) => this.#known.get(reference)?.sensitive);
    const lookup = (reference: string) => this.#known.get(reference)?.text;
    if (names.some((reference) => this.#perReplica.has(reference))) {
      this.#put({ name, value: expandSome(value, lookup), ...present({ sensitive: sensitive || undefined }) });
      this.#perReplica.add(name);
      return !sensitive;
    }
    const text = expandReferences(value, lookup);
    this.#put({ name, value: text, ...present({ sensitive: sensitive || undefined }) }, { text, sensitive });
    return true;
  }

  #addKey(
    name: string,
    kind: 'config' | 'secret',
    object: string,
    key: string,
    pod: PodPlace,
    to: Conversion,
  ): boolean {
    const namespace = pod.object.namespace;
    const bytes = kind === 'config' ? to.configValue(namespace, object, key) : to.secretValue(namespace, object, key);
    if (!bytes) return false;
    const text = new TextDecoder().decode(bytes);
    if (kind === 'config') this.#put({ name, value: text }, { text, sensitive: false });
    else {
      const payload = to.payloadOf('secret', namespace, object, key);
      if (payload) this.#put({ name, payload }, { text, sensitive: true });
    }
    return true;
  }

  #put(entry: DesiredEnv, known?: KnownText): void {
    this.#entries.delete(entry.name);
    this.#perReplica.delete(entry.name);
    this.#entries.set(entry.name, entry);
    if (known) this.#known.set(entry.name, known);
    else this.#known.delete(entry.name);
  }

  result(): Environment {
    return { entries: [...this.#entries.values()], known: this.#known, perReplica: this.#perReplica };
  }
}
