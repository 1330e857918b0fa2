import type { Container, Probe, ProbeAction } from '../../../../model/desired.ts';
import { grpcRequest } from './grpc-request.ts';

const LOCAL = '127.0.0.1';

/**
 * The probes of one container as the variables and functions that the script reads.
 *
 * @param graceSeconds from SIGTERM to SIGKILL, for probes that do not say
 */
export function livenessSettings({ probes }: Container, graceSeconds: number): string {
  const { liveness, startup } = probes;
  const lines = [
    `threshold=${liveness?.failureThreshold ?? 1}`,
    `delay=${liveness?.initialDelaySeconds ?? 0}`,
    `grace=${liveness?.terminationGraceSeconds ?? graceSeconds}`,
    `liveness() { ${liveness ? commandOf(liveness) : ':'}; }`,
    `startup_limit=${startup ? limitSeconds(startup) : ''}`,
    `startup_delay=${startup?.initialDelaySeconds ?? 0}`,
    `startup_grace=${startup?.terminationGraceSeconds ?? graceSeconds}`,
    `startup() { ${startup ? commandOf(startup) : ':'}; }`,
  ];
  return `${lines.join('\n')}\n`;
}

/** From the start of the container to the last miss that its startup probe allows. */
export function limitSeconds({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

function commandOf({ action, timeoutSeconds }: Probe): string {
  if (action.type === 'exec') return words('run', String(timeoutSeconds), ...action.command);
  const host = 'host' in action && action.host !== undefined ? action.host : LOCAL;
  const kind = action.type === 'http' ? action.scheme : action.type;
  return words('talk', kind, String(timeoutSeconds), host, String(action.port), escaped(requestOf(action, host)));
}

function requestOf(action: Exclude<ProbeAction, { type: 'exec' }>, host: string): Buffer {
  if (action.type === 'grpc') return grpcRequest(action.service ?? '', `${host}:${action.port}`);
  return Buffer.from(action.type === 'http' ? httpRequest(action, host) : '');
}

function httpRequest({ path, port, headers }: Extract<ProbeAction, { type: 'http' }>, host: string): string {
  const usual = [
    { name: 'Host', value: `${host}:${port}` },
    { name: 'User-Agent', value: 'stowage-probe' },
    { name: 'Accept', value: '*/*' },
  ].filter(({ name }) => !headers.some((own) => own.name.toLowerCase() === name.toLowerCase()));
  const lines = [...usual, ...headers, { name: 'Connection', value: 'close' }];
  return [`GET ${path} HTTP/1.1`, ...lines.map(({ name, value }) => `${name}: ${value}`), '', ''].join('\r\n');
}

/** For `printf %b`. */
function escaped(bytes: Buffer): string {
  const one = (byte: number) => {
    if (byte === 0x0d) return '\\r';
    if (byte === 0x0a) return '\\n';
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
    return isPlain ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`;
  };
  return [...bytes].map(one).join('');
}

function words(...parts: readonly string[]): string {
  return parts.map((part) => (/^[\w.:/=@%+-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`)).join(' ');
}
