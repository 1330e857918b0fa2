import type { CanaryStep, RolloutCheck, RolloutPolicy } from '../../../model/desired.ts';
import { milliseconds, present, seconds } from './convert.ts';
import { type Extension, extensionOf, listIn, numberIn, textIn } from './extension.ts';
import type { CanonicalUpdate } from './types.ts';

const DEFAULT_CHECK_SECONDS = 30;

/**
 * `update_config` (or `rollback_config`) and `x-stowage.rollout` as one policy. Parallelism is 1 and a failure
 * rolls back unless the file says otherwise; the order is left open when it says nothing.
 *
 * @see compose-spec deploy.md, "update_config"
 */
export function rolloutOf(config: CanonicalUpdate | undefined, rollout: Extension): RolloutPolicy {
  const strategy = textIn(rollout, 'strategy');
  return {
    strategy: strategy === 'recreate' || strategy === 'blue-green' || strategy === 'canary' ? strategy : 'rolling',
    parallelism: config?.parallelism ?? 1,
    delayMs: milliseconds(config?.delay) ?? 0,
    minReadySeconds: seconds(textIn(rollout, 'min-ready')) ?? 0,
    monitorMs: milliseconds(config?.monitor) ?? 0,
    maxFailureRatio: config?.max_failure_ratio ?? 0,
    failureAction: failureAction(config?.failure_action),
    checks: listIn(rollout, 'checks').flatMap(checkOf),
    ...present({
      order: config?.order === 'start-first' || config?.order === 'stop-first' ? config.order : undefined,
      maxSurge: share(rollout['max-surge']),
      maxUnavailable: share(rollout['max-unavailable']),
      progressDeadlineSeconds: seconds(textIn(rollout, 'progress-deadline')),
      keepOldSeconds: seconds(textIn(rollout, 'keep-old')),
      canary: Array.isArray(rollout.canary) ? listIn(rollout, 'canary').flatMap(canaryStep) : undefined,
    }),
  };
}

function failureAction(action: string | undefined): RolloutPolicy['failureAction'] {
  return action === 'pause' || action === 'continue' ? action : 'rollback';
}

function share(value: unknown): RolloutPolicy['maxSurge'] {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+%$/.test(value) ? (value as `${number}%`) : undefined;
}

/** One of `weight: 10`, `replicas: 1`, `pause: 5m`, `pause: until-promoted`, `check: {…}`. */
function canaryStep(step: Extension): CanaryStep[] {
  const weight = numberIn(step, 'weight');
  if (weight !== undefined) return [{ weightPercent: weight }];
  const replicas = numberIn(step, 'replicas');
  if (replicas !== undefined) return [{ replicas }];
  const pause = textIn(step, 'pause');
  if (pause === 'until-promoted') return [{ pause }];
  if (pause !== undefined) return [{ pauseSeconds: seconds(pause) ?? 0 }];
  return checkOf(extensionOf(step.check)).map((check) => ({ check }));
}

function checkOf(check: Extension): RolloutCheck[] {
  const timeoutSeconds = seconds(textIn(check, 'timeout')) ?? DEFAULT_CHECK_SECONDS;
  const url = textIn(check, 'http');
  if (url !== undefined) {
    const maxLatencyMs = milliseconds(textIn(check, 'max-latency'));
    return [
      { type: 'http', url, status: numberIn(check, 'status') ?? 200, timeoutSeconds, ...present({ maxLatencyMs }) },
    ];
  }
  const exec = commandOf(check.exec);
  if (exec !== undefined) return [{ type: 'exec', command: exec, timeoutSeconds }];
  const local = commandOf(check.local);
  if (local !== undefined) return [{ type: 'local', command: local, timeoutSeconds }];
  const query = textIn(check, 'prometheus');
  return query === undefined
    ? []
    : [{ type: 'prometheus', server: textIn(check, 'server') ?? '', query, timeoutSeconds }];
}

/** A list is run as it is, a string by a shell. */
function commandOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return ['/bin/sh', '-c', value];
  return Array.isArray(value) ? value.map(String) : undefined;
}
