import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';

interface Listed {
  readonly Names: readonly string[];
  readonly Status: string;
}

export interface Recorder {
  /** The fewest replicas that were ready at a time, by what the engines themselves say. */
  stop(): Promise<number>;
}

/** Asks every engine again and again how many replicas of a workload are ready: running, and healthy if they have a check. */
export function recordReady(lab: Lab, workload: string): Recorder {
  const filters = JSON.stringify({ label: [`io.stowage.workload=${workload}`], status: ['running'] });
  const path = `/containers/json?filters=${encodeURIComponent(filters)}`;
  let fewest = Number.POSITIVE_INFINITY;
  let isOver = false;
  const looks = (async () => {
    while (!isOver) {
      const lists = await Promise.all(lab.hosts.map((host) => lab.engine(host.name).get<Listed[]>(path)));
      const ready = lists.flat().filter(({ Status }) => !/unhealthy|health: starting/.test(Status));
      fewest = Math.min(fewest, ready.length);
      await sleep(100);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await looks;
      return fewest;
    },
  };
}

/** What a plan promised: `web never below 3 of 3 ready` is 3. */
export function promisedReady(output: string, workload: string): number {
  return Number(new RegExp(`${workload} never below (\\d+) of`).exec(output)?.[1] ?? Number.NaN);
}
