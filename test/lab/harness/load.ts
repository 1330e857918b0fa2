import { join } from 'node:path';
import { type Generator, startGenerator } from './generator.ts';

export interface LoadSettings {
  readonly urls: readonly string[];
  readonly perSecond: number;
  /** Clients that keep their one connection. They make half of the requests. */
  readonly keepAlive: number;
  /** A request that takes long, begun every so many milliseconds. */
  readonly long?: { readonly url: string; readonly every: number };
  /** An upgraded connection that has to echo for `forMs`, begun every so many milliseconds. */
  readonly upgrade?: { readonly url: string; readonly every: number; readonly forMs: number };
  /** Name that is asked for, where it is not that of the URLs. */
  readonly host?: string;
}

export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly { readonly at: string; readonly kind: string; readonly problem: string }[];
  /** How often each first word was answered: the version. */
  readonly answers: Readonly<Record<string, number>>;
  readonly long: { readonly requests: number; readonly failed: number };
  readonly upgraded: { readonly requests: number; readonly failed: number };
}

export type Load = Generator<LoadReport>;

/** Constant load on keep-alive and fresh connections from the operator's side of a lab, until stopped. */
export async function startLoad(directory: string, settings: LoadSettings): Promise<Load> {
  return await startGenerator(join(directory, 'ns', 'operator'), './load-generator.mjs', [JSON.stringify(settings)]);
}
