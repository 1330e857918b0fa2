import type { Constraint, PlacementRules, PlacementStrategy } from '../../../model/desired.ts';
import { type Conversion, report } from './convert.ts';
import type { CanonicalService } from './types.ts';

const NONE = { required: [], preferred: [] };

/** Rules of `deploy.placement`, and of the filters old Swarm read from the environment. */
export function placementOf(
  service: CanonicalService,
  path: string,
  strategy: PlacementStrategy | undefined,
  to: Conversion,
): PlacementRules {
  const placement = service.deploy?.placement ?? {};
  const legacy = legacyFilters(service, path, to);
  const constraints = (placement.constraints ?? []).flatMap((text, i) => {
    const parsed = parseConstraint(text);
    if (parsed === undefined) refuseConstraint(to, `${path}.deploy.placement.constraints[${i}]`, text);
    return parsed ?? [];
  });
  return {
    constraints: [...constraints, ...legacy.constraints],
    spreadOver: (placement.preferences ?? []).flatMap((p) => p.spread ?? []),
    platforms: [],
    nodeSelector: {},
    nodeAffinity: { preferred: [] },
    podAffinity: { required: legacy.beside.map(besideTerm), preferred: [] },
    podAntiAffinity: { ...NONE, required: legacy.apart.map(besideTerm) },
    tolerations: [],
    topologySpread: [],
    ...(placement.max_replicas_per_node ? { maxPerHost: placement.max_replicas_per_node } : {}),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

/** `node.labels.ssd == true`: key, operator and value as swarmkit splits them. */
function parseConstraint(text: string): Constraint | undefined {
  const match = /^\s*([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(==|!=)\s*(.*?)\s*$/.exec(text);
  if (match === null) return undefined;
  const [, key = '', operator, value = ''] = match;
  return { key, operator: operator as Constraint['operator'], value };
}

function refuseConstraint(to: Conversion, path: string, text: string): void {
  report(to, 'error', 'constraint', path, {
    message: 'a placement constraint cannot be read',
    detail: text,
    why: 'a constraint compares a key with a value',
    fix: 'write it as node.labels.disk == ssd, or node.hostname != web-1',
    see: 'compose-spec deploy.md, "constraints"',
  });
}

interface LegacyFilters {
  readonly constraints: readonly Constraint[];
  readonly beside: readonly string[];
  readonly apart: readonly string[];
}

/** `constraint:storage==ssd` and `affinity:container==frontend` in `environment`, as standalone Swarm read them. */
function legacyFilters(service: CanonicalService, path: string, to: Conversion): LegacyFilters {
  const constraints: Constraint[] = [];
  const beside: string[] = [];
  const apart: string[] = [];
  for (const entry of legacyEntries(service.environment ?? {})) {
    const match = /^(constraint|affinity):([^=!]+)(==|!=)~?(.*)$/.exec(entry);
    if (match === null) continue;
    const [, kind, key = '', operator, value = ''] = match;
    if (kind === 'constraint') {
      const name = key === 'node' ? 'node.hostname' : `node.labels.${key}`;
      constraints.push({ key: name, operator: operator as Constraint['operator'], value });
    } else if (key === 'container' || key === 'service') {
      (operator === '==' ? beside : apart).push(value);
    } else {
      const why = 'only affinity:container and affinity:service have a meaning here';
      report(to, 'warning', 'legacy-affinity', `${path}.environment`, {
        message: 'an affinity of old Swarm is not honoured',
        detail: entry,
        why,
      });
    }
  }
  return { constraints, beside, apart };
}

/** In a list the filter is one string with its `==` inside; the canonical map has split it at the first `=`. */
export function legacyEntries(environment: Readonly<Record<string, string | null>>): string[] {
  return Object.entries(environment)
    .filter(([key]) => isLegacyFilter(key))
    .map(([key, value]) => (/[=!]=/.test(key) || value === null ? key : `${key}=${value}`));
}

export function isLegacyFilter(key: string): boolean {
  return key.startsWith('constraint:') || key.startsWith('affinity:');
}

/** On the same host as the replicas of a service. */
function besideTerm(service: string) {
  return {
    labelSelector: { matchLabels: { 'com.docker.compose.service': service }, matchExpressions: [] },
    namespaces: [],
    topologyKey: 'kubernetes.io/hostname',
  };
}
