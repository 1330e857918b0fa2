import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutStatus } from '../../model/rollout-status.ts';
import { readHistory } from '../history.ts';
import { observe } from '../make-plan.ts';
import type { Session } from '../session.ts';
import { rolloutStatus } from './status.ts';

const EVERY_MS = 1000;

/** The status now, and with `watch` again and again until nothing is left to wait for. */
export async function* watchStatus(session: Session, stack: string, watch: boolean): AsyncGenerator<RolloutStatus> {
  for (;;) {
    const [history, live] = await Promise.all([
      readHistory(session, stack),
      observe(session.readers, stack, { refresh: false }),
    ]);
    const status = rolloutStatus(stack, history, live.hosts);
    yield status;
    if (!watch || status.isSettled || status.revision?.status === 'paused') return;
    await sleep(EVERY_MS);
  }
}
