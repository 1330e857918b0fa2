import type { Constraint, LabelSelector, NodeSelectorTerm } from '../../../model/desired.ts';
import { type Conversion, report } from './convert.ts';
import { SERVICE_LABEL } from './service-label.ts';
import type { CanonicalProject, CanonicalService } from './types.ts';

/** Another service whose replicas one wants beside itself, or not. */
export interface Companion {
  readonly selector: LabelSelector;
  /** A wish rather than a demand. */
  readonly soft: boolean;
}

export interface LegacyFilters {
  readonly constraints: readonly Constraint[];
  readonly preferredNodes: readonly { readonly weight: number; readonly term: NodeSelectorTerm }[];
  readonly beside: readonly Companion[];
  readonly apart: readonly Companion[];
}

/** A variable that the first Swarm read as a filter: `constraint:storage==ssd`, `affinity:container!=db`. */
export function isLegacyFilter(name: string): boolean {
  return /^(?:constraint|affinity):/.test(name);
}

interface Filter {
  readonly kind: string;
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly soft: boolean;
  readonly value: string;
}

/** The placement rules that the environment of a service asks for; patterns have no counterpart and are said. */
export function legacyFilters(
  service: CanonicalService,
  path: string,
  project: CanonicalProject,
  to: Conversion,
): LegacyFilters {
  const constraints: Constraint[] = [];
  const preferredNodes: { weight: number; term: NodeSelectorTerm }[] = [];
  const beside: Companion[] = [];
  const apart: Companion[] = [];
  for (const entry of filterEntries(service.environment ?? {})) {
    const filter = parseFilter(entry);
    if (filter === undefined || /[*?]|^\/.*\/$/.test(filter.value)) {
      notHonoured(entry, `${path}.environment`, to);
    } else if (filter.kind === 'affinity') {
      (filter.operator === '==' ? beside : apart).push(companion(filter, project));
    } else if (filter.soft) {
      preferredNodes.push(preference(filter));
    } else {
      constraints.push({ key: nodeKey(filter.key), operator: filter.operator, value: filter.value });
    }
  }
  return { constraints, preferredNodes, beside, apart };
}

/** In a list the filter is one string with its `==` inside; the canonical map has split it at the first `=`. */
function filterEntries(environment: Readonly<Record<string, string | null>>): string[] {
  return Object.entries(environment)
    .filter(([key]) => isLegacyFilter(key))
    .map(([key, value]) => (/[=!]=/.test(key) || value === null ? key : `${key}=${value}`));
}

function parseFilter(text: string): Filter | undefined {
  const match = /^(constraint|affinity):([^=!]+)(==|!=)(~?)(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, kind = '', key = '', operator, soft, value = ''] = match;
  return { kind, key: key.trim(), operator: operator as Filter['operator'], soft: soft === '~', value: value.trim() };
}

/** `node` is the host's name; any other key is a label, here one of the inventory. */
function nodeKey(key: string): string {
  if (key === 'node') return 'node.hostname';
  return /^(?:node|engine)\./.test(key) ? key : `node.labels.${key}`;
}

function preference({ key, operator, value }: Filter): { weight: number; term: NodeSelectorTerm } {
  const label = key === 'node' ? 'kubernetes.io/hostname' : key;
  const requirement = {
    key: label,
    operator: operator === '==' ? ('In' as const) : ('NotIn' as const),
    values: [value],
  };
  return { weight: 100, term: { matchExpressions: [requirement], matchFields: [] } };
}

/** `container` and `service` name a service or its container; another key is a label of the other container. */
function companion({ key, soft, value }: Filter, project: CanonicalProject): Companion {
  const isName = key === 'container' || key === 'service';
  const label = isName ? SERVICE_LABEL : key;
  const wanted = isName ? serviceNamed(value, project) : value;
  return { soft, selector: { matchLabels: { [label]: wanted }, matchExpressions: [] } };
}

function serviceNamed(value: string, project: CanonicalProject): string {
  const services = project.services ?? {};
  if (Object.hasOwn(services, value)) return value;
  const byContainer = Object.entries(services).find(([, { container_name: name }]) => name === value);
  const prefix = `${project.name}_`;
  const inner = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return byContainer?.[0] ?? inner.replace(/[-_][0-9]+$/, '');
}

function notHonoured(entry: string, path: string, to: Conversion): void {
  report(to, 'warning', 'not-honoured', path, {
    message: 'a placement filter of the first Swarm is not honoured',
    detail: entry,
    why: 'it is no comparison with one value; patterns have no counterpart here',
    fix: 'say it with deploy.placement.constraints',
  });
}
