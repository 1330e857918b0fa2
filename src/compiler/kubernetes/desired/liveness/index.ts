import type { Container, FileMount, Mount, Workload } from '../../../../model/desired.ts';
import type { LoadedObject } from '../../load.ts';
import type { Conversion } from '../context.ts';
import { helperContainer } from '../helper-container.ts';
import { LIVENESS_SCRIPT } from './script.ts';
import { limitSeconds, livenessSettings } from './settings.ts';

export const DEFAULT_PROBE_IMAGE = 'busybox:musl';
const NAME = 'probe-tools';
const FOLDER = '/.stowage';
const SCRIPT = 'liveness';
/** What a check needs besides its probe: starting it, and ending the container. */
const MARGIN_SECONDS = 15;

/**
 * An engine restarts a container that ends, so each container with a liveness or startup probe gets a health check that
 * ends it. The check runs inside the container, whose image need not have a shell: an init container puts a busybox and
 * the probes into a volume of the pod.
 *
 * @param image has a static busybox at /bin/busybox
 * @returns the workload with the checks, or as it was where nothing is probed
 */
export function withLiveness(workload: Workload, object: LoadedObject, image: string, to: Conversion): Workload {
  const { template } = workload;
  const probed = [...template.initContainers, ...template.containers].filter(isProbed);
  if (probed.length === 0) return workload;
  const file = (name: string, owner: string, text: string): FileMount => {
    const bytes = new TextEncoder().encode(text);
    const payload = to.addPayload('config', object.namespace, `${NAME}/${owner}/${name}`, bytes, object);
    return { target: `/probes/${name}`, source: { payload }, mode: 0o444 };
  };
  const files = [
    file(SCRIPT, 'script', LIVENESS_SCRIPT),
    ...probed.map((c) => file(`${c.name}.conf`, workload.id, livenessSettings(c, template.stopGraceSeconds))),
  ];
  const hasOwnProcesses = !template.shareProcessNamespace && !template.hostPid;
  const checked = (container: Container) =>
    isProbed(container) ? checkedContainer(container, template.stopGraceSeconds, hasOwnProcesses) : container;
  return {
    ...workload,
    template: {
      ...template,
      scratch: [...template.scratch, { name: NAME, medium: 'disk' }],
      initContainers: [toolsContainer(image, files), ...template.initContainers.map(checked)],
      containers: template.containers.map(checked),
    },
  };
}

function isProbed({ probes }: Container): boolean {
  return probes.liveness !== undefined || probes.startup !== undefined;
}

function toolsMount(readOnly: boolean): Mount {
  return { source: { type: 'scratch', name: NAME }, target: FOLDER, readOnly };
}

/**
 * @param hasOwnProcesses its first process is the first of a process namespace, which nothing inside can end against
 * its will; the engine's init is put above it
 */
function checkedContainer(container: Container, graceSeconds: number, hasOwnProcesses: boolean): Container {
  const { liveness, startup } = container.probes;
  const probes = [liveness, startup].flatMap((probe) => probe ?? []);
  const periodSeconds = (liveness ?? startup)?.periodSeconds ?? 10;
  const longest = Math.max(...probes.map((p) => p.timeoutSeconds + (p.terminationGraceSeconds ?? graceSeconds)));
  const quiet = Math.max(liveness?.initialDelaySeconds ?? 0, startup ? limitSeconds(startup) : 0);
  return {
    ...container,
    ...(hasOwnProcesses && { init: true }),
    mounts: [...container.mounts, toolsMount(true)],
    aliveCheck: {
      test: ['CMD', `${FOLDER}/busybox`, 'sh', `${FOLDER}/${SCRIPT}`, container.name],
      intervalMs: periodSeconds * 1000,
      timeoutMs: (longest + MARGIN_SECONDS) * 1000,
      retries: (liveness?.failureThreshold ?? 1) + Math.ceil(quiet / periodSeconds) + 1,
    },
  };
}

function toolsContainer(image: string, files: readonly FileMount[]): Container {
  return {
    ...helperContainer(NAME, image, files),
    entrypoint: ['/bin/busybox', 'sh', '-c', `/bin/busybox cp /bin/busybox /probes/* ${FOLDER}/`],
    command: [],
    user: '0',
    mounts: [toolsMount(false)],
    withoutNetwork: true,
  };
}
