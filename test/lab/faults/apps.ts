import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../harness/lab.ts';

/** An app the campaign deploys in two editions, and what has to be there once one of them is applied. */
export interface App {
  readonly stack: string;
  readonly hosts: readonly string[];
  /** Files of each edition, by path. */
  readonly editions: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  /** Replicas by workload. */
  readonly replicas: Readonly<Record<string, number>>;
  /** Those of them that end once they have done their work. */
  readonly jobs?: readonly string[];
  /** Workload that keeps data under /data, where one does. */
  readonly store?: string;
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  /** Image that only this edition runs, where there is one. */
  readonly images?: readonly [string, string];
  /** Value that may stand nowhere but in the containers and the ledger's payloads. */
  readonly secret?: string;
}

const SECRET = 'kept-quiet-6f1d2c9a';
const FOLDER = join(PROJECT, 'fixtures', 'faults');

function edition(app: string, version: string): Record<string, string> {
  const folder = join(FOLDER, app, version);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The app with one of its hosts exchanged; it is another stack then. */
export function moved(app: App, from: string, to: string): App {
  const stack = `${app.stack}-${to}`;
  const rewritten = (files: Readonly<Record<string, string>>) => {
    const text = (files['stowage.yaml'] ?? '').replaceAll(from, to).replace(`stack: ${app.stack}`, `stack: ${stack}`);
    return { ...files, 'stowage.yaml': text };
  };
  const [first, second] = app.editions;
  const hosts = app.hosts.map((host) => (host === from ? to : host));
  return { ...app, stack, hosts, editions: [rewritten(first), rewritten(second)] };
}

export const APPS: Readonly<Record<'note' | 'pair' | 'shop', App>> = {
  note: {
    stack: 'note',
    hosts: ['host1'],
    editions: [edition('note', 'v1'), edition('note', 'v2')],
    replicas: { note: 1 },
    store: 'note',
    volumes: ['note_data'],
    networks: ['note_default'],
  },
  pair: {
    stack: 'pair',
    hosts: ['host1', 'host2'],
    editions: [edition('pair', 'v1'), edition('pair', 'v2')],
    replicas: { page: 2 },
    volumes: [],
    networks: [],
    images: ['web:1', 'web:2'],
    secret: SECRET,
  },
  shop: {
    stack: 'shop',
    hosts: ['host1', 'host2', 'host3'],
    editions: [edition('shop', 'v1'), edition('shop', 'v2')],
    replicas: { db: 1, migrate: 1, web: 1 },
    jobs: ['migrate'],
    store: 'db',
    volumes: ['shop_data'],
    networks: ['shop_default'],
    images: ['web:1', 'web:2'],
    secret: SECRET,
  },
};
