import type { DesiredState } from '../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { ImportRequest } from '../planner/import/pick.ts';
import type { ImportPlan } from '../planner/import/plan.ts';
import { openOptions } from './cli/open-options.ts';
import { VERSION } from './cli/package.ts';
import { lockWait, type RunFlags } from './cli/run-flags.ts';
import type { ConfigFlags } from './config.ts';
import { type DeployUi, deploy } from './deploy.ts';
import { type ImportFlags, importRequest } from './import-request.ts';
import { importSummary } from './import-summary.ts';
import { observe } from './make-plan.ts';
import { prepare } from './prepare.ts';
import { type Session, withSession } from './session.ts';
import type { SettingsFlags } from './settings.ts';

type Flags = SettingsFlags & ConfigFlags & ImportFlags & RunFlags & { readonly resolve: boolean };

export interface MadeImport extends ImportPlan {
  readonly live: LiveState;
  /** What is left as it is, and what stands in the way of the plan that follows. */
  readonly notices: readonly Diagnostic[];
}

/** `stowage import --dry-run`: what would be taken over. Changes nothing. */
export async function findImports(flags: Flags): Promise<MadeImport> {
  const { settings, compiled } = await prepare(flags);
  return await withSession(settings.inventory.hosts, openOptions(settings), async (session) => {
    const made = await makeImport(compiled.desired, session, flags);
    return { ...made, notices: [...settings.warnings, ...compiled.diagnostics, ...made.notices] };
  });
}

/** `stowage import`: shows what is taken over, asks, and notes it on the hosts. */
export async function runImport({ flags, ui }: { readonly flags: Flags; readonly ui: DeployUi }): Promise<ExitCode> {
  const { settings, compiled } = await prepare(flags);
  return await withSession(settings.inventory.hosts, openOptions(settings), async (session) => {
    const made = await makeImport(compiled.desired, session, flags);
    await ui.warn([...settings.warnings, ...compiled.diagnostics, ...made.notices]);
    if (made.plan.steps.length === 0 && !ui.json) {
      ui.print('Nothing to take over: all that was found is the stack’s already.\n');
      return EXIT.done;
    }
    const code = await deploy({
      ...made,
      session,
      payloads: compiled.payloads,
      policy: settings.policy,
      question: `Take these over into stack ${made.plan.stack}?`,
      action: 'import',
      cause: flags.cause ?? 'stowage import',
      lockWaitMs: lockWait(flags['lock-timeout']),
      replan: () => makeImport(compiled.desired, session, flags),
      ui,
    });
    if (code === EXIT.done && !ui.json) ui.print(importSummary(made.next));
    return code;
  });
}

/**
 * Looks at the hosts and plans. Nothing here can change a host.
 *
 * @throws DiagnosticError (64) for what cannot be taken over, (1) when nothing is found
 */
async function makeImport(
  desired: DesiredState,
  session: Session,
  flags: ConfigFlags & ImportFlags & { readonly resolve: boolean },
): Promise<MadeImport> {
  const request = importRequest(flags, desired.stack);
  const [live, { pickContainers, composeProjects }, { wantedSpecs }, { planImport }] = await Promise.all([
    observe(session.readers, desired.stack, { refresh: false }),
    import('../planner/import/pick.ts'),
    import('../planner/import/wanted.ts'),
    import('../planner/import/plan.ts'),
  ]);
  const { candidates, problems, notices, found } = pickContainers(desired, live, request);
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  const isKnown = found > 0 || (flags['from-compose'] === undefined && hasContainers(live, desired.stack));
  if (candidates.length === 0 && !isKnown) {
    throw new DiagnosticError([...notices, nothingFound(request, composeProjects(live))], EXIT.failed);
  }
  const { resolveStackImages } = await import('./images.ts');
  const { images, localImages, notices: told } = await resolveStackImages(desired, session.readers, live, flags);
  const wanted = wantedSpecs(desired, live, candidates, images);
  const [seen, unchanged] = await Promise.all([inspect(session, live, wanted), unchangedWorkloads(flags, candidates)]);
  const options = { toolVersion: VERSION, images, localImages };
  const made = planImport({ desired, live, candidates, seen, unchanged, options });
  return { ...made, live, notices: [...notices, ...told, ...made.plan.warnings] };
}

function hasContainers(live: LiveState, stack: string): boolean {
  return live.hosts.some((h) => h.containers.some((c) => c.labels[LABEL.stack] === stack));
}

async function inspect(
  { readers }: Session,
  live: LiveState,
  wanted: ReadonlyMap<string, ReadonlyMap<string, ContainerSpec>>,
): Promise<Map<string, ReadonlyMap<string, ContainerSpec>>> {
  const [{ inspectForAdoption }, { isSecretName: isSecret }] = await Promise.all([
    import('../executors/docker/observe/inspect.ts'),
    import('../compiler/seal.ts'),
  ]);
  const found = live.hosts.map(async (host): Promise<[string, ReadonlyMap<string, ContainerSpec>]> => {
    const reader = readers.find((r) => r.name === host.name);
    const here = wanted.get(host.name);
    if (reader === undefined || here === undefined) return [host.name, new Map()];
    return [host.name, await inspectForAdoption(reader, host, here, { isSecret })];
  });
  return new Map(await Promise.all(found));
}

/** Workloads whose service hashes as it did when docker compose made all their containers. */
async function unchangedWorkloads(
  flags: ConfigFlags,
  candidates: readonly { readonly workload: string; readonly container: { readonly labels: Plan['images'] } }[],
): Promise<ReadonlySet<string>> {
  const HASH = 'com.docker.compose.config-hash';
  const known = candidates.filter(({ container }) => container.labels[HASH] !== undefined);
  if (known.length === 0) return new Set();
  const [{ loadConfig }, { serviceHash }] = await Promise.all([
    import('./config.ts'),
    import('../compiler/compose/service-hash.ts'),
  ]);
  try {
    const { loaded } = await loadConfig({ flags, services: [], env: process.env });
    const { services } = loaded.project;
    const isChanged = ({ workload, container }: (typeof known)[number]) =>
      services[workload] === undefined || serviceHash(services[workload]) !== container.labels[HASH];
    const changed = new Set(known.filter(isChanged).map((c) => c.workload));
    return new Set(known.map((c) => c.workload).filter((w) => !changed.has(w)));
  } catch (error) {
    // Manifests, or a project that only `stowage config` would refuse: then nobody can tell.
    if (error instanceof DiagnosticError) return new Set();
    throw error;
  }
}

function nothingFound({ project, containers }: ImportRequest, projects: readonly string[]): Diagnostic {
  const others = projects.length === 0 ? 'no project of docker compose runs there' : `there is ${projects.join(', ')}`;
  return {
    severity: 'error',
    code: 'import/nothing-found',
    message: 'there is nothing to take over',
    ...(project === undefined ? {} : { where: `compose project ${project}` }),
    why: containers.length > 0 ? 'none of the containers is free' : `the hosts have no container of it; ${others}`,
    fix: 'name the project (--from-compose PROJECT), or the containers (--container NAME=WORKLOAD)',
  };
}
