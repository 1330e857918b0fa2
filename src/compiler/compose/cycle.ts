import type { CanonicalProject } from './canonical/types.ts';

/** A circle of services that depend on each other, closed by its first name; undefined when there is none. */
export function findCycle(project: CanonicalProject): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of Object.keys(project.services).sort()) {
    const cycle = search(start, project, done);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Depth first with a stack of its own, so that a long chain does not exhaust the call stack. */
function search(start: string, project: CanonicalProject, done: Set<string>): readonly string[] | undefined {
  const path: string[] = [];
  const onPath = new Set<string>();
  const stack: { readonly name: string; readonly rest: string[] }[] = [];
  const enter = (name: string) => {
    path.push(name);
    onPath.add(name);
    stack.push({ name, rest: Object.keys(project.services[name]?.depends_on ?? {}).sort() });
  };
  if (!done.has(start)) enter(start);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.rest.shift();
    if (next === undefined) {
      stack.pop();
      path.pop();
      onPath.delete(top.name);
      done.add(top.name);
    } else if (onPath.has(next)) {
      return [...path.slice(path.indexOf(next)), next];
    } else if (!done.has(next) && Object.hasOwn(project.services, next)) {
      enter(next);
    }
  }
  return undefined;
}
