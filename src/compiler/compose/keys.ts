import type { Node } from '../source/tree.ts';
import { stringOf } from './nodes.ts';

/**
 * What becomes of a key in a deployment: honoured as the specification says; honoured in part or not at all, with a
 * warning at its place; or without a part in a deployment, which is noted once.
 */
export type KeyState = 'honoured' | 'in-part' | 'not-honoured' | 'not-applicable';

export interface KeyEntry {
  readonly state: KeyState;
  /** What is different, as a sentence; for honoured keys what may be worth knowing. */
  readonly note?: string;
  /** Only such values are concerned; others are honoured. */
  readonly when?: (value: Node) => boolean;
}

const honoured: KeyEntry = { state: 'honoured' };

function all(prefix: string, names: string, entry: KeyEntry): Record<string, KeyEntry> {
  return Object.fromEntries(names.split(' ').map((name) => [prefix + name, entry]));
}

function inPart(note: string, when?: KeyEntry['when']): KeyEntry {
  return { state: 'in-part', note, ...(when && { when }) };
}

function not(note: string): KeyEntry {
  return { state: 'not-honoured', note };
}

function notApplicable(note: string): KeyEntry {
  return { state: 'not-applicable', note };
}

function startsWith(...prefixes: string[]): (value: Node) => boolean {
  return (value) => prefixes.some((prefix) => stringOf(value)?.startsWith(prefix));
}

const WINDOWS = 'it concerns Windows containers, which are not deployed';

/**
 * Every key of a compose file by its path; `*` is a name of the user's or an item. A key that is not listed has the state
 * of the nearest one above it.
 */
export const KEYS: Readonly<Record<string, KeyEntry>> = {
  ...all('', 'name include services networks volumes secrets configs x-stowage', honoured),
  version: notApplicable('the attribute is obsolete'),
  models: not('models are not run'),

  ...all(
    'services.*.',
    [
      'annotations blkio_config cap_add cap_drop cgroup cgroup_parent command configs cpu_period cpu_quota cpu_rt_period',
      'cpu_rt_runtime cpu_shares cpus cpuset depends_on deploy device_cgroup_rules devices dns dns_opt dns_search',
      'domainname entrypoint env_file label_file environment expose extends extra_hosts gpus group_add healthcheck',
      'hostname image init ipc isolation labels logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit',
      'network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged',
      'profiles read_only restart runtime scale security_opt shm_size secrets sysctls stdin_open stop_grace_period',
      'stop_signal storage_opt tmpfs tty ulimits user userns_mode volumes volumes_from working_dir x-stowage',
    ].join(' '),
    honoured,
  ),
  'services.*.attach': notApplicable('it concerns the output of `docker compose up`'),
  'services.*.build': notApplicable('images are built only on request, with --build'),
  'services.*.container_name': inPart(
    'others reach the service by this name, but containers are named by stack and replica',
  ),
  'services.*.cpu_count': not(WINDOWS),
  'services.*.cpu_percent': not(WINDOWS),
  'services.*.credential_spec': not(WINDOWS),
  'services.*.develop': notApplicable('it concerns work on the source, not a deployment'),
  'services.*.external_links': not('containers that are not of the stack are reached over an external network'),
  'services.*.links': inPart('the names are given on the networks, so that all services there see them', hasAlias),
  'services.*.models': not('models are not run'),
  'services.*.uts': inPart('the engine shares this namespace with the host only', startsWith('service:')),
  'services.*.provider': not('what a provider supplies is not deployed'),
  'services.*.pull_policy': inPart(
    'there is no refresh by age; the image is pulled by its digest when it is missing',
    startsWith('refresh', 'daily', 'weekly', 'every_'),
  ),
  'services.*.pull_refresh_after': not('there is no refresh by age'),
  'services.*.use_api_socket': not('the socket of the engine is not given to containers'),

  ...all('services.*.deploy.', 'mode replicas labels update_config rollback_config resources placement', honoured),
  'services.*.deploy.endpoint_mode': inPart(
    'names resolve to the addresses of running replicas, ready or not; there is no virtual address',
    (value) => stringOf(value) === 'vip',
  ),
  'services.*.deploy.restart_policy': honoured,
  'services.*.deploy.restart_policy.delay': inPart('the engine chooses the time between restarts'),
  'services.*.deploy.restart_policy.window': inPart('the engine counts every restart'),
  'services.*.networks.*.interface_name': inPart('the engine names the interface'),
  'services.*.volumes.*.consistency': notApplicable('engines on Linux pay no attention to it'),
  'services.*.volumes.*.volume.labels': inPart('labels belong to the volume itself; put them under volumes:'),

  'networks.*.ipam.options': notApplicable('compose does not hand them on either'),
  'secrets.*.driver': not('a secret comes from a file or a variable'),
  'secrets.*.driver_opts': not('a secret comes from a file or a variable'),
  'secrets.*.template_driver': not('the content is taken as it is'),
  'configs.*.template_driver': not('the content is taken as it is'),
};

function hasAlias(value: Node): boolean {
  return value.kind === 'sequence' && value.items.some((item) => /:/.test(stringOf(item) ?? ''));
}

/** The state of a key given by its pattern path, its own or that of the nearest one above. */
export function stateOf(path: string): KeyEntry | undefined {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const entry = KEYS[at];
    if (entry) return entry;
  }
  return undefined;
}
