import type { Compiled } from '../model/compiled.ts';
import type { Container, DesiredState, EnvVar, LifecycleHook, Workload } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { hasPasswordInUrl, maskWords } from '../model/secret-text.ts';
import { sha256Hex } from '../model/spec-hash.ts';

/** Names that commonly hold a secret; a name that ends in FILE, PATH or URL-less hints at where one is, not at it. */
const SECRET_NAME =
  /(^|_)(PASS(WORD|WD|PHRASE)?|PW|PWD|SECRETS?|TOKENS?|CREDENTIALS?|API_?KEYS?|ACCESS_?KEYS?|PRIVATE_?KEYS?|SIGNING_?KEYS?|ENCRYPTION_?KEYS?|SECRET_?KEY(_BASE)?|AUTH_?KEY|MASTER_?KEY|DATABASE_URL|REDIS_URL|MONGO(DB)?_UR[IL]|AMQP_URL|DSN|CONNECTION_?STRING)$|PASSWORD|PASSWD/i;
const POINTER_NAME = /(_FILE|_PATH|_DIR|_NAME|_ID|_LENGTH|_POLICY|_MIN|_MAX|_TTL|_EXPIRY|_EXPIRES(_IN)?|_ROTATION)$/i;

/** True for a variable whose value is a secret by its name alone. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !POINTER_NAME.test(name);
}

/**
 * Takes every sensitive value out of a desired state: in its place stands the digest, and the bytes go to the
 * payloads. What is planned, saved, labelled, logged or printed can then hold no secret.
 */
export function sealSensitive(compiled: Compiled): Compiled {
  if (compiled.desired === undefined) return compiled;
  const payloads = new Map(compiled.payloads);
  const seal = (entry: EnvVar): EnvVar => {
    if (!('value' in entry) || entry.value === '' || !isSecret(entry)) return entry;
    const digest = `sha256:${sha256Hex(entry.value)}`;
    payloads.set(digest, new TextEncoder().encode(entry.value));
    return { name: entry.name, digest };
  };
  const diagnostics = [...compiled.diagnostics, ...secretsInCommands(compiled.desired)];
  return { ...compiled, desired: mapEnv(compiled.desired, seal), payloads, diagnostics };
}

function isSecret(entry: EnvVar & { readonly value: string; readonly sensitive?: boolean }): boolean {
  return entry.sensitive === true || isSecretName(entry.name) || hasPasswordInUrl(entry.value);
}

/** A command line stands in the engine's records and in the host's process list for everybody to read. */
function secretsInCommands(desired: DesiredState): Diagnostic[] {
  return desired.workloads.flatMap((workload) =>
    [...workload.template.initContainers, ...workload.template.containers].flatMap((container): Diagnostic[] => {
      const words = [...(container.entrypoint ?? []), ...(container.command ?? []), ...(container.health?.test ?? [])];
      if (maskWords(words).every((word, i) => word === words[i])) return [];
      return [
        {
          severity: 'warning',
          code: 'compile/secret-in-command',
          message: 'a command line holds what reads like a secret',
          where: `${workload.id}${container.name === workload.name ? '' : `, container ${container.name}`}`,
          why: 'it is masked where plans are shown, but saved plans, labels and the process list of the host have it as it is',
          fix: 'hand it over as a secret or as a variable, and let the program read it from there',
        },
      ];
    }),
  );
}

function mapEnv(desired: DesiredState, seal: (entry: EnvVar) => EnvVar): DesiredState {
  const container = (c: Container): Container => ({
    ...c,
    env: c.env.map(seal),
    hooks: {
      ...(c.hooks.postStart === undefined ? {} : { postStart: c.hooks.postStart.map(hook) }),
      ...(c.hooks.preStop === undefined ? {} : { preStop: c.hooks.preStop.map(hook) }),
    },
  });
  const hook = (h: LifecycleHook): LifecycleHook =>
    h.type === 'exec' && h.env !== undefined ? { ...h, env: h.env.map(seal) } : h;
  const workload = (w: Workload): Workload => ({
    ...w,
    template: {
      ...w.template,
      containers: w.template.containers.map(container),
      initContainers: w.template.initContainers.map(container),
    },
  });
  return { ...desired, workloads: desired.workloads.map(workload) };
}
