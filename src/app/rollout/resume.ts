import type { ExitCode } from '../../model/exit-codes.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { unfinishedRevision } from '../../model/revision-share.ts';
import { readHistory } from '../history.ts';
import type { ResumeRequest } from '../run-resume.ts';
import { withStack } from '../stack-session.ts';
import { releaseHold } from './hold.ts';

/** `stowage rollout resume`: takes the hold away, and goes on with the revision that was stopped by it. */
export async function runResumeRollout({ flags, ui }: Omit<ResumeRequest, 'planFile'>): Promise<ExitCode> {
  const { wasHeld, isUnfinished, stack } = await withStack(flags, async (on) => {
    const held = await releaseHold(on.session, on.stack);
    const history = await readHistory(on.session, on.stack);
    return {
      wasHeld: held,
      isUnfinished: unfinishedRevision(history.revisions)?.outcome?.status === 'interrupted',
      stack: on.stack,
    };
  });
  if (!ui.json) ui.print(`Rollouts of stack ${stack} ${wasHeld ? 'may run again' : 'were not paused'}.\n`);
  else if (!isUnfinished) ui.print(`${JSON.stringify({ stack, paused: false })}\n`);
  if (!isUnfinished) return EXIT.done;
  const { runResume } = await import('../run-resume.ts');
  return await runResume({ flags, planFile: undefined, ui });
}
