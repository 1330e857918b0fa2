import { boolean, string } from '@oclif/core/flags';

/** What `--yes` does not say: the data of this volume may go. */
export function dataLossFlag(helpGroup?: string) {
  return string({
    description: 'delete this volume with its data; repeatable, the engine’s name (stowage volume ls)',
    aliases: ['remove-volume'],
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
    ...(helpGroup === undefined ? {} : { helpGroup }),
  });
}

/** What is planned, for plan, apply and everything that makes a plan. */
export const planFlags = {
  target: string({
    description: 'plan only this workload, and delete nothing outside it; repeatable',
    helpValue: 'WORKLOAD',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'PLAN',
  }),
  resolve: boolean({
    description: 'resolve image tags to digests, so that every host runs the same bytes',
    allowNo: true,
    default: true,
    helpGroup: 'PLAN',
  }),
  refresh: boolean({
    description: 'inspect every container, to see also what was changed on the hosts',
    helpGroup: 'PLAN',
  }),
  'allow-data-loss': dataLossFlag('PLAN'),
  'move-volume': string({
    description: 'take the data of a volume along that the file names anew; repeatable, engine names',
    helpValue: 'OLD=NEW',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'PLAN',
  }),
  build: boolean({
    description: 'build the images of services with build: first, with docker build on this machine',
    helpGroup: 'PLAN',
  }),
  builder: string({
    description: 'host whose engine builds, instead of the one of this machine',
    helpValue: 'HOST',
    dependsOn: ['build'],
    helpGroup: 'PLAN',
  }),
  param: string({
    description: 'parameter of an OpenShift template, NAME=VALUE; repeatable',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INPUT',
  }),
  recursive: boolean({ char: 'R', description: 'read folders of manifests with their subfolders', helpGroup: 'INPUT' }),
};

export interface PlanFlags {
  readonly target?: readonly string[];
  readonly resolve: boolean;
  readonly refresh: boolean;
  readonly 'allow-data-loss'?: readonly string[];
  readonly 'move-volume'?: readonly string[];
  readonly build?: boolean;
  readonly builder?: string;
  readonly param?: readonly string[];
  readonly recursive: boolean;
}
