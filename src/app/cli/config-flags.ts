import { boolean, string } from '@oclif/core/flags';

/** What `stowage config` prints instead of the whole project. */
export const viewFlags = {
  services: boolean({ description: 'print the names of the services, one per line', helpGroup: 'VIEWS' }),
  volumes: boolean({ description: 'print the names of the volumes', helpGroup: 'VIEWS' }),
  networks: boolean({ description: 'print the names of the networks', helpGroup: 'VIEWS' }),
  images: boolean({ description: 'print the images', helpGroup: 'VIEWS' }),
  models: boolean({ description: 'print the models', helpGroup: 'VIEWS' }),
  profiles: boolean({ description: 'print the profiles that services have', helpGroup: 'VIEWS' }),
  hash: string({
    description: "print the hash of services: names with commas, or '*'",
    helpValue: 'SERVICES',
    helpGroup: 'VIEWS',
  }),
  variables: boolean({ description: 'print the variables of the files with their defaults', helpGroup: 'VIEWS' }),
  environment: boolean({ description: 'print the variables used for interpolation', helpGroup: 'VIEWS' }),
  desired: boolean({ description: 'print the desired state that the planner works on', helpGroup: 'VIEWS' }),
  objects: string({
    description: 'print Kubernetes objects: as a server would store them (defaulted), or as written (input)',
    options: ['defaulted', 'input'],
    helpGroup: 'VIEWS',
  }),
  'show-secrets': boolean({
    description: 'print the data of Secrets in --objects, not its digests',
    helpGroup: 'VIEWS',
  }),
};

/** How much of the work is done. */
export const passFlags = {
  'no-interpolate': boolean({ description: 'leave variables as written', helpGroup: 'PASSES' }),
  'no-normalize': boolean({ description: 'add no implied networks, names and dependencies', helpGroup: 'PASSES' }),
  'no-path-resolution': boolean({ description: 'leave paths relative', helpGroup: 'PASSES' }),
  'no-consistency': boolean({ description: 'do not check references between the parts', helpGroup: 'PASSES' }),
  'no-env-resolution': boolean({ description: 'do not read env_file', helpGroup: 'PASSES' }),
  'all-resources': boolean({
    description: 'keep networks, volumes, configs and secrets that no service uses',
    helpGroup: 'PASSES',
  }),
};

/** Flags of `docker stack config`. */
export const stackFlags = {
  'stack-format': boolean({
    description: 'read and print the files as `docker stack config` does',
    helpGroup: 'STACK FORMAT',
  }),
  'compose-file': string({
    char: 'c',
    description: 'compose file; repeatable',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'STACK FORMAT',
  }),
  'skip-interpolation': boolean({ description: 'leave variables as written', helpGroup: 'STACK FORMAT' }),
};

/** Global flags of `docker compose` that change nothing here; a line copied from there works. */
export const ignoredFlags = {
  progress: string({ hidden: true }),
  ansi: string({ hidden: true }),
  parallel: string({ hidden: true }),
  compatibility: boolean({ hidden: true }),
};
