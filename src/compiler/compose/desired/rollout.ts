import type { CanaryStep, IntOrPercent, RolloutCheck, RolloutPolicy } from '../../../model/desired.ts';
import { parseDuration } from '../values/duration.ts';
import { type Conversion, milliseconds, present, report } from './convert.ts';
import { type Extension, extensionOf, listIn, numberIn, textIn } from './extension.ts';
import type { CanonicalService, CanonicalUpdate } from './types.ts';

const DEFAULT_CHECK_MS = 30_000;

/** The order is left open: the planner chooses start-first where nothing forbids it, and says so. */
const DEFAULTS: RolloutPolicy = {
  strategy: 'rolling',
  parallelism: 1,
  delayMs: 0,
  minReadySeconds: 0,
  monitorMs: 0,
  maxFailureRatio: 0,
  failureAction: 'rollback',
  checks: [],
};

/**
 * How releases of a service are rolled out: `x-stowage.rollout` over `deploy.update_config` over the stack's own
 * `x-stowage.rollout`. A failure rolls back unless the file says otherwise.
 *
 * @see compose-spec deploy.md, "update_config"
 */
export function rolloutOf(service: CanonicalService, path: string, stack: Extension, to: Conversion): RolloutPolicy {
  const shared = fromExtension(extensionOf(stack.rollout), 'x-stowage.rollout', to);
  const config = fromConfig(service.deploy?.update_config, `${path}.deploy.update_config`, to);
  const own = fromExtension(extensionOf(extensionOf(service['x-stowage']).rollout), `${path}.x-stowage.rollout`, to);
  const policy: RolloutPolicy = { ...DEFAULTS, ...shared, ...config, ...own };
  // Kubernetes arithmetic stands above batches.
  if (policy.maxSurge === undefined && policy.maxUnavailable === undefined) return policy;
  const { parallelism: _parallelism, ...rest } = policy;
  return rest;
}

/** How an undo is rolled out, where the file says so. */
export function rollbackOf(service: CanonicalService, path: string, to: Conversion): RolloutPolicy | undefined {
  const config = service.deploy?.rollback_config;
  return config && { ...DEFAULTS, ...fromConfig(config, `${path}.deploy.rollback_config`, to) };
}

function fromConfig(config: CanonicalUpdate | undefined, path: string, to: Conversion): Partial<RolloutPolicy> {
  if (config === undefined) return {};
  const action = config.failure_action;
  const isKnown = action === 'pause' || action === 'continue' || action === 'rollback';
  if (action !== undefined && !isKnown)
    report(to, 'error', 'failure-action', `${path}.failure_action`, {
      message: 'an action on failure is unknown',
      detail: action,
      fix: 'use pause, continue or rollback',
    });
  return present({
    order: config.order === 'start-first' || config.order === 'stop-first' ? config.order : undefined,
    parallelism: config.parallelism ?? 1,
    delayMs: milliseconds(config.delay),
    monitorMs: milliseconds(config.monitor),
    maxFailureRatio: config.max_failure_ratio,
    failureAction: isKnown ? action : undefined,
  });
}

function fromExtension(map: Extension, path: string, to: Conversion): Partial<RolloutPolicy> {
  const ms = (key: string) => durationMs(map[key], `${path}.${key}`, to);
  const inSeconds = (key: string) => {
    const value = ms(key);
    return value === undefined ? undefined : value / 1000;
  };
  return present({
    strategy: textIn(map, 'strategy') as RolloutPolicy['strategy'] | undefined,
    order: textIn(map, 'order') as RolloutPolicy['order'],
    parallelism: numberIn(map, 'parallelism'),
    maxSurge: amount(map['max-surge'], `${path}.max-surge`, to),
    maxUnavailable: amount(map['max-unavailable'], `${path}.max-unavailable`, to),
    delayMs: ms('delay'),
    minReadySeconds: inSeconds('min-ready'),
    monitorMs: ms('monitor'),
    maxFailureRatio: numberIn(map, 'max-failure-ratio'),
    failureAction: textIn(map, 'failure-action') as RolloutPolicy['failureAction'] | undefined,
    progressDeadlineSeconds: inSeconds('progress-deadline'),
    keepOldSeconds: inSeconds('keep-old'),
    canary: Array.isArray(map.canary)
      ? listIn(map, 'canary').flatMap((step, i) => canarySteps(step, `${path}.canary[${i}]`, to))
      : undefined,
    checks: Array.isArray(map.checks)
      ? listIn(map, 'checks').flatMap((check, i) => readCheck(check, `${path}.checks[${i}]`, to))
      : undefined,
  });
}

