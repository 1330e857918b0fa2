import { isIpAddress } from './ip.ts';

/** One published port of a short form; `published` is a port, a range to choose from, or absent. */
export interface PortSpec {
  readonly hostIp?: string;
  readonly published?: string;
  readonly target: number;
  readonly protocol: string;
}

/**
 * Reads `[[ip:]host[-host]:]container[-container][/protocol]`.
 *
 * @param ipv6 whether IPv6 addresses need brackets, as for compose, or may do without, as for stack files
 * @returns one entry per container port, ordered by the text of the port as the reference orders them, or what is wrong
 */
export function parsePortSpec(text: string, ipv6: 'brackets' | 'bare' = 'brackets'): readonly PortSpec[] | string {
  const parts = text.split(':');
  const containerPart = parts[parts.length - 1] ?? '';
  const hostPart = parts.length > 1 ? (parts[parts.length - 2] ?? '') : '';
  const ipPart = parts.slice(0, -2).join(':');
  const [containerPort = '', rawProtocol = ''] = containerPart.split('/');
  if (containerPort === '') return 'no container port is given';
  const protocol = (rawProtocol || 'tcp').toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return `${protocol} is no protocol; use tcp, udp or sctp`;
  if (ipv6 === 'brackets' && ipPart.includes(':') && !/^\[[^\]]*\]$/.test(ipPart))
    return `${ipPart} is no IP address; put brackets around IPv6: [${ipPart}]`;
  const hostIp = /^\[.*\]$/.test(ipPart) ? ipPart.slice(1, -1) : ipPart;
  if (hostIp !== '' && !isIpAddress(hostIp)) return `${ipPart} is no IP address`;
  const container = parseRange(containerPort);
  if (!container) return `${containerPort} is no port or range of ports`;
  const host = hostPart === '' ? undefined : parseRange(hostPart);
  if (hostPart !== '' && !host) return `${hostPart} is no port or range of ports`;
  return expand(container, host, hostIp, protocol) ?? `the ranges ${hostPart} and ${containerPort} differ in length`;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function expand(container: Range, host: Range | undefined, hostIp: string, protocol: string): PortSpec[] | undefined {
  const count = container.last - container.first + 1;
  if (host && count > 1 && host.last - host.first + 1 !== count) return undefined;
  const specs = Array.from({ length: count }, (_, i) => {
    const published =
      host && (count === 1 && host.last !== host.first ? `${host.first}-${host.last}` : `${host.first + i}`);
    return { ...(hostIp && { hostIp }), ...(published && { published }), target: container.first + i, protocol };
  });
  return specs.sort((a, b) => (`${a.target}/` < `${b.target}/` ? -1 : 1));
}

function parseRange(text: string): Range | undefined {
  const [firstText = '', lastText] = text.split('-');
  const first = parsePort(firstText);
  const last = lastText === undefined ? first : parsePort(lastText);
  return first === undefined || last === undefined || last < first ? undefined : { first, last };
}

function parsePort(text: string): number | undefined {
  const port = Number(text);
  return /^[0-9]+$/.test(text) && port <= 65535 ? port : undefined;
}
