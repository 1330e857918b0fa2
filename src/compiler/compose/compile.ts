import type { Compiled } from '../../model/compiled.ts';
import { composeToDesired } from './desired/index.ts';
import type { CanonicalProject } from './desired/types.ts';
import { loadComposeProject, placeOf } from './load-project.ts';
import type { LoadOptions } from './options.ts';
import { printJson } from './print.ts';

/** Compose files as a desired state. The project is taken in its printed, canonical form: what users see is what runs. */
export function compileCompose(options: LoadOptions): Compiled {
  const loaded = loadComposeProject(options);
  const { project, document, diagnostics } = loaded;
  if (project === undefined || document === undefined)
    return { diagnostics, payloads: new Map(), positions: new Map() };
  const compiled = composeToDesired(JSON.parse(printJson(project)) as CanonicalProject, {
    reader: options.reader,
    environment: Object.fromEntries(loaded.variables),
    positionOf: (path) => placeOf(document, pathParts(path)),
  });
  return { ...compiled, diagnostics: [...diagnostics, ...compiled.diagnostics] };
}

/** `services.web.ports[0]` → services, web, ports, 0. A dot in a name is not split when the path brackets it. */
function pathParts(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, word]) =>
    index === undefined ? (quoted ?? word ?? '') : Number(index),
  );
}
