import type { extensionsOf, JsonMap } from './codec.ts';

interface Extended {
  readonly [extensionsOf]?: JsonMap;
}
type Texts = Readonly<Record<string, string>>;
type List<T> = readonly T[];

/** The project as `docker compose config --format json` prints it; extensions are beside the printed fields. */
export interface CanonicalProject extends Extended {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, NetworkConfig>>;
  readonly volumes?: Readonly<Record<string, VolumeConfig>>;
  readonly secrets?: Readonly<Record<string, FileConfig>>;
  readonly configs?: Readonly<Record<string, FileConfig>>;
  readonly models?: Readonly<Record<string, ModelConfig>>;
}

/** Sizes are decimal strings of bytes, durations are Go's (`1m30s`). */
export interface Service extends Extended {
  readonly profiles?: List<string>;
  readonly annotations?: Texts;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: {
    readonly watch?: List<{ readonly path: string; readonly action: string; readonly target?: string }>;
  };
  readonly blkio_config?: JsonMap;
  readonly cap_add?: List<string>;
  readonly cap_drop?: List<string>;
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  readonly command: List<string> | null;
  readonly configs?: List<FileReference>;
  readonly container_name?: string;
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly depends_on?: Readonly<Record<string, DependsOn>>;
  readonly deploy?: Deploy;
  readonly device_cgroup_rules?: List<string>;
  readonly devices?: List<{ readonly source?: string; readonly target?: string; readonly permissions?: string }>;
  readonly dns?: List<string>;
  readonly dns_opt?: List<string>;
  readonly dns_search?: List<string>;
  readonly domainname?: string;
  readonly entrypoint: List<string> | null;
  readonly provider?: { readonly type?: string; readonly options?: Readonly<Record<string, List<string>>> };
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly env_file?: List<EnvFile>;
  readonly expose?: List<string>;
  readonly extends?: { readonly file?: string; readonly service?: string };
  readonly external_links?: List<string>;
  readonly extra_hosts?: List<string>;
  readonly group_add?: List<string>;
  readonly gpus?: List<DeviceRequestConfig>;
  readonly hostname?: string;
  readonly healthcheck?: Healthcheck;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: Texts;
  readonly label_file?: List<string>;
  readonly links?: List<string>;
  readonly logging?: { readonly driver?: string; readonly options?: Texts };
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly memswap_limit?: string;
  readonly mem_swappiness?: string;
  readonly mac_address?: string;
  readonly models?: Readonly<Record<string, { readonly endpoint_var?: string; readonly model_var?: string } | null>>;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, Attachment | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: List<Port>;
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: List<FileReference>;
  readonly security_opt?: List<string>;
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Texts;
  readonly sysctls?: Texts;
  readonly tmpfs?: List<string>;
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft?: number; readonly hard?: number }>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: List<Volume>;
  readonly volumes_from?: List<string>;
  readonly working_dir?: string;
  readonly post_start?: List<Hook>;
  readonly pre_stop?: List<Hook>;
}

export interface Build {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly additional_contexts?: Texts;
  readonly platforms?: List<string>;
  readonly secrets?: List<FileReference>;
  readonly ssh?: List<string>;
}

export interface FileReference {
  readonly source?: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: string;
}

export interface EnvFile {
  readonly path?: string;
  readonly required: boolean;
  readonly format?: string;
}

export interface DependsOn {
  readonly condition?: string;
  readonly restart?: boolean;
  readonly required: boolean;
}

export interface Deploy extends Extended {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Texts;
  readonly update_config?: Rollout;
  readonly rollback_config?: Rollout;
  readonly resources: { readonly limits?: Resource; readonly reservations?: Resource };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement: {
    readonly constraints?: List<string>;
    readonly preferences?: List<{ readonly spread?: string }>;
    readonly max_replicas_per_node?: number;
  };
  readonly endpoint_mode?: string;
}

export interface Rollout {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface Resource {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: List<DeviceRequestConfig>;
  readonly generic_resources?: List<{
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }>;
}

export interface DeviceRequestConfig {
  readonly capabilities?: List<string>;
  readonly driver?: string;
  readonly count?: number;
  readonly device_ids?: List<string>;
  readonly options?: Texts;
}

export interface Healthcheck {
  readonly test?: List<string>;
  readonly timeout?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

export interface Attachment {
  readonly aliases?: List<string>;
  readonly driver_opts?: Texts;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: List<string>;
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target?: number;
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface Volume extends Extended {
  readonly type?: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    readonly create_host_path?: boolean;
    readonly recursive?: string;
  };
  readonly volume?: { readonly labels?: Texts; readonly nocopy?: boolean; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

export interface Hook {
  readonly command: List<string> | null;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
}

export interface NetworkConfig extends Extended {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly ipam: {
    readonly driver?: string;
    readonly config?: List<{
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ip_range?: string;
      readonly aux_addresses?: Texts;
    }>;
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Texts;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface VolumeConfig extends Extended {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly external?: boolean;
  readonly labels?: Texts;
}

export interface FileConfig extends Extended {
  readonly name?: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Texts;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly template_driver?: string;
}

export interface ModelConfig extends Extended {
  readonly name?: string;
  readonly model?: string;
  readonly context_size?: number;
  readonly runtime_flags?: List<string>;
}
