import {
  ANYTHING,
  legacyExternal,
  NAME,
  openExternal,
  options,
  pairs,
  repeatableStrings,
  stringOrStrings,
} from './common.ts';
import { networkExtension, payloadExtension, stackExtension } from './extension.ts';
import { service } from './service.ts';
import { choice, closed, dictionary, flag, list, type MapShape, nothing, record, scalarOf, text } from './shape.ts';

const include = choice(text, closed({ path: stringOrStrings, env_file: stringOrStrings, project_directory: text }));

const network = choice(
  nothing,
  record({
    name: text,
    driver: text,
    driver_opts: options,
    ipam: record({
      driver: text,
      config: list(record({ subnet: text, ip_range: text, gateway: text, aux_addresses: dictionary(text, ANYTHING) })),
      options: dictionary(text, ANYTHING),
    }),
    external: legacyExternal,
    internal: flag,
    enable_ipv4: flag,
    enable_ipv6: flag,
    attachable: flag,
    labels: pairs,
    'x-stowage': networkExtension,
  }),
);

const volume = choice(
  nothing,
  record({ name: text, driver: text, driver_opts: options, external: legacyExternal, labels: pairs }),
);

const secret = record({
  name: text,
  environment: text,
  file: text,
  external: openExternal,
  labels: pairs,
  driver: text,
  driver_opts: options,
  template_driver: text,
  'x-stowage': payloadExtension,
});

const config = record({
  name: text,
  content: text,
  environment: text,
  file: text,
  external: openExternal,
  labels: pairs,
  template_driver: text,
  'x-stowage': payloadExtension,
});

const model = record({ name: text, model: text, context_size: scalarOf('integer'), runtime_flags: repeatableStrings }, [
  'model',
]);

/** A whole compose file. */
export const project: MapShape = record({
  version: text,
  name: text,
  include: list(include),
  services: dictionary(service, NAME),
  models: dictionary(model, NAME, 'any'),
  networks: dictionary(network, NAME, 'any'),
  volumes: dictionary(volume, NAME),
  secrets: dictionary(secret, NAME),
  configs: dictionary(config, NAME),
  'x-stowage': stackExtension,
});
