import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { extensionsOf, type JsonMap, plainJson } from './canonical/codec.ts';
import { EXTENSIONS, gatherExtensions } from './canonical/extensions.ts';
import { sections } from './canonical/fields.ts';
import type { CanonicalProject, Service } from './canonical/types.ts';
import { checkConsistency } from './consistency.ts';
import { loadModel } from './load.ts';
import { isMap } from './nodes.ts';
import { normalise } from './normalise.ts';
import type { LoadOptions } from './options.ts';
import { projectNameOf, requireName } from './project-name.ts';
import { applyProfiles, dropUnused, selectServices } from './select.ts';
import { readServiceFiles } from './service-files.ts';
import { fail, hasErrors, type Session, Stop, startOf } from './session.ts';
import { type Setup, setUp } from './setup.ts';

export interface LoadedProject {
  /** Absent exactly when an error is among the diagnostics. */
  readonly project?: CanonicalProject;
  /** The merged model in long form, with places; values are as they were before types were given to them. */
  readonly document?: MapNode;
  /** Services that no enabled profile has. */
  readonly disabled: Readonly<Record<string, Service>>;
  readonly variables: ReadonlyMap<string, string>;
  /** Absolute paths, or `-`. */
  readonly files: readonly string[];
  /** The project folder, absolute. */
  readonly folder: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads a compose project as `docker compose config` does.
 *
 * Passes, each a module of its own: read, resets, interpolation, extends, include, merge, structure, short forms,
 * defaults, rules, paths, environment, normalisation, types, profiles, consistency, env files, selection.
 */
export function loadComposeProject(options: LoadOptions): LoadedProject {
  const session = createSession(options);
  const state: { -readonly [K in keyof LoadedProject]?: LoadedProject[K] } = {};
  try {
    Object.assign(state, run(options, session));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  const { project, ...rest } = state;
  return {
    disabled: {},
    variables: new Map(),
    files: [],
    folder: options.workingDir,
    ...rest,
    ...(project && !hasErrors(session) && { project }),
    diagnostics: oncePerPlace(session.diagnostics),
  };
}

/** Only the merged model, in long form, with places: what is left when variables are not filled in. */
export function loadComposeModel(options: LoadOptions): Pick<LoadedProject, 'document' | 'diagnostics'> {
  const session = createSession(options);
  let document: MapNode | undefined;
  try {
    document = loadDocumentOf(options, session).document;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return { ...(document && !hasErrors(session) && { document }), diagnostics: oncePerPlace(session.diagnostics) };
}

export function createSession(options: LoadOptions): Session {
  const home = options.environment.HOME;
  return {
    reader: options.reader,
    diagnostics: [],
    documents: new Map(),
    interpolate: options.interpolate ?? true,
    modernise: options.modernise ?? false,
    currentDirectory: options.workingDir,
    ...(home && { home }),
    ...(options.stdin !== undefined && { stdin: options.stdin }),
  };
}

interface LoadedDocument {
  readonly document: MapNode;
  readonly name: string;
  readonly setup: Setup;
}

function loadDocumentOf(options: LoadOptions, session: Session): LoadedDocument {
  const setup = setUp(options, session);
  const name = projectNameOf(options, setup, session);
  setup.variables.set('COMPOSE_PROJECT_NAME', name);
  const model = loadModel(setup.files, {
    session,
    folder: setup.folder,
    base: setup.folder,
    environment: setup.variables,
    trail: [],
    resolvePaths: options.resolvePaths ?? true,
  });
  if (model.entries.size === 0)
    fail(session, 'empty', {
      message: 'the compose file is empty',
      position: startOf(setup.files[0] ?? ''),
      fix: 'add services:',
    });
  requireName(name, session);
  const lookup = (variable: string) => setup.variables.get(variable);
  return { document: options.normalise === false ? model : normalise(model, name, lookup), name, setup };
}

function run(options: LoadOptions, session: Session): Partial<LoadedProject> {
  const { document, name, setup } = loadDocumentOf(options, session);
  const { files, folder, variables } = setup;
  return { document, files, folder, variables, ...assemble(document, name, options, setup, session) };
}

function assemble(
  document: MapNode,
  name: string,
  options: LoadOptions,
  setup: Setup,
  session: Session,
): Pick<LoadedProject, 'project' | 'disabled'> {
  const typed = typeSections(document, session);
  const selection = applyProfiles(typed.services ?? {}, setup.profiles);
  const place = (path: readonly (string | number)[]) => placeOf(document, path);
  const disabled = new Set(Object.keys(selection.disabled));
  let project: CanonicalProject = { ...typed, name, services: selection.enabled };
  if (options.consistency !== false) {
    checkConsistency({ project, disabled, session, place });
    project = { ...project, services: mapServices(project.services, shareScale) };
  }
  if (options.resolveEnvironment !== false && !hasErrors(session))
    project = {
      ...project,
      services: mapServices(project.services, (service, key) =>
        readServiceFiles(key, service, { session, variables: setup.variables, place }),
      ),
    };
  const services = selectServices(
    { enabled: project.services, disabled: selection.disabled },
    options.services ?? [],
    setup.profiles,
    session,
  );
  project = { ...project, services };
  if (options.consistency !== false) checkContainerNames(project, place, session);
  return { project: options.allResources ? project : dropUnused(project), disabled: selection.disabled };
}

function mapServices(
  services: Readonly<Record<string, Service>>,
  change: (service: Service, name: string) => Service,
): Record<string, Service> {
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, change(service, name)]));
}

