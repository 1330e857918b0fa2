import { LABEL } from './labels.ts';
import type { Note } from './notes.ts';

/** What one host's gateway serves for one stack, without the servers behind it. */
export interface GatewayConfig {
  readonly stack: string;
  readonly listeners: readonly GatewayListener[];
  readonly backends: readonly GatewayBackend[];
}

export interface GatewayListener {
  readonly port: number;
  /** Absent is every address of the host. */
  readonly hostIp?: string;
  /** `auto` looks at the first bytes: HTTP is balanced request by request, all else connection by connection. */
  readonly mode: GatewayMode;
  /** Each is the payload digests (`sha256:…`) whose bytes together are one PEM: certificates, then the key. */
  readonly certificates: readonly (readonly string[])[];
  readonly rules: readonly GatewayRule[];
  readonly defaultBackend?: string;
}

/** `passthrough` is TLS that the servers end; the server name chooses the back end. */
export type GatewayMode = 'auto' | 'http' | 'tcp' | 'passthrough';

export interface GatewayRule {
  /** Absent is any; `*.example.org` matches one label. */
  readonly host?: string;
  readonly path: string;
  readonly pathType: 'exact' | 'prefix';
  readonly backend: string;
  /** Answer plain HTTP with a redirect to this HTTPS port. */
  readonly redirectToHttps?: number;
}

export interface GatewayBackend {
  /** Unique on the host: `stack:endpoint:port`. */
  readonly name: string;
  readonly mode: GatewayMode;
  readonly sticky: 'no' | 'cookie' | 'source';
  /** HTTP path the gateway asks; without it a connection is enough. */
  readonly checkPath?: string;
  /** Other hosts that publish the same, asked only while no server of this host is up. */
  readonly peers: readonly GatewayPeer[];
  /** What to ask a peer so that the question reaches this back end there; without it a connection is enough. */
  readonly peerCheck?: { readonly host?: string; readonly path: string };
}

export interface GatewayPeer {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

export interface GatewayServerRef {
  readonly backend: string;
  /** Container name on the gateway's host. */
  readonly container: string;
}

export interface GatewayServer extends GatewayServerRef {
  readonly port: number;
  /** 0–256, against the other servers of its back end. */
  readonly weight: number;
}

/** What a stack has in a host's gateway, as it was last confirmed. */
export interface GatewayEntry {
  readonly config: GatewayConfig;
  readonly servers: readonly PlacedServer[];
  /** Back end → places for servers in the running configuration; filling one needs no reload. */
  readonly slots: Readonly<Record<string, number>>;
}

export interface PlacedServer extends GatewayServer {
  readonly address: string;
  /** Counts from 1 within its back end. */
  readonly slot: number;
  /** Takes no new session; its place is not given away before the present ones have ended. */
  readonly leaving?: true;
  /** How it is asked while its back end asks otherwise by now: at a path of its own, or for a connection only. */
  readonly check?: { readonly path?: string };
}

/** Role of the gateway's container, network and volume. */
export const GATEWAY_ROLE = 'gateway';
export const GATEWAY_NAME = 'stowage-gateway';
const NOTE_ROLE = 'gateway-note';

const KEY = {
  stack: `${LABEL.prefix}gateway-stack`,
  sequence: `${LABEL.prefix}gateway-sequence`,
  entry: `${LABEL.prefix}gateway-entry`,
} as const;

/** The note that keeps an entry on its host. A newer one is written before the older goes. */
export function gatewayNote(entry: GatewayEntry, sequence: number): Note {
  const { stack } = entry.config;
  return {
    name: `${GATEWAY_NAME}-${stack}-${sequence}`,
    labels: {
      [LABEL.role]: NOTE_ROLE,
      [KEY.stack]: stack,
      [KEY.sequence]: String(sequence),
      [KEY.entry]: JSON.stringify(entry),
    },
  };
}

export interface NotedEntry {
  readonly entry: GatewayEntry;
  readonly sequence: number;
  /** Names of this note and of older ones that a broken run left. */
  readonly notes: readonly string[];
}

/** What each stack has in the gateway of the host with these volumes, by stack name. */
export function readGatewayNotes(volumes: readonly Note[]): Map<string, NotedEntry> {
  const entries = new Map<string, NotedEntry>();
  for (const { name, labels } of volumes) {
    const [stack, sequence, text] = [labels[KEY.stack], Number(labels[KEY.sequence]), labels[KEY.entry]];
    if (labels[LABEL.role] !== NOTE_ROLE || stack === undefined || text === undefined) continue;
    const known = entries.get(stack);
    const notes = [...(known?.notes ?? []), name];
    const entry = known !== undefined && known.sequence > sequence ? undefined : parseEntry(text);
    if (entry !== undefined) entries.set(stack, { entry, sequence, notes });
    else if (known !== undefined) entries.set(stack, { ...known, notes });
  }
  return entries;
}

/** True for the volumes that hold entries. */
export function isGatewayNote({ labels }: Pick<Note, 'labels'>): boolean {
  return labels[LABEL.role] === NOTE_ROLE;
}

function parseEntry(text: string): GatewayEntry | undefined {
  try {
    return JSON.parse(text) as GatewayEntry;
  } catch {
    return undefined;
  }
}
