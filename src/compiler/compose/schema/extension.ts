import { choice, list, type MapShape, oneOf, type Shape, scalarOf, text, truth } from './shape.ts';

const integer = scalarOf('integer');
const amount = scalarOf('integer', 'string');
const duration = scalarOf('string', 'integer');
const commandLine = choice(text, list(text));

function fields(map: Readonly<Record<string, Shape>>, required: readonly string[] = []): MapShape {
  return { kind: 'map', fields: map, required, others: 'none' };
}

function described<S extends Shape>(description: string, shape: S): S {
  return { ...shape, description };
}

const check = described(
  'a gate between two steps of a rollout: exactly one of http, exec, local or prometheus',
  fields({
    http: described('path asked through the gateway, or a full URL', text),
    status: described('status that passes; 200 unless told', integer),
    'max-latency': described('slowest answer that passes', duration),
    exec: described('command run in a new replica', commandLine),
    local: described('command run on the machine of the CLI', commandLine),
    prometheus: described('query whose result must be neither empty nor zero', text),
    server: described('address of the Prometheus server', text),
    timeout: described('how long it may take; 30s unless told', duration),
  }),
);

const canaryStep = described(
  'one step: a share of the requests, a number of replicas, a pause, or a check',
  fields({
    weight: described('share of the requests that goes to the new set, in percent', {
      ...integer,
      minimum: 0,
      maximum: 100,
    }),
    replicas: described('number of new replicas', { ...integer, minimum: 0 }),
    pause: described('time to wait, or until-promoted', duration),
    check,
  }),
);

const rollout = described(
  'how a new release replaces the old; stands above deploy.update_config',
  fields({
    strategy: oneOf('recreate', 'rolling', 'blue-green', 'canary'),
    order: oneOf('start-first', 'stop-first'),
    parallelism: described('replicas at a time; 0 is all at once', { ...integer, minimum: 0 }),
    'max-surge': described('replicas above the wanted number while rolling, as a number or a percentage', amount),
    'max-unavailable': described('replicas below the wanted number while rolling, as a number or a percentage', amount),
    delay: described('time between two batches', duration),
    'min-ready': described('how long a replica must be ready before it counts', duration),
    monitor: described('how long a replica is watched after it became ready', duration),
    'max-failure-ratio': scalarOf('number'),
    'failure-action': oneOf('pause', 'continue', 'rollback'),
    'progress-deadline': described('a rollout without progress for this long has failed', duration),
    'keep-old': described('how long the old set is kept after the switch of blue-green and canary', duration),
    canary: list(canaryStep),
    checks: list(check),
  }),
);

const routeFields = {
  host: described('host name; *.example.org matches one label; absent is any', text),
  path: described('path; / unless told', text),
  'path-type': oneOf('prefix', 'exact'),
  port: described('port of the service the requests go to; its first one unless told', integer),
  tls: choice(
    truth,
    fields({
      secret: described('secret with certificate and key', text),
      redirect: described('send plain requests to https; true unless told', truth),
      passthrough: described('leave TLS to the service', truth),
    }),
  ),
  sticky: described('keep a client on one replica', truth),
  'http-port': integer,
  'https-port': integer,
};

const strategy = described('how replicas are spread over the hosts', oneOf('spread', 'binpack', 'random'));
const seed = described('seed of the random strategy', text);

const toleration = fields({
  key: text,
  operator: oneOf('Equal', 'Exists'),
  value: text,
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
});

const cron = described(
  'run as a job at set times',
  fields(
    {
      schedule: described('five fields, or @hourly and the like', text),
      'time-zone': text,
      concurrency: oneOf('Allow', 'Forbid', 'Replace'),
      'starting-deadline': duration,
      'keep-successful': integer,
      'keep-failed': integer,
    },
    ['schedule'],
  ),
);

/** `x-stowage` of a service. */
export const serviceExtension: Shape = described(
  'what a compose file cannot say about the deployment of this service',
  fields({
    kind: described('service unless told', oneOf('service', 'stateful', 'daemon', 'job')),
    cron,
    hook: described('a job of the release itself', oneOf('pre-deploy', 'post-deploy', 'pre-undo')),
    rollout,
    routes: described('HTTP rules from the gateway to this service', list(fields(routeFields))),
    publish: described(
      'how its ports are published; the planner chooses unless told',
      oneOf('auto', 'host', 'gateway'),
    ),
    strategy,
    seed,
    sync: described(
      'copy folders of this machine that are bind-mounted to the hosts: all of them, or those with these targets',
      choice(truth, list(text)),
    ),
    tolerations: list(toleration),
    'secret-env': described(
      'variables whose values are secrets, whatever their names; * stands for any part',
      list(text),
    ),
    'secret-env-files': described('those of its env_files whose every value is a secret', list(text)),
    'restart-token': described('a change of this value replaces every replica', text),
    'min-available': described('replicas that must stay up when hosts are drained', amount),
    'max-unavailable': described('replicas that may be down when hosts are drained', amount),
  }),
);

/** `x-stowage` of the whole stack. */
export const stackExtension: Shape = described(
  'what a compose file cannot say about the deployment of the stack',
  fields({
    strategy,
    seed,
    encrypted: described('encrypt what overlay networks carry between hosts', truth),
    rollout: described('for services that have none of their own', rollout),
    routes: described(
      'HTTP rules from the gateway to services',
      list(fields({ service: described('service the requests go to', text), ...routeFields }, ['service'])),
    ),
    'gateway-image': text,
    'pause-image': text,
    prune: described(
      'what becomes of images that older revisions used',
      fields({
        keep: described('how many revisions with images of their own keep them; 5 unless told', integer),
        'after-apply': described('the last steps of an apply remove the images of those before', truth),
      }),
    ),
  }),
);

/** `x-stowage` of a network. */
export const networkExtension: Shape = fields({ encrypted: truth });

/** `x-stowage` of a config or a secret. */
export const payloadExtension: Shape = fields({
  from: described(
    'where the bytes come from, in place of a file',
    choice(
      fields({ command: described('its output, without the last line break', list(text)) }, ['command']),
      fields({ sops: described('file that SOPS decrypts', text), key: described('one value of it', text) }, ['sops']),
      fields({ age: described('file that age decrypts', text), identity: described('file with the key', text) }, [
        'age',
      ]),
    ),
  ),
  'on-change': described(
    'what a change of the content does to the containers that use it; they are replaced unless told',
    fields({ signal: text }, ['signal']),
  ),
});

/** `x-stowage` of a mount in long form. */
export const mountExtension: Shape = fields({
  sync: described('copy the folder of this machine to the hosts', truth),
  expect: described('what must be there on the host', oneOf('directory', 'file', 'socket')),
});
