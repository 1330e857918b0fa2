import { type Diagnostic, sortDiagnostics } from '../../model/diagnostic.ts';
import type { RandomSource } from '../openshift/generate.ts';
import { processTemplate } from '../openshift/template.ts';
import { get } from '../source/build.ts';
import { readYaml } from '../source/read-yaml.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { applyDefaults } from './defaults/index.ts';
import { Findings } from './findings.ts';
import { identify, type ObjectIdentity } from './identify.ts';
import type { JsonObject } from './json.ts';
import { FieldPath } from './path.ts';
import { decodeObject } from './schema/decode.ts';
import { isOpenShiftGroup } from './schema/kinds.ts';
import { validate } from './validate/index.ts';

export interface KubernetesSource {
  /** The name that positions carry. */
  readonly file: string;
  readonly text: string;
}

export interface KubernetesOptions {
  readonly sources: readonly KubernetesSource[];
  /** For OpenShift templates: `--param` and `--param-file`. */
  readonly parameters?: ReadonlyMap<string, string>;
  /** For generated template parameters. */
  readonly random?: RandomSource;
  /** Namespace of objects that name none; `default` unless told. */
  readonly namespace?: string;
}

/** One API object, decoded, defaulted and valid. */
export interface LoadedObject extends ObjectIdentity {
  /** As the API server would store it. */
  readonly value: JsonObject;
  /** The object in its file. */
  readonly node: MapNode;
}

export interface LoadedKubernetes {
  /** Those that are valid, in input order; kinds without meaning for plain hosts are left out. */
  readonly objects: readonly LoadedObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads manifests as the API server does: decodes, defaults and validates each object. Lists and templates are taken
 * apart; every finding carries its field path and place.
 */
export function loadKubernetes(options: KubernetesOptions): LoadedKubernetes {
  const { expanded, diagnostics } = expandKubernetes(options);
  const objects: LoadedObject[] = [];
  const all = [...diagnostics];
  for (const item of expanded) {
    const { object, findings } = loadObject(item, options.namespace ?? 'default');
    all.push(...findings.list);
    if (object) objects.push(object);
  }
  return { objects, diagnostics: sortDiagnostics(all) };
}

/** An object as written. */
export interface ExpandedObject {
  readonly node: MapNode;
  /** It comes out of an OpenShift template: these often carry fields that a server ignores. */
  readonly fromTemplate: boolean;
}

export interface Expanded {
  readonly expanded: readonly ExpandedObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The objects as written, with lists and templates taken apart and nothing checked. */
export function expandKubernetes(options: KubernetesOptions): Expanded {
  const expanded: ExpandedObject[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { file, text } of options.sources) {
    const read = readYaml(text, file, { dialect: 'kubernetes' });
    diagnostics.push(...read.diagnostics);
    if (read.diagnostics.some((d) => d.severity === 'error')) continue;
    for (const document of read.documents) expanded.push(...expand(document, options, diagnostics));
  }
  return { expanded, diagnostics };
}

function expand(node: Node, options: KubernetesOptions, diagnostics: Diagnostic[]): ExpandedObject[] {
  if (node.kind === 'scalar' && node.value === null) return [];
  const findings = new Findings(node, 'document');
  if (node.kind !== 'map') {
    findings.error('not-an-object', 'a document is no object', FieldPath.empty, {
      why: 'each document is a map with apiVersion, kind and metadata',
    });
    diagnostics.push(...findings.list);
    return [];
  }
  const kind = textOf(node, 'kind');
  const version = textOf(node, 'apiVersion');
  if (kind === 'Template' && /^(template\.openshift\.io\/v1|v1)$/.test(version)) {
    return expandTemplate(node, options, diagnostics);
  }
  const items = get(node, 'items');
  if (!kind.endsWith('List') || items === undefined) return [{ node, fromTemplate: false }];
  if (items.kind !== 'sequence') return [];
  return items.items.flatMap((item) => expand(item, options, diagnostics));
}

function expandTemplate(node: MapNode, options: KubernetesOptions, diagnostics: Diagnostic[]): ExpandedObject[] {
  const findings = new Findings(node, `Template ${textOf(get(node, 'metadata'), 'name')}`);
  const parameters = options.parameters ?? new Map<string, string>();
  const objects = processTemplate(node, { parameters, random: options.random }, findings) ?? [];
  diagnostics.push(...findings.list);
  return objects
    .flatMap((object) => expand(object, options, diagnostics))
    .map(({ node: object }) => ({ node: object, fromTemplate: true }));
}

function loadObject(item: ExpandedObject, namespace: string): { object?: LoadedObject; findings: Findings } {
  const { node, fromTemplate } = item;
  const findings = new Findings(node, whereOf(node));
  const identity = identify(node, namespace, findings);
  const type = identity?.info.type;
  if (!identity || !type) return { findings };
  if (fromTemplate || isOpenShiftGroup(identity.info.apiVersion)) findings.lenient();
  const value = decodeObject(node, type, FieldPath.empty, findings);
  if (findings.hasWrongType) return { findings };
  applyDefaults(type, value);
  dropServerFields(value, identity);
  validate(type, value, identity, findings);
  return findings.hasErrors ? { findings } : { object: { ...identity, value, node }, findings };
}

/** Left behind when an object was read from a server. */
const SERVER_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.daemonset.template.generation',
  'autoscaling.alpha.kubernetes.io/conditions',
  'autoscaling.alpha.kubernetes.io/current-metrics',
];

/** What the server sets itself or ignores on creation. */
function dropServerFields(value: JsonObject, { info, namespace }: ObjectIdentity): void {
  delete value.status;
  value.metadata ??= {};
  const metadata = value.metadata as JsonObject;
  for (const field of ['uid', 'resourceVersion', 'generation', 'selfLink', 'managedFields', 'creationTimestamp']) {
    delete metadata[field];
  }
  const annotations = metadata.annotations as JsonObject | undefined;
  for (const annotation of SERVER_ANNOTATIONS) delete annotations?.[annotation];
  if (info.namespaced) metadata.namespace ??= namespace;
  else delete metadata.namespace;
}

function whereOf(node: MapNode): string {
  const name = textOf(get(node, 'metadata'), 'name') || textOf(get(node, 'metadata'), 'generateName');
  return `${textOf(node, 'kind') || 'object'} ${name}`.trim();
}

function textOf(node: Node | undefined, key: string): string {
  const value = get(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
}
