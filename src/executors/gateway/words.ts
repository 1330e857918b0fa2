import { sha256Hex } from '../../model/spec-hash.ts';

/** What the host itself adds. */
export interface HostTraits {
  readonly hasIpv6: boolean;
}

/** File name of a certificate in the gateway's folder. */
export function certificateFile(parts: readonly string[]): string {
  return `${sha256Hex(parts.join(' ')).slice(0, 24)}.pem`;
}

// Sections of the configuration that belong to one back end.
export const httpName = (backend: string) => `${backend}.http`;
export const tcpName = (backend: string) => `${backend}.tcp`;
export const peersName = (section: string) => `${section}.peers`;

// A front end behind another one, for what the outer one has found the connection to be, and the section that leads there.
export const innerName = (front: string, found: 'http' | 'tls') => `${front}.${found}`;
export const handoverName = (inner: string) => `${inner}.handover`;
export const isInner = (front: string) => /\.(http|tls)$/.test(front);

/** One word of the configuration: what could end it or start another is escaped. */
export function quote(word: string): string {
  return word.replace(/[\\ "'#$\t]/g, (c) => `\\${c}`).replace(/[\r\n]/g, '');
}

/** A condition `peer` that tells requests of other gateways. */
export function peerAcl(peers: readonly { readonly address: string }[]): string[] {
  return peers.length === 0 ? [] : [`  acl peer src ${[...new Set(peers.map((p) => p.address))].sort().join(' ')}`];
}
