import type { Started } from '../steps/replica.ts';
import { causeOf } from './cause.ts';
import { emitChecks, goesThroughGateway } from './checks.ts';
import { type Exchange, giveNames, start } from './exchange.ts';
import { finishSwitch } from './switch-over.ts';

/** The whole new set comes up beside the old one and is checked, then all requests go to it at once. */
export function emitBlueGreen(x: Exchange): Started {
  const emitted = x.replicas.map((decided) => start(x, decided, []));
  const ready = emitted.flatMap((e) => [...e.ready]);
  const host = x.part.replicas[0]?.replica.host ?? '';
  const checks = x.part.workload.rollout.checks.filter((check) => !goesThroughGateway(check));
  const checked = emitChecks(x, checks, host, ready);
  const old = x.replicas.flatMap(({ decision }) => decision.old.map((live) => ({ live, cause: causeOf(decision) })));
  const named = x.replicas.flatMap((decided) => [...giveNames(x, decided, checked)]);
  return { started: emitted.flatMap((e) => [...e.started]), ready: finishSwitch(x, x.replicas, old, named) };
}
