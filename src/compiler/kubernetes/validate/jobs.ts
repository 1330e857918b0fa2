import { labelValue } from '../../../model/kubernetes/names.ts';
import { matchesSelector, selectorFromLabelSelector } from '../../../model/kubernetes/selector.ts';
import type { CronJob, Job, JobSpec } from '../api.ts';
import { cronError } from '../cron.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { validateLabelSelector } from './metadata.ts';
import { validateTemplate } from './pod.ts';
import { checkName, checkNotNegative, checkOneOf, checkRequired } from './values.ts';

const SPEC = FieldPath.root('spec');
const NAME_MAX = 52;
/** Labels that the server puts on a job's pods and selects by. */
const GENERATED = new Set([
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
]);

export function validateJob({ metadata, spec = {} }: Job, findings: Findings): void {
  const name = metadata?.name ?? '';
  if (!spec.manualSelector) checkName(labelValue, name, SPEC.child('template', 'labels'), findings);
  validateJobSpec(spec, SPEC, findings);
  const path = SPEC.child('selector');
  checkSelectorMatches(spec, findings);
  if (spec.manualSelector) {
    if (!spec.selector) findings.required(path, 'manualSelector needs it');
    return;
  }
  const keys = [
    ...Object.keys(spec.selector?.matchLabels ?? {}),
    ...(spec.selector?.matchExpressions ?? []).map(({ key }) => key ?? ''),
  ];
  if (keys.some((key) => !GENERATED.has(key))) {
    findings.invalid(path, { detail: 'the server makes the selector of a job', fix: 'remove it' });
  }
}

/** Of the labels that the server puts on the pods nothing can be said here. */
function checkSelectorMatches({ selector, template }: JobSpec, findings: Findings): void {
  const read = selectorFromLabelSelector(selector as Parameters<typeof selectorFromLabelSelector>[0]);
  if (!selector || read === undefined || read === 'nothing') return;
  const own = read.filter(({ key }) => !GENERATED.has(key));
  if (matchesSelector(own, (template?.metadata?.labels ?? {}) as Readonly<Record<string, string>>)) return;
  findings.invalid(SPEC.child('template', 'metadata', 'labels'), 'spec.selector does not match these labels');
}

function validateJobSpec(spec: JobSpec, path: FieldPath, findings: Findings): void {
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ] as const) {
    checkNotNegative(spec[field], path.child(field), findings);
  }
  validateLabelSelector(spec.selector, path.child('selector'), findings);
  validateTemplate(spec.template ?? {}, path.child('template'), findings);
  const restart = spec.template?.spec?.restartPolicy;
  if (restart !== 'OnFailure' && restart !== 'Never') {
    findings.required(path.child('template', 'spec', 'restartPolicy'), {
      detail: 'the pods of a job end',
      fix: 'write OnFailure or Never',
    });
  }
  const { completionMode } = spec;
  if (completionMode === undefined) return;
  checkOneOf(completionMode, ['Indexed', 'NonIndexed'], path.child('completionMode'), findings);
  if (completionMode === 'Indexed' && spec.completions === undefined) {
    findings.required(path.child('completions'), 'the mode Indexed needs it');
  }
}

export function validateCronJob({ metadata, spec = {} }: CronJob, findings: Findings): void {
  if ((metadata?.name?.length ?? 0) > NAME_MAX) {
    findings.invalid(FieldPath.root('metadata').child('name'), `it must be no more than ${NAME_MAX} characters`);
  }
  const path = SPEC.child('schedule');
  if (checkRequired(spec.schedule, path, findings)) {
    const error = cronError(spec.schedule ?? '');
    if (error)
      findings.invalid(path, {
        detail: `\`${spec.schedule}\`: ${error}`,
        fix: 'five fields: minute hour day month weekday',
      });
  }
  checkNotNegative(spec.startingDeadlineSeconds, SPEC.child('startingDeadlineSeconds'), findings);
  checkOneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], SPEC.child('concurrencyPolicy'), findings);
  checkTimeZone(spec.timeZone, SPEC.child('timeZone'), findings);
  const job = spec.jobTemplate?.spec ?? {};
  const jobPath = SPEC.child('jobTemplate', 'spec');
  validateJobSpec(job, jobPath, findings);
  if (job.manualSelector) checkOneOf('true', ['false'], jobPath.child('manualSelector'), findings);
  for (const field of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const) {
    checkNotNegative(spec[field], SPEC.child(field), findings);
  }
}

function checkTimeZone(zone: string | undefined, path: FieldPath, findings: Findings): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    if (zone === 'Local' || zone === '') throw new RangeError(zone);
  } catch {
    findings.invalid(path, `\`${zone}\` is no time zone`);
  }
}
