import type { ContainerSpec } from '../../../model/spec.ts';
import { createOptions } from '../spec/create-options.ts';
import type { ConfigAnswer, ContainerInspect, EndpointAnswer, HostConfigAnswer } from './engine-types.ts';
import { mergedHealth } from './health.ts';

/** Never shown: identity labels are no part of what is compared. */
const NOBODY = {
  stack: '',
  revision: 0,
  replica: { workload: '', ordinal: 0, container: '', role: 'main', pod: '' },
} as const;

/**
 * What inspecting a container of this specification shows if nobody has touched it: the create call, with the image
 * merged in by the engine's rules. Environment values are left out.
 */
export function expectedInspect(spec: ContainerSpec, image: ConfigAnswer, apiVersion: string): ContainerInspect {
  const options = createOptions(spec, NOBODY, [], apiVersion);
  const { HostConfig, NetworkingConfig, ...config } = options.body as unknown as {
    HostConfig: HostConfigAnswer;
    NetworkingConfig: { EndpointsConfig: Record<string, Partial<EndpointAnswer>> };
  } & ConfigAnswer;
  const endpoints: Record<string, Partial<EndpointAnswer>> = { ...NetworkingConfig.EndpointsConfig };
  for (const { network, endpoint } of options.connectAfter) endpoints[network] = endpoint;
  return {
    Id: '',
    Name: spec.name,
    Image: '',
    Config: mergeImage(config, image),
    HostConfig,
    NetworkSettings: { Networks: endpoints as Record<string, EndpointAnswer> },
  };
}

function mergeImage(config: ConfigAnswer, image: ConfigAnswer): ConfigAnswer {
  const hasCommand = (config.Cmd?.length ?? 0) > 0;
  const hasEntrypoint = (config.Entrypoint?.length ?? 0) > 0;
  return {
    ...config,
    Env: [],
    Entrypoint: config.Entrypoint ?? image.Entrypoint,
    Cmd: hasCommand || hasEntrypoint ? config.Cmd : image.Cmd,
    WorkingDir: config.WorkingDir || image.WorkingDir,
    User: config.User || image.User,
    Hostname: config.Hostname ?? '',
    StopSignal: config.StopSignal || image.StopSignal,
    Labels: { ...image.Labels, ...config.Labels },
    ExposedPorts: { ...image.ExposedPorts, ...config.ExposedPorts },
    Volumes: { ...image.Volumes, ...config.Volumes },
    Healthcheck: mergedHealth(config.Healthcheck ?? undefined, image.Healthcheck),
  };
}
