import { parseConstraint } from '../../../model/constraint.ts';
import type { PlacementRules, PodAffinityTerm, TaintEffect, Toleration } from '../../../model/desired.ts';
import { type Conversion, present, report } from './convert.ts';
import { type Extension, extensionOf, listIn, textIn } from './extension.ts';
import { type Companion, legacyFilters } from './legacy-filters.ts';
import type { CanonicalProject, CanonicalService } from './types.ts';

/** Where replicas may run: `deploy.placement`, filters of the first Swarm in `environment`, and `x-stowage`. */
export function placementOf(
  service: CanonicalService,
  path: string,
  project: CanonicalProject,
  to: Conversion,
): PlacementRules {
  const placement = service.deploy?.placement ?? {};
  const extension = extensionOf(service['x-stowage']);
  const legacy = legacyFilters(service, path, project, to);
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
    nodeAffinity: { preferred: legacy.preferredNodes },
    podAffinity: affinity(legacy.beside),
    podAntiAffinity: affinity(legacy.apart),
    tolerations: listIn(extension, 'tolerations').map(toleration),
    topologySpread: [],
    ...present({
      maxPerHost: placement.max_replicas_per_node || undefined,
      strategy: textIn(extension, 'strategy') as PlacementRules['strategy'],
      seed: textIn(extension, 'seed'),
    }),
  };
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

function affinity(companions: readonly Companion[]): PlacementRules['podAffinity'] {
  const term = ({ selector }: Companion): PodAffinityTerm => ({
    labelSelector: selector,
    namespaces: [],
    topologyKey: 'kubernetes.io/hostname',
  });
  return {
    required: companions.filter(({ soft }) => !soft).map(term),
    preferred: companions.filter(({ soft }) => soft).map((one) => ({ weight: 100, term: term(one) })),
  };
}

function toleration(map: Extension): Toleration {
  const value = textIn(map, 'value');
  return {
    operator: textIn(map, 'operator') === 'Exists' || value === undefined ? 'Exists' : 'Equal',
    ...present({ key: textIn(map, 'key'), value, effect: textIn(map, 'effect') as TaintEffect | undefined }),
  };
}
