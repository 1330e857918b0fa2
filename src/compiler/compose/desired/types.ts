import type * as canonical from '../canonical/types.ts';

/** Parts of the canonical project as the conversion reads them: `x-` entries stand among the other fields. */
interface Extended {
  readonly 'x-stowage'?: unknown;
}

type Section<T> = Readonly<Record<string, T>>;

export type CanonicalMount = canonical.Volume & Extended;
export type CanonicalService = Omit<canonical.Service, 'volumes'> &
  Extended & { readonly volumes?: readonly CanonicalMount[] };
export type CanonicalNetwork = canonical.NetworkConfig & Extended;
export type CanonicalPayload = canonical.FileConfig & Extended;
export type CanonicalVolume = canonical.VolumeConfig;
export type CanonicalAttachment = canonical.Attachment;
export type CanonicalFileMount = canonical.FileReference;
export type CanonicalHealth = canonical.Healthcheck;
export type CanonicalHook = canonical.Hook;
export type CanonicalPort = canonical.Port;
export type CanonicalDevice = canonical.DeviceRequestConfig;
export type CanonicalResources = canonical.Resource;
export type CanonicalUpdate = canonical.Rollout;

export interface CanonicalProject extends Extended {
  readonly name: string;
  readonly services?: Section<CanonicalService>;
  readonly networks?: Section<CanonicalNetwork>;
  readonly volumes?: Section<CanonicalVolume>;
  readonly configs?: Section<CanonicalPayload>;
  readonly secrets?: Section<CanonicalPayload>;
}
