import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../harness/lab.ts';
import type { CommandResult, RunningCommand } from '../harness/process.ts';

/** Where in a step's life a fault strikes. */
export type Moment = 'before' | 'during' | 'after';

export interface Strike {
  readonly lab: Lab;
  readonly host: string;
  /** The apply that is under way. */
  readonly run: RunningCommand;
  /** Starts the same apply once more. */
  readonly second: () => Promise<CommandResult>;
  /** `stowage plan`, as somebody else would run it now. */
  readonly plan: () => Promise<CommandResult>;
  /** Notes that something did not hold. */
  readonly complain: (what: string) => void;
}

export interface Fault {
  readonly name: string;
  readonly moments: readonly Moment[];
  /** Does the harm and undoes it; returns once it is undone. The apply may have ended by then or not. */
  readonly strike: (on: Strike) => Promise<void>;
  /** Exit codes the apply may end with; null is a kill. */
  readonly endsWith: readonly (number | null)[];
  /** The new image is taken off the hosts before. */
  readonly needsPull?: boolean;
  /** Hosts need disks of their own. */
  readonly needsDisk?: boolean;
}

const ALWAYS: readonly Moment[] = ['during'];

/** A plan made while a host is away has to fail and to name it. */
async function planNames(on: Strike, words: RegExp): Promise<void> {
  const { exitCode, all } = await on.plan();
  if (exitCode === 0 || exitCode === 2) return;
  if (!words.test(all)) on.complain(`plan failed without saying what is unreachable:\n${all}`);
}

/** After Ctrl-C nobody holds the lock, and the history says how far the run came and that it was stopped. */
async function endedInOrder(on: Strike): Promise<void> {
  const { exitCode } = await on.run.done;
  const names = ['ps', '-aq', '--filter', 'name=stowage-lock-'];
  const locks = await Promise.all(on.lab.hosts.map(({ name }) => on.lab.docker(name, names)));
  if (locks.join('') !== '') on.complain('the lock was not given back');
  if (exitCode !== 130) return;
  const { all } = await on.plan();
  if (!/is \d+ % applied[\s\S]*was stopped/.test(all))
    on.complain(`the journal does not say that it was stopped:\n${all}`);
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9',
    moments: ['before', 'during', 'after'],
    endsWith: [null],
    strike: async ({ run }) => {
      run.kill('SIGKILL');
      await run.done;
    },
  },
  {
    name: 'Ctrl-C',
    moments: ALWAYS,
    endsWith: [0, 130],
    strike: async (on) => {
      on.run.kill('SIGINT');
      await endedInOrder(on);
    },
  },
  {
    name: 'Ctrl-C twice',
    moments: ALWAYS,
    endsWith: [0, 130],
    strike: async (on) => {
      on.run.kill('SIGINT');
      await sleep(50);
      on.run.kill('SIGINT');
      const begun = Date.now();
      await endedInOrder(on);
      if (Date.now() - begun > 20_000) on.complain('the second Ctrl-C did not stop it');
    },
  },
  {
    name: 'SSH connection cut',
    moments: ALWAYS,
    endsWith: [0],
    strike: async ({ lab, host }) => {
      await lab.sshd(host, 'drop');
      await lab.sshd(host, 'start');
    },
  },
  {
    name: 'host cut off and healed',
    moments: ALWAYS,
    endsWith: [0, 1, 3, 75, 130],
    strike: async (on) => {
      await on.lab.cut(on.host);
      await sleep(1000);
      on.run.kill('SIGINT');
      await sleep(100);
      on.run.kill('SIGINT');
      await planNames(
        on,
        new RegExp(`${on.host}[\\s\\S]*(reach|answer|time)|(reach|answer|time)[\\s\\S]*${on.host}`, 'i'),
      );
      await on.lab.heal(on.host);
      await on.run.done;
    },
  },
  {
    name: 'host away for seconds',
    moments: ALWAYS,
    endsWith: [0],
    strike: async ({ lab, host }) => {
      await lab.cut(host);
      await sleep(3000);
      await lab.heal(host);
    },
  },
  {
    name: 'engine killed and restarted',
    moments: ALWAYS,
    endsWith: [0, 1, 3],
    strike: async (on) => {
      await on.lab.dockerd(on.host, 'kill');
      await planNames(on, new RegExp(on.host));
      await on.lab.dockerd(on.host, 'start');
    },
  },
  {
    name: 'registry down',
    moments: ALWAYS,
    needsPull: true,
    endsWith: [0, 1, 3],
    strike: async (on) => {
      const pid = Number.parseInt(readFileSync(join(on.lab.directory, 'run', 'registry-5000'), 'utf8'), 10);
      process.kill(pid, 'SIGKILL');
      await sleep(500);
      await planNames(on, /registry|web:[12]|image/i);
      await on.lab.control('up');
    },
  },
  {
    name: 'disk full',
    moments: ALWAYS,
    needsDisk: true,
    needsPull: true,
    endsWith: [0, 1, 3],
    strike: async (on) => {
      await on.lab.control('fill', on.host, '0');
      await on.run.done;
      await planNames(on, /disk|space/i);
      await on.lab.control('unfill', on.host);
    },
  },
  {
    name: 'second apply at once',
    moments: ALWAYS,
    endsWith: [0],
    strike: async (on) => {
      const { exitCode, all } = await on.second();
      const isTrue = exitCode === 75 || (exitCode === 0 && /No changes|complete|Applied/.test(all));
      if (!isTrue) on.complain(`the second apply ended with ${exitCode}:\n${all}`);
    },
  },
];
