import type { Plan } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import { shellLines } from './shell-lines.ts';
import { subjectOf } from './subject.ts';
import { heading, summary } from './summary.ts';

/**
 * The steps as a POSIX shell script of docker commands, in an order that keeps every `after`. It does one step after
 * the other where `apply` works on all hosts at once; secrets are taken from files that whoever runs it provides.
 */
export function renderPlanScript(plan: Plan): string {
  const files = usesFiles(plan.steps);
  const lines = [
    '#!/bin/sh',
    `# ${heading(plan)}`,
    `# ${summary(plan)}`,
    '#',
    '# The hosts are docker contexts of the same names: docker context create NAME --docker host=ssh://user@address',
    ...(files
      ? ['# STOWAGE_FILES is a folder with the configs and secrets, each in a file named by its SHA-256.']
      : []),
    'set -eu',
    ...(files ? [': "$STOWAGE_FILES"'] : []),
    '',
    'on() { host=$1; shift; docker --context "$host" "$@"; }',
    'health() { on "$1" inspect --format "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}" "$2"; }',
    'wait_for() { # HOST CONTAINER STATE SECONDS',
    '  end=$(($(date +%s) + $4))',
    '  until [ "$(health "$1" "$2")" = "$3" ]; do',
    '    [ "$(date +%s)" -lt "$end" ] || { echo "$2 on $1 is not $3 after $4 s" >&2; exit 1; }',
    '    sleep 1',
    '  done',
    '}',
    '',
    ...plan.steps.flatMap((step) => stepLines(plan, step)),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLines(plan: Plan, step: Step): string[] {
  const after = step.after.length > 0 ? `, after ${step.after.join(', ')}` : '';
  const title = `# ${step.id} ${step.kind} ${subjectOf(step)} on ${step.host}: ${step.cause.replaceAll('\n', ' ')}${after}`;
  return [title, ...shellLines(plan, step), ''];
}

function usesFiles(steps: readonly Step[]): boolean {
  return steps.some(
    (s) =>
      s.kind === 'container.create' &&
      (s.spec.files.length > 0 || Object.values(s.spec.env).some((v) => 'digest' in v)),
  );
}
