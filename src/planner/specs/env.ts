import type { Container, EnvVar, Workload } from '../../model/desired.ts';
import { expandReferences } from '../../model/kubernetes/expand.ts';
import type { SpecFile, SpecValue } from '../../model/spec.ts';
import { findPayload, type ReplicaPlace, type SpecContext } from './context.ts';
import { fieldValue, resourceValue } from './downward.ts';

/** The environment of a container; a later entry of the same name wins, names sorted. */
export function specEnv(
  container: Container,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
): Record<string, SpecValue> {
  const env: Record<string, SpecValue> = {};
  for (const entry of container.env) {
    const value = envValue(entry, container, workload, place, context);
    if (value === undefined) continue;
    const isLiteral = 'value' in entry && 'value' in value;
    env[entry.name] =
      container.expandPerReplica && isLiteral ? { value: expandReferences(value.value, textIn(env)) } : value;
  }
  return Object.fromEntries(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Looks a variable's text up; a sealed one has none. */
function textIn(env: Readonly<Record<string, SpecValue>>): (name: string) => string | undefined {
  return (name) => {
    const value = env[name];
    return value !== undefined && 'value' in value ? value.value : undefined;
  };
}

/** Words of a command line with their `$(NAME)` replaced, where the compiler left that to each replica. */
export function expandWords(
  words: readonly string[] | undefined,
  container: Container,
  env: Readonly<Record<string, SpecValue>>,
): readonly string[] | undefined {
  return container.expandPerReplica ? words?.map((word) => expandReferences(word, textIn(env))) : words;
}

function envValue(
  entry: EnvVar,
  container: Container,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
): SpecValue | undefined {
  if ('digest' in entry) return { digest: entry.digest };
  if ('value' in entry) return { value: entry.value };
  if ('payload' in entry) {
    const payload = findPayload(context.desired, entry.payload.kind, entry.payload.id);
    return payload?.digest === undefined ? undefined : { digest: payload.digest };
  }
  if ('field' in entry) {
    const value = fieldValue(entry.field, workload, place, context);
    return value === undefined ? undefined : { value };
  }
  return {
    value: resourceValue(entry.resource, entry.divisor, otherContainer(workload, entry.container) ?? container),
  };
}

/** Files of a container, sorted by target. */
export function specFiles(
  container: Container,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
): SpecFile[] {
  const files: SpecFile[] = [];
  for (const file of container.files) {
    const { source } = file;
    const payload =
      'payload' in source ? findPayload(context.desired, source.payload.kind, source.payload.id) : undefined;
    const text =
      'field' in source
        ? fieldValue(source.field, workload, place, context)
        : 'resource' in source
          ? resourceValue(source.resource, source.divisor, otherContainer(workload, source.container) ?? container)
          : undefined;
    const digest = payload?.digest ?? (text === undefined ? undefined : context.generate(text));
    if (digest === undefined) continue;
    files.push({
      target: file.target,
      digest,
      uid: file.uid ?? '0',
      gid: file.gid ?? '0',
      mode: file.mode,
      secret: 'payload' in source && source.payload.kind === 'secret',
      ...(payload?.onChange === undefined ? {} : { signal: payload.onChange.signal }),
    });
  }
  return files.sort((a, b) => (a.target < b.target ? -1 : 1));
}

function otherContainer(workload: Workload, name: string | undefined): Container | undefined {
  const { containers, initContainers } = workload.template;
  return name === undefined ? undefined : [...containers, ...initContainers].find((c) => c.name === name);
}
