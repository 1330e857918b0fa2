import { type Generator, startGenerator } from './generator.ts';

export interface TrafficReport {
  readonly requests: number;
  /** No answer, a broken connection, or a status of 400 and above. */
  readonly failed: number;
  /** The first 50 of them. */
  readonly failures: readonly { readonly at: string; readonly url: string; readonly problem: string }[];
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each first word was answered: for the lab's web images, the version. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

/** Steady requests that go on until stopped: what users of a service see while it is changed. */
export type Traffic = Generator<TrafficReport>;

export interface TrafficOptions {
  /** 50 unless given. */
  readonly perSecond?: number;
  /** Per request; 5000 unless given. */
  readonly timeoutMs?: number;
}

export async function startTraffic(
  namespace: string,
  urls: readonly string[],
  options: TrafficOptions,
): Promise<Traffic> {
  const settings = [options.perSecond ?? 50, options.timeoutMs ?? 5000].map(String);
  return await startGenerator(namespace, './traffic-generator.mjs', [...settings, ...urls]);
}