type Typed = Partial<Omit<CanonicalProject, 'name'>>;

function typeSections(document: MapNode, session: Session): Typed {
  const gathered = gatherExtensions(document);
  const result: Record<string, unknown> = {};
  for (const [section, codec] of Object.entries(sections)) {
    const node = gathered.entries.get(section)?.value;
    if (node && isMap(node)) result[section] = codec(node, section, session);
  }
  const extensions = gathered.entries.get(EXTENSIONS)?.value;
  if (isMap(extensions)) (result as { [extensionsOf]?: JsonMap })[extensionsOf] = plainJson(extensions) as JsonMap;
  return result as Typed;
}

/** Where both are written the two agree; a deploy section without replicas takes them from scale. */
function shareScale(service: Service): Service {
  if (service.scale === undefined || !service.deploy) return service;
  return { ...service, deploy: { ...service.deploy, replicas: service.scale } };
}

function checkContainerNames(
  project: CanonicalProject,
  place: (path: string[]) => Position | undefined,
  session: Session,
): void {
  const taken = new Map<string, string>();
  for (const [name, { container_name: container }] of Object.entries(project.services)) {
    if (!container) continue;
    const other = taken.get(container);
    if (other !== undefined) {
      const position = place(['services', name, 'container_name']);
      fail(session, 'container-name', {
        message: 'two services have the same container name',
        ...(position && { position }),
        path: `services.${name}.container_name`,
        detail: `${container} is the name of ${other} too`,
        fix: 'give one of them another name, or none',
      });
    }
    taken.set(container, name);
  }
}

/** Where a path was written, or the nearest thing around it. */
export function placeOf(document: MapNode, path: readonly (string | number)[]): Position | undefined {
  let node: Node | undefined = document;
  let position: Position | undefined;
  for (const part of path) {
    if (node?.kind === 'map' && typeof part === 'string') {
      const entry = node.entries.get(part);
      if (!entry) break;
      position = { ...entry.keyPosition, length: part.length };
      node = entry.value;
    } else if (node?.kind === 'sequence' && typeof part === 'number') {
      const item: Node | undefined = node.items[part];
      if (!item) break;
      position = item.position;
      node = item;
    } else {
      break;
    }
  }
  return position;
}

/** The first error at a place is the cause of the others there. */
function oncePerPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ position, severity, code, path }) => {
    if (!position) return true;
    const place = `${position.file}:${position.line}:${position.column}`;
    const key = severity === 'error' ? place : `${place} ${code} ${path ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
