import type { Container, FileMount } from '../../../model/desired.ts';

/** A container that a pod gets besides those of its manifest, with nothing but an image and files. */
export function helperContainer(name: string, image: string, files: readonly FileMount[]): Container {
  return {
    name,
    image,
    pullPolicy: 'missing',
    env: [],
    groupAdd: [],
    mounts: [],
    files,
    resources: { reservations: {}, limits: {} },
    probes: {},
    hooks: {},
    labels: {},
    tty: false,
    stdinOpen: false,
    readOnlyRoot: false,
    privileged: false,
    capAdd: [],
    capDrop: [],
    securityOptions: [],
    devices: [],
    deviceRequests: [],
    deviceCgroupRules: [],
    ulimits: [],
    ports: [],
  };
}
