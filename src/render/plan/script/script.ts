import type { Plan } from '../../../model/plan.ts';
import type { Step } from '../../../model/step.ts';
import { subjectOf } from '../subject.ts';
import { heading, summary } from '../summary.ts';
import { unsaid } from './create-flags.ts';
import { shellLines } from './shell-lines.ts';

const ON = 'on() { host=$1; shift; docker --context "$host" "$@"; }';

const WAIT = `# Waits until a container is healthy, running (and healthy where it has a check) or completed.
wait_for() { # HOST CONTAINER STATE SECONDS
  end=$(($(date +%s) + $4))
  while :; do
    state=$(on "$1" inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}} {{.State.ExitCode}}' "$2")
    case "$3 $state" in
      'healthy running healthy '* | 'running running healthy '* | 'running running  '* | 'completed exited '*' 0') return ;;
      *' exited '* | *' dead '*) echo "$2 on $1 has ended: $state" >&2; exit 1 ;;
    esac
    [ "$(date +%s)" -lt "$end" ] || { echo "$2 on $1 is not $3 after $4 s: $state" >&2; exit 1; }
    sleep 1
  done
}`;

const PUT = `# Puts a config or secret into a container that was created, by way of an archive that has only this file in it.
put() { # HOST CONTAINER SHA256 TARGET MODE UID GID
  folder=$(mktemp -d)
  file=$folder$4
  mkdir -p "\${file%/*}"
  cp "$STOWAGE_FILES/$3" "$file"
  chmod "$5" "$file"
  tar -C "$folder" --owner="$6" --group="$7" --numeric-owner -cf - "\${4#/}" | on "$1" cp - "$2:/"
  rm -rf "$folder"
}`;

/**
 * The steps as a POSIX shell script of docker commands, in an order that keeps every `after`. It does one step after
 * the other where `apply` works on all hosts at once; configs and secrets are taken from files that whoever runs it
 * provides. What no docker command does is said at the top and at its place.
 */
export function renderPlanScript(plan: Plan): string {
  const text = plan.steps.flatMap((step) => stepLines(plan, step));
  const files = text.some((line) => line.includes('$STOWAGE_FILES') || line.startsWith('put '));
  const waits = text.some((line) => line.startsWith('wait_for '));
  const lines = [
    '#!/bin/sh',
    ...comment(heading(plan)),
    ...comment(summary(plan)),
    '#',
    '# The hosts are docker contexts of the same names: docker context create NAME --docker host=ssh://user@address',
    ...(files
      ? ['# STOWAGE_FILES is a folder with the configs and secrets, each in a file named by its SHA-256.']
      : []),
    ...missing(plan),
    'set -eu',
    ...(files ? [': "$STOWAGE_FILES"'] : []),
    '',
    ON,
    ...(waits ? [WAIT] : []),
    ...(text.some((line) => line.startsWith('put ')) ? [PUT] : []),
    '',
    ...text,
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Kinds of steps that only apply can do. */
function missing(plan: Plan): string[] {
  const kinds = new Set(plan.steps.filter((s) => shellLines(plan, s).length === 0).map((s) => s.kind));
  if (kinds.size === 0) return [];
  return [`# Not in this script, as docker has no command for it: ${[...kinds].sort().join(', ')}.`];
}

function stepLines(plan: Plan, step: Step): string[] {
  const after = step.after.length > 0 ? `, after ${step.after.join(', ')}` : '';
  const title = `${step.id} ${step.kind} ${subjectOf(step)} on ${step.host}: ${step.cause}${after}`;
  const commands = shellLines(plan, step);
  const notes = step.kind === 'container.create' ? unsaid(step.spec).map((note) => `not quite the same: ${note}`) : [];
  return [
    ...comment(title),
    ...notes.flatMap(comment),
    ...(commands.length === 0 ? ['# no docker command; stowage apply does it'] : commands),
    '',
  ];
}

function comment(text: string): string[] {
  return text.split('\n').map((line) => `# ${line}`);
}
