import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveVolume } from '../../model/live.ts';
import type { VolumeSpec } from '../../model/step.ts';
import { digestOf } from '../digest.ts';

export type VolumeState =
  | { readonly state: 'missing' | 'same' }
  | { readonly state: 'differs'; readonly live: LiveVolume };

/** Compares a volume with what a host has under its name. One that is not ours holds data all the same and is used. */
export function compareVolume(spec: VolumeSpec, host: LiveHost): VolumeState {
  const live = host.volumes.find((v) => v.name === spec.name);
  if (live === undefined) return { state: 'missing' };
  if (live.labels[LABEL.specHash] === undefined) return { state: 'same' };
  const same = live.driver === spec.driver && digestOf(live.options) === digestOf(spec.driverOptions);
  return same ? { state: 'same' } : { state: 'differs', live };
}
