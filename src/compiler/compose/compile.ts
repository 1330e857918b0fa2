import type { Compiled } from '../../model/compiled.ts';
import type { CanonicalProject as LoadedCanonical } from './canonical/types.ts';
import { composeToDesired } from './desired/index.ts';
import type { CanonicalProject } from './desired/types.ts';
import { loadComposeProject, placeOf } from './load-project.ts';
import type { LoadOptions } from './options.ts';
import { fullForm } from './print.ts';
import { reportKeys } from './report-keys.ts';

/**
 * Compose files as a desired state. The project is taken in its canonical form: what users see is what runs. Version-1
 * files, which the canonical form refuses, are modernised first.
 */
export function compileCompose(options: LoadOptions): Compiled {
  const loaded = loadComposeProject({ ...options, modernise: true });
  const { project, document, diagnostics } = loaded;
  if (project === undefined || document === undefined)
    return { diagnostics, payloads: new Map(), positions: new Map() };
  const compiled = composeToDesired(plain(project), {
    reader: options.reader,
    environment: Object.fromEntries(loaded.variables),
    sources: options.sources ?? new Map(),
    keepsExternal: options.keepsExternal ?? false,
    positionOf: (path) => placeOf(document, pathParts(path)),
  });
  return { ...compiled, diagnostics: [...diagnostics, ...reportKeys(document, project), ...compiled.diagnostics] };
}

/** Integers beyond 2^53 have no meaning in a deployment. */
function plain(project: LoadedCanonical): CanonicalProject {
  return JSON.parse(JSON.stringify(fullForm(project), (_key, v) => (typeof v === 'bigint' ? Number(v) : v)));
}

/** `services.web.ports[0]` → services, web, ports, 0. A dot in a name is not split when the path brackets it. */
function pathParts(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, word]) =>
    index === undefined ? (quoted ?? word ?? '') : Number(index),
  );
}
