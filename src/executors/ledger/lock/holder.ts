import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Holder } from '../../../model/revision.ts';

/** The process that holds a lock, as far as another process on the same machine can recognise it. */
export interface ProcessMark {
  /** Of the running kernel: a reboot makes another. */
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** Start of the process in ticks of the kernel, as process ids are used again. */
  readonly startTicks: string;
}

const CI_URLS = [
  'CI_JOB_URL',
  'CI_PIPELINE_URL',
  'BUILD_URL',
  'CIRCLE_BUILD_URL',
  'BUILDKITE_BUILD_URL',
  'BITRISE_BUILD_URL',
];

/** Who runs this program, and in which CI run. */
export function describeHolder(env: Readonly<Record<string, string | undefined>>): Holder {
  const ciUrl = CI_URLS.map((name) => env[name]).find(Boolean) ?? githubUrl(env);
  return { user: userName(env), host: hostname(), ...(ciUrl === undefined ? {} : { ciUrl }) };
}

/** `ann on laptop (https://ci.example/run/7)` */
export function holderText({ user, host, ciUrl }: Holder): string {
  return ciUrl === undefined ? `${user} on ${host}` : `${user} on ${host} (${ciUrl})`;
}

/** Marks this process; undefined where the system does not tell (not Linux). */
export function markProcess(): ProcessMark | undefined {
  try {
    const startTicks = startOf(process.pid);
    if (startTicks === undefined) return undefined;
    return { ...machine(), pid: process.pid, startTicks };
  } catch {
    return undefined;
  }
}

/** True when the marked process ran on this machine and is gone: its lock holds nothing any more. */
export function isGone(mark: ProcessMark | undefined): boolean {
  if (mark === undefined) return false;
  try {
    const here = machine();
    if (here.bootId !== mark.bootId || here.pidNamespace !== mark.pidNamespace) return false;
    return !existsSync(`/proc/${mark.pid}`) || startOf(mark.pid) !== mark.startTicks;
  } catch {
    return false;
  }
}

function machine(): Pick<ProcessMark, 'bootId' | 'pidNamespace'> {
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/** @see proc(5), /proc/pid/stat: the command's name may hold spaces and brackets */
function startOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function githubUrl(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? env.LOGNAME ?? 'unknown';
  }
}
