import type { Diagnostic } from '../../model/diagnostic.ts';
import { type LoadedProject, placeOf } from './load-project.ts';
import { jsonForm, unprintable } from './print.ts';

/** What keeps a project from being printed as JSON, as it does in the reference; YAML takes all of it. */
export function refuseJson({ project, document }: LoadedProject): readonly Diagnostic[] {
  if (project === undefined || document === undefined) return [];
  const found: Diagnostic[] = [];
  const refuse = (path: readonly (string | number)[], message: string, detail: string) => {
    const position = placeOf(document, path);
    found.push({
      severity: 'error',
      code: 'compose/no-json-form',
      message,
      ...(position && { position }),
      path: path.join('.'),
      detail,
      fix: 'print YAML: leave --format json out',
    });
  };
  for (const [name, { build }] of Object.entries(project.services))
    for (const key of build?.ssh ?? [])
      if (key.includes('='))
        refuse(
          ['services', name, 'build', 'ssh'],
          'an SSH key with a path has no form in JSON',
          key.split('=', 1)[0] ?? key,
        );
  const number = unprintable(jsonForm(project));
  if (number !== undefined) refuse([], 'a number has no form in JSON', String(number));
  return found;
}
