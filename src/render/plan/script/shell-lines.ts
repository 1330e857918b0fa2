import type { Plan } from '../../../model/plan.ts';
import { maskSecrets } from '../../../model/secret-text.ts';
import type { Step } from '../../../model/step.ts';
import { dockerCommands } from './docker-commands.ts';
import { shellQuote } from './shell-quote.ts';

/** The commands of a step as lines of a shell script (`on HOST …` is docker on that host). */
export function shellLines(plan: Plan, step: Step): string[] {
  return dockerCommands(plan, step).map((words) =>
    words.map((w) => (typeof w === 'string' ? shellQuote(w) : w.raw)).join(' '),
  );
}

const LONGEST = 240;

/** The docker commands that do what a step does, for people; empty where docker has none. */
export function commandsOf(plan: Plan, step: Step): string[] {
  return shellLines(plan, step)
    .filter((line) => line.startsWith('on '))
    .map(maskSecrets)
    .map((line) => line.replace(/^on (\S+)/, 'docker --context $1'))
    .map((line) => (line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`));
}