/** A whole number, or a share such as `25%`. */
export function amount(value: unknown, path: string, to: Conversion): IntOrPercent | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  if (/^[0-9]+$/.test(text)) return Number(text);
  if (/^[0-9]+%$/.test(text)) return text as IntOrPercent;
  report(to, 'error', 'amount', path, {
    message: 'an amount is neither a number nor a percentage',
    detail: text,
    fix: 'write e.g. 2 or 25%',
  });
  return undefined;
}

/** A duration of `x-stowage`; a plain number counts seconds. */
export function durationMs(value: unknown, path: string, to: Conversion): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0) return value * 1000;
  const nanoseconds = parseDuration(String(value));
  if (nanoseconds !== undefined && nanoseconds >= 0n) return Number(nanoseconds) / 1e6;
  report(to, 'error', 'duration', path, {
    message: 'a duration cannot be read',
    detail: String(value),
    fix: 'write a number with its unit, e.g. 30s or 5m',
  });
  return undefined;
}

/** `weight: 10`, `replicas: 1`, `check: {…}`, `pause: 5m` or `pause: until-promoted`; several in one step go in this order. */
function canarySteps(step: Extension, path: string, to: Conversion): CanaryStep[] {
  const steps: CanaryStep[] = [];
  const weightPercent = numberIn(step, 'weight');
  const replicas = numberIn(step, 'replicas');
  if (weightPercent !== undefined) steps.push({ weightPercent });
  if (replicas !== undefined) steps.push({ replicas });
  if (step.check !== undefined)
    steps.push(...readCheck(extensionOf(step.check), `${path}.check`, to).map((check) => ({ check })));
  if (step.pause === 'until-promoted') return [...steps, { pause: 'until-promoted' }];
  const pauseMs = durationMs(step.pause, `${path}.pause`, to);
  return pauseMs === undefined ? steps : [...steps, { pauseSeconds: pauseMs / 1000 }];
}

function readCheck(check: Extension, path: string, to: Conversion): RolloutCheck[] {
  const kinds = ['http', 'exec', 'local', 'prometheus'].filter((kind) => check[kind] !== undefined);
  const timeoutSeconds = (durationMs(check.timeout, `${path}.timeout`, to) ?? DEFAULT_CHECK_MS) / 1000;
  if (kinds.length !== 1 || (kinds[0] === 'prometheus' && check.server === undefined)) {
    report(to, 'error', 'check', path, {
      message: 'a check does not say what to check',
      detail: kinds.join(' and ') || 'nothing',
      fix: 'give exactly one of http, exec, local and prometheus; prometheus takes its query and server:',
    });
    return [];
  }
  const url = textIn(check, 'http');
  if (url !== undefined) {
    const maxLatencyMs = durationMs(check['max-latency'], `${path}.max-latency`, to);
    const status = numberIn(check, 'status') ?? 200;
    return [{ type: 'http', url, status, timeoutSeconds, ...present({ maxLatencyMs }) }];
  }
  const exec = commandOf(check.exec);
  if (exec !== undefined) return [{ type: 'exec', command: exec, timeoutSeconds }];
  const local = commandOf(check.local);
  if (local !== undefined) return [{ type: 'local', command: local, timeoutSeconds }];
  const query = textIn(check, 'prometheus') ?? '';
  return [{ type: 'prometheus', server: textIn(check, 'server') ?? '', query, timeoutSeconds }];
}

/** A list is run as it is, a string by a shell. */
function commandOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return ['/bin/sh', '-c', value];
  return Array.isArray(value) ? value.map(String) : undefined;
}
