import type {
  Container as DesiredContainer,
  Probe as DesiredProbe,
  LifecycleHook,
  ProbeAction,
} from '../../../model/desired.ts';
import type { Container, Handler, HttpGet, IntOrString, Probe } from '../api.ts';
import type { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { present } from './ids.ts';
import type { PodPlace } from './references.ts';

/** The number of a port that is named by one of the container's own ports; 0 when there is none of that name. */
export function portNumberOf(port: IntOrString | undefined, container: Container): number {
  if (typeof port === 'number') return port;
  const named = (container.ports ?? []).find(({ name }) => name === port);
  return named?.containerPort ?? (/^\d+$/.test(port ?? '') ? Number(port) : 0);
}

export function probesOf(container: Container): DesiredContainer['probes'] {
  return present({
    readiness: probeOf(container.readinessProbe, container),
    liveness: probeOf(container.livenessProbe, container),
    startup: probeOf(container.startupProbe, container),
  });
}

/** What runs in the container knows few ciphers, so it cannot always read what an HTTPS server answers. */
export function reportHttpsProbes(container: Container, path: FieldPath, pod: PodPlace, to: Conversion): void {
  for (const name of ['livenessProbe', 'startupProbe'] as const) {
    if (container[name]?.httpGet?.scheme !== 'HTTPS') continue;
    to.findings(pod.object).notHonoured(
      path.child(name, 'httpGet', 'scheme'),
      'liveness-https',
      'the status of the answer is not always looked at',
      {
        why: 'a server that takes none of the ciphers of the check counts as alive once it has answered',
        fix: 'an exec probe looks at what it wants',
      },
    );
  }
}

function probeOf(probe: Probe | undefined, container: Container): DesiredProbe | undefined {
  const action = probe && actionOf(probe, container);
  if (!probe || !action) return undefined;
  return {
    action,
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
    ...present({ terminationGraceSeconds: probe.terminationGracePeriodSeconds }),
  };
}

function actionOf(probe: Probe, container: Container): ProbeAction | undefined {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return { type: 'exec', command: exec.command ?? [] };
  if (httpGet) return httpAction(httpGet, container);
  if (tcpSocket) {
    return { type: 'tcp', port: portNumberOf(tcpSocket.port, container), ...present({ host: tcpSocket.host }) };
  }
  if (grpc) return { type: 'grpc', port: grpc.port ?? 0, ...present({ service: grpc.service || undefined }) };
  return undefined;
}

function httpAction(action: HttpGet, container: Container): Extract<ProbeAction, { type: 'http' }> {
  return {
    type: 'http',
    scheme: action.scheme === 'HTTPS' ? 'https' : 'http',
    port: portNumberOf(action.port, container),
    path: action.path ?? '/',
    headers: (action.httpHeaders ?? []).map(({ name = '', value = '' }) => ({ name, value })),
    ...present({ host: action.host }),
  };
}

export function hooksOf(container: Container): DesiredContainer['hooks'] {
  return present({
    postStart: hookOf(container.lifecycle?.postStart, container),
    preStop: hookOf(container.lifecycle?.preStop, container),
  });
}

function hookOf(handler: Handler | undefined, container: Container): LifecycleHook[] | undefined {
  if (!handler) return undefined;
  const { exec, httpGet, tcpSocket, sleep } = handler;
  if (exec) return [{ type: 'exec', command: exec.command ?? [] }];
  if (httpGet) return [{ type: 'http', action: httpAction(httpGet, container) }];
  if (sleep) return [{ type: 'sleep', seconds: sleep.seconds ?? 0 }];
  return tcpSocket ? [{ type: 'tcp', port: portNumberOf(tcpSocket.port, container) }] : undefined;
}
