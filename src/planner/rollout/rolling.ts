import type { DecidedReplica } from '../steps/context.ts';
import type { Started } from '../steps/replica.ts';
import { causeOf } from './cause.ts';
import { bring, bury, delayed, type Exchange, retire } from './exchange.ts';

/**
 * Old generations give way to new ones in a sliding window: the i-th start waits for the (i − surge)-th stop, the k-th
 * stop for the (k − unavailable)-th replica to be ready.
 */
export function emitRolling(x: Exchange): Started {
  const { replicas, pace } = x;
  const stops: (readonly number[])[] = [];
  const readies: (readonly number[])[] = [];
  const started: number[] = [];
  const wait = (after: readonly number[]) => delayed(x, pace.delayMs, 'delay between replicas', after);
  const emitStops = (k: number) => {
    const { decision } = replicas[k] as DecidedReplica;
    const gate = k < pace.unavailable ? [] : wait(readies.slice(0, k - pace.unavailable + 1).flat());
    stops[k] = decision.old.flatMap((old) => [...retire(x, old, causeOf(decision), gate)]);
  };
  let nextStop = 0;
  for (let i = 0; i < replicas.length; i++) {
    while (nextStop < replicas.length && nextStop < i + pace.unavailable) emitStops(nextStop++);
    const own = i >= pace.surge ? (stops[i - pace.surge] ?? []) : [];
    const window = pace.surge > 0 && i >= pace.surge ? wait(own) : own;
    const emitted = bring(x, replicas[i] as DecidedReplica, window);
    started.push(...emitted.started);
    readies.push(emitted.ready);
    while (nextStop < replicas.length && nextStop - pace.unavailable < readies.length) emitStops(nextStop++);
  }
  replicas.forEach(({ decision }, i) => {
    for (const old of decision.old) bury(x, old, causeOf(decision), [...(stops[i] ?? []), ...(readies[i] ?? [])]);
  });
  return { started, ready: readies.flat() };
}
