import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveVolume } from '../../model/live.ts';
import type { VolumeSpec } from '../../model/step.ts';
import { digestOf } from '../digest.ts';

interface VolumeParts {
  readonly name: string;
  readonly resource: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The volume as it shall be created, with our labels. */
export function volumeSpec(volume: VolumeParts, stack: string, workload?: string): VolumeSpec {
  const { name, resource, driver, driverOptions, labels } = volume;
  return {
    name,
    resource,
    driver,
    driverOptions,
    labels: {
      ...labels,
      [LABEL.stack]: stack,
      [LABEL.resource]: resource,
      ...(workload === undefined ? {} : { [LABEL.workload]: workload }),
      [LABEL.specHash]: digestOf({ driver, driverOptions, labels }),
    },
  };
}

export type VolumeState =
  | { readonly state: 'missing' | 'same' }
  | { readonly state: 'differs'; readonly live: LiveVolume };

/** Compares a volume with what a host has under its name. One that is not ours holds data all the same and is used. */
export function compareVolume(spec: VolumeSpec, host: LiveHost): VolumeState {
  const live = host.volumes.find((v) => v.name === spec.name);
  if (live === undefined) return { state: 'missing' };
  const hash = live.labels[LABEL.specHash];
  if (hash === undefined || hash === spec.labels[LABEL.specHash]) return { state: 'same' };
  const sameOptions = live.driver === spec.driver && digestOf(live.options) === digestOf(spec.driverOptions);
  return sameOptions ? { state: 'same' } : { state: 'differs', live };
}
