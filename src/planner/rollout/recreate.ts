import type { Started } from '../steps/replica.ts';
import { causeOf } from './cause.ts';
import { bring, bury, type Exchange, retire } from './exchange.ts';

/** All of the old set goes before anything of the new one starts. */
export function emitRecreate(x: Exchange): Started {
  const olds = x.replicas.flatMap(({ decision }) => decision.old.map((old) => ({ old, cause: causeOf(decision) })));
  const stopped = olds.flatMap(({ old, cause }) => [...retire(x, old, cause, [])]);
  const emitted = x.replicas.map((decided) => bring(x, decided, stopped));
  const ready = emitted.flatMap((e) => [...e.ready]);
  for (const { old, cause } of olds) bury(x, old, cause, [...stopped, ...ready]);
  return { started: emitted.flatMap((e) => [...e.started]), ready };
}
