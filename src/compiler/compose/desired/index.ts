import type { Compiled } from '../../../model/compiled.ts';
import type { DesiredState } from '../../../model/desired.ts';
import type { Diagnostic, Position } from '../../../model/diagnostic.ts';
import type { FileReader } from '../../source/reader.ts';
import { budgetOf } from './budget.ts';
import type { Conversion } from './convert.ts';
import { endpointOf, routesOf, stackRoutes } from './endpoints.ts';
import { payloadsOf } from './payloads.ts';
import { workloadOf } from './service.ts';
import { networkOf, optionsOf, volumeOf } from './stack.ts';
import type { CanonicalPayload, CanonicalProject, CanonicalService } from './types.ts';

export interface DesiredOptions {
  readonly reader: FileReader;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of `x-stowage.from`, by `requestKey`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  /** The engine has a store of its own for external configs and secrets. */
  readonly keepsExternal: boolean;
  /** Place of a path such as `services.web.ports`, or of the nearest part of it that was written. */
  readonly positionOf: (path: string) => Position | undefined;
}

/** The canonical project as a desired state. What it cannot honour is among the diagnostics. */
export function composeToDesired(project: CanonicalProject, options: DesiredOptions): Compiled {
  const diagnostics: Diagnostic[] = [];
  const to: Conversion = { ...options, diagnostics, payloads: new Map(), requests: [] };
  const services = Object.entries(project.services ?? {});
  const configs = payloadsOf('config', usedBy(services, 'configs', project.configs), to);
  const secrets = payloadsOf('secret', usedBy(services, 'secrets', project.secrets), to);
  const external = new Set(
    options.keepsExternal
      ? []
      : [
          ...configs.filter((c) => c.external).map((c) => `config/${c.id}`),
          ...secrets.filter((s) => s.external).map((s) => `secret/${s.id}`),
        ],
  );
  const desired: DesiredState = {
    version: 1,
    stack: project.name,
    workloads: services.map(([name, service]) => workloadOf(name, service, project, external, to)),
    endpoints: services.map(([name, service]) => endpointOf(name, service, `services.${name}`, to)),
    routes: [
      ...stackRoutes(project, to),
      ...services.flatMap(([name, service]) => routesOf(name, service, `services.${name}`, to)),
    ],
    networks: Object.entries(project.networks ?? {}).map(([id, n]) => networkOf(id, n, project)),
    volumes: Object.entries(project.volumes ?? {}).map(([id, v]) => volumeOf(id, v)),
    configs,
    secrets,
    disruptionBudgets: services.flatMap(([name, service]) => budgetOf(name, service, to)),
    options: optionsOf(project),
  };
  const hasError = diagnostics.some((d) => d.severity === 'error');
  return {
    ...(hasError ? {} : { desired }),
    diagnostics,
    payloads: to.payloads,
    positions: positions(desired, options),
    ...(to.requests.length > 0 ? { requests: to.requests } : {}),
  };
}

/** What running services mount; a secret of a build has no part in a deployment. */
function usedBy(
  services: readonly [string, CanonicalService][],
  key: 'configs' | 'secrets',
  entries: Readonly<Record<string, CanonicalPayload>> | undefined,
): Readonly<Record<string, CanonicalPayload>> {
  const used = new Set(services.flatMap(([, service]) => (service[key] ?? []).map(({ source }) => source)));
  return Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => used.has(name)));
}

function positions(desired: DesiredState, { positionOf }: DesiredOptions): Map<string, Position> {
  const paths: [string, string][] = [
    ...desired.workloads.map((w): [string, string] => [`workload/${w.id}`, `services.${w.id}`]),
    ...desired.networks.map((n): [string, string] => [`network/${n.id}`, `networks.${n.id}`]),
    ...desired.volumes.map((v): [string, string] => [`volume/${v.id}`, `volumes.${v.id}`]),
    ...desired.configs.map((c): [string, string] => [`config/${c.id}`, `configs.${c.id}`]),
    ...desired.secrets.map((s): [string, string] => [`secret/${s.id}`, `secrets.${s.id}`]),
  ];
  return new Map(
    paths.flatMap(([key, path]) => {
      const position = positionOf(path);
      return position === undefined ? [] : [[key, position] as const];
    }),
  );
}
