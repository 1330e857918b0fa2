import { httpHeaderName } from '../../../model/kubernetes/names.ts';
import type { Container, Handler, HttpGet, Probe } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import { checkName, checkNotNegative, checkOneOf, checkPort, checkPortNumber, checkRequired } from './values.ts';

export function validateProbes(container: Container, path: FieldPath, findings: Findings): void {
  validateProbe(container.livenessProbe, path.child('livenessProbe'), findings);
  validateProbe(container.readinessProbe, path.child('readinessProbe'), findings);
  validateProbe(container.startupProbe, path.child('startupProbe'), findings);
  for (const name of ['livenessProbe', 'startupProbe'] as const) {
    const threshold = container[name]?.successThreshold;
    if (threshold !== undefined && threshold !== 1) {
      findings.invalid(path.child(name, 'successThreshold'), `${threshold} must be 1 for this probe`);
    }
  }
}

function validateProbe(probe: Probe | undefined, path: FieldPath, findings: Findings): void {
  if (!probe) return;
  validateHandler(probe, path, findings);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    checkNotNegative(probe[field], path.child(field), findings);
  }
}

export function validateLifecycle(lifecycle: Container['lifecycle'], path: FieldPath, findings: Findings): void {
  if (lifecycle?.postStart) validateHandler(lifecycle.postStart, path.child('postStart'), findings);
  if (lifecycle?.preStop) validateHandler(lifecycle.preStop, path.child('preStop'), findings);
}

/** Exactly one of exec, httpGet, tcpSocket, and grpc (probes) or sleep (hooks). */
function validateHandler(handler: Probe & Handler, path: FieldPath, findings: Findings): void {
  const checks: [string, unknown, () => void][] = [
    ['exec', handler.exec, () => checkRequired(handler.exec?.command ?? [], path.child('exec', 'command'), findings)],
    ['httpGet', handler.httpGet, () => validateHttpGet(handler.httpGet ?? {}, path.child('httpGet'), findings)],
    [
      'tcpSocket',
      handler.tcpSocket,
      () => checkPort(handler.tcpSocket?.port, path.child('tcpSocket', 'port'), findings),
    ],
    ['grpc', handler.grpc, () => checkPortNumber(handler.grpc?.port, path.child('grpc', 'port'), findings)],
    ['sleep', handler.sleep, () => checkNotNegative(handler.sleep?.seconds, path.child('sleep', 'seconds'), findings)],
  ];
  const present = checks.filter(([, value]) => value !== undefined);
  present.forEach(([name, , check], i) => {
    if (i > 0) findings.forbidden(path.child(name), 'only one kind of handler is possible');
    else check();
  });
  if (present.length === 0) findings.required(path, { fix: 'add exec, httpGet or tcpSocket' });
}

function validateHttpGet(action: HttpGet, path: FieldPath, findings: Findings): void {
  checkRequired(action.path, path.child('path'), findings);
  checkPort(action.port, path.child('port'), findings);
  checkOneOf(action.scheme, ['HTTP', 'HTTPS'], path.child('scheme'), findings);
  for (const header of action.httpHeaders ?? []) {
    checkName(httpHeaderName, header.name ?? '', path.child('httpHeaders'), findings);
  }
}
