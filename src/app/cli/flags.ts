import { boolean, string } from '@oclif/core/flags';

/** Flags of every command. */
export const globalFlags = {
  json: boolean({ description: 'print the result as JSON', helpGroup: 'GLOBAL' }),
  color: boolean({ description: 'colour the output, or not', allowNo: true, helpGroup: 'GLOBAL' }),
};

/** What the command works on; a field of stowage.yaml each. */
export const inputFlags = {
  file: string({
    char: 'f',
    description: 'compose file or Kubernetes manifests; repeatable, - reads stdin',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  env: string({
    char: 'e',
    description: 'environment of stowage.yaml',
    helpValue: 'NAME',
    env: 'STOWAGE_ENV',
    helpGroup: 'INPUT',
  }),
  stack: string({ description: 'name of the stack', helpValue: 'NAME', env: 'STOWAGE_STACK', helpGroup: 'INPUT' }),
  config: string({
    description: 'the stowage.yaml to use',
    helpValue: 'FILE',
    env: 'STOWAGE_CONFIG',
    helpGroup: 'INPUT',
  }),
  profile: string({
    description: 'compose profile to enable; repeatable',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  'env-file': string({
    description: 'file with variables for compose files; repeatable',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  'project-directory': string({
    description: 'folder that relative paths of the files start from',
    helpValue: 'DIR',
    helpGroup: 'INPUT',
  }),
  recursive: boolean({ char: 'R', description: 'read the subfolders of -f too', helpGroup: 'INPUT' }),
  param: string({
    description: 'parameter of an OpenShift template; repeatable',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  'param-file': string({
    description: 'file with template parameters, NAME=VALUE each line; repeatable',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  strict: boolean({ description: 'fail on what cannot be honoured, instead of warning', helpGroup: 'INPUT' }),
};

/** Which hosts, and how to reach them. */
export const hostFlags = {
  engine: string({
    description: 'where the plan runs',
    options: ['docker', 'swarm', 'kubernetes'],
    helpGroup: 'HOSTS',
  }),
  host: string({
    description: 'host to use: a name of stowage.yaml, an address (ssh://user@host) or NAME=ADDRESS; repeatable',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'HOSTS',
  }),
  'accept-new': boolean({
    description: 'trust and remember the keys of hosts seen for the first time',
    helpGroup: 'HOSTS',
  }),
};
