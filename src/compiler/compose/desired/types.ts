/** Parts of the canonical project (`docker compose config --format json`) that the desired state is made of. */
export interface CanonicalService {
  readonly annotations?: Record<string, string>;
  readonly attach?: boolean;
  readonly blkio_config?: Record<string, unknown>;
  readonly build?: Record<string, unknown>;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup?: string;
  readonly cgroup_parent?: string;
  readonly command?: readonly string[] | null;
  readonly configs?: readonly CanonicalFileMount[];
  readonly container_name?: string;
  readonly cpu_count?: number | string;
  readonly cpu_percent?: number;
  readonly cpu_period?: number | string;
  readonly cpu_quota?: number | string;
  readonly cpu_rt_period?: number | string;
  readonly cpu_rt_runtime?: number | string;
  readonly cpu_shares?: number | string;
  readonly cpus?: number | string;
  readonly cpuset?: string;
  readonly depends_on?: Record<string, { condition: string; required?: boolean; restart?: boolean }>;
  readonly deploy?: CanonicalDeploy;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly { source: string; target?: string; permissions?: string }[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint?: readonly string[] | null;
  readonly environment?: Record<string, string | null>;
  readonly expose?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly gpus?: readonly CanonicalDevice[];
  readonly group_add?: readonly string[];
  readonly healthcheck?: CanonicalHealth;
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: Record<string, string>;
  readonly links?: readonly string[];
  readonly logging?: { driver?: string; options?: Record<string, string> };
  readonly mac_address?: string;
  readonly mem_limit?: string | number;
  readonly mem_reservation?: string | number;
  readonly mem_swappiness?: string | number;
  readonly memswap_limit?: string | number;
  readonly network_mode?: string;
  readonly networks?: Record<string, CanonicalAttachment | null>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number | string;
  readonly pid?: string;
  readonly pids_limit?: number | string;
  readonly platform?: string;
  readonly ports?: readonly CanonicalPort[];
  readonly post_start?: readonly CanonicalHook[];
  readonly pre_stop?: readonly CanonicalHook[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly CanonicalFileMount[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string | number;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Record<string, string>;
  readonly sysctls?: Record<string, string>;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Record<string, number | { soft: number; hard: number }>;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly CanonicalMount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly 'x-stowage'?: unknown;
}

export interface CanonicalHealth {
  readonly test?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly retries?: number;
  readonly disable?: boolean;
}

export interface CanonicalFileMount {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal, e.g. `0444`. */
  readonly mode?: string;
}

export interface CanonicalAttachment {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly interface_name?: string;
  readonly priority?: number;
  readonly gw_priority?: number;
  readonly driver_opts?: Record<string, string>;
}

export interface CanonicalPort {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface CanonicalMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: { propagation?: string; create_host_path?: boolean; selinux?: string; recursive?: string };
  readonly volume?: { nocopy?: boolean; subpath?: string; labels?: Record<string, string> };
  readonly tmpfs?: { size?: string | number; mode?: number | string };
  readonly image?: { subpath?: string };
  readonly 'x-stowage'?: unknown;
}

export interface CanonicalHook {
  readonly command: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Record<string, string | null>;
}

export interface CanonicalDevice {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: Record<string, string>;
}

export interface CanonicalResources {
  readonly cpus?: number | string;
  readonly memory?: string | number;
  readonly pids?: number;
  readonly devices?: readonly CanonicalDevice[];
  readonly generic_resources?: readonly { discrete_resource_spec?: { kind: string; value: number } }[];
}

export interface CanonicalUpdate {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface CanonicalDeploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Record<string, string>;
  readonly endpoint_mode?: string;
  readonly resources?: { limits?: CanonicalResources; reservations?: CanonicalResources };
  readonly restart_policy?: { condition?: string; delay?: string; max_attempts?: number; window?: string };
  readonly update_config?: CanonicalUpdate;
  readonly rollback_config?: CanonicalUpdate;
  readonly placement?: {
    constraints?: readonly string[];
    preferences?: readonly { spread?: string }[];
    max_replicas_per_node?: number;
  };
}

export interface CanonicalNetwork {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Record<string, string>;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly external?: boolean;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly ipam?: {
    driver?: string;
    config?: readonly {
      subnet?: string;
      gateway?: string;
      ip_range?: string;
      aux_addresses?: Record<string, string>;
    }[];
    options?: Record<string, string>;
  };
  readonly labels?: Record<string, string>;
  readonly 'x-stowage'?: unknown;
}

export interface CanonicalVolume {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Record<string, string>;
  readonly external?: boolean;
  readonly labels?: Record<string, string>;
}

export interface CanonicalPayload {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Record<string, string>;
  readonly 'x-stowage'?: unknown;
}

export interface CanonicalProject {
  readonly name: string;
  readonly services?: Record<string, CanonicalService>;
  readonly networks?: Record<string, CanonicalNetwork | null>;
  readonly volumes?: Record<string, CanonicalVolume | null>;
  readonly configs?: Record<string, CanonicalPayload>;
  readonly secrets?: Record<string, CanonicalPayload>;
  readonly 'x-stowage'?: unknown;
}
