import type { Pod, SecurityContext } from '../api.ts';

const POD = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Bare pods have their seccomp profiles both as fields and as the annotations of old: each fills in the other. */
export function syncSeccomp(pod: Pod): void {
  const spec = pod.spec ?? {};
  spec.securityContext ??= {};
  sync(pod, POD, spec.securityContext);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const context: SecurityContext = container.securityContext ?? {};
    sync(pod, `${CONTAINER}${container.name}`, context);
    if (context.seccompProfile) container.securityContext = context;
  }
}

function sync(pod: Pod, key: string, context: Pick<SecurityContext, 'seccompProfile'>): void {
  const annotation = pod.metadata?.annotations?.[key];
  if (context.seccompProfile && annotation === undefined) {
    const text = annotationOf(context.seccompProfile);
    if (text === undefined) return;
    pod.metadata ??= {};
    pod.metadata.annotations = { ...pod.metadata.annotations, [key]: text };
  } else if (!context.seccompProfile && annotation !== undefined) {
    const profile = profileOf(annotation);
    if (profile) context.seccompProfile = profile;
  }
}

function annotationOf({ type, localhostProfile }: NonNullable<SecurityContext['seccompProfile']>): string | undefined {
  if (type === 'Unconfined') return 'unconfined';
  if (type === 'RuntimeDefault') return 'runtime/default';
  return type === 'Localhost' && localhostProfile !== undefined ? `localhost/${localhostProfile}` : undefined;
}

function profileOf(annotation: string): SecurityContext['seccompProfile'] {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default' || annotation === 'docker/default') return { type: 'RuntimeDefault' };
  const name = /^localhost\/(.+)$/.exec(annotation)?.[1];
  return name === undefined ? undefined : { type: 'Localhost', localhostProfile: name };
}
