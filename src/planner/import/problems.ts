import type { Diagnostic } from '../../model/diagnostic.ts';
import type { NamedContainer } from './named.ts';

function error(code: string, message: string, more: Partial<Diagnostic>): Diagnostic {
  return { severity: 'error', code: `import/${code}`, message, ...more };
}

function left(why: string, fix?: string): Diagnostic {
  const message = 'a container of the project is left as it is';
  return { severity: 'warning', code: 'import/left-alone', message, why, ...(fix === undefined ? {} : { fix }) };
}

function flagOf({ host, name, workload, ordinal }: NamedContainer): string {
  const container = host === undefined ? name : `${host}:${name}`;
  return `--container ${container}=${workload}${ordinal === undefined ? '' : `/${ordinal}`}`;
}

export function noSuchContainer(named: NamedContainer): Diagnostic {
  return error('no-such-container', 'a container to take over is not there', {
    where: flagOf(named),
    why: named.host === undefined ? 'no host has one of this name' : `host ${named.host} has none of this name`,
    fix: 'docker ps --all shows the names there are',
  });
}

export function severalHosts(named: NamedContainer, hosts: readonly string[]): Diagnostic {
  return error('several-hosts', 'a container to take over is on several hosts', {
    where: flagOf(named),
    why: `${hosts.join(' and ')} have one of this name`,
    fix: `name the host: ${flagOf({ ...named, host: hosts[0] ?? '' })}`,
  });
}

export function noSuchWorkload(id: string, known: readonly string[]): Diagnostic {
  return error('no-such-workload', 'the files have no such workload', {
    where: id,
    why: `they have ${known.join(', ') || 'none'}`,
    fix: 'name one of them, or add it to the files',
  });
}

export function isPod(id: string): Diagnostic {
  return error('pod', 'a workload of several containers cannot be taken over', {
    where: id,
    why: 'its containers share namespaces that a container which runs already cannot join',
    fix: 'apply it, and remove the old container afterwards',
  });
}

export function isJob(id: string, kind: 'job' | 'cron'): Diagnostic {
  return error('job', 'a job is not taken over', {
    where: id,
    why: `a ${kind === 'cron' ? 'schedule' : 'job'} makes its containers itself`,
    fix: 'let it end, then apply',
  });
}

export function othersContainer(name: string, host: string, owner: string): Diagnostic {
  return error('other-stack', 'a container to take over is of another stack', {
    where: `container ${name} on ${host}`,
    why: `it is of stack ${owner}`,
    fix: `take it out of the files of ${owner} first`,
  });
}

export function ordinalTaken(name: string, workload: string, ordinal: number): Diagnostic {
  return error('ordinal-taken', 'a replica has its container already', {
    where: `${workload}.${ordinal}, for container ${name}`,
    fix: 'name another ordinal, or none to have the next free one',
  });
}

export function isOneOff(): Diagnostic {
  return left('docker compose run made it, for once');
}

export function isGoing(state: string): Diagnostic {
  return left(`the engine says it is ${state}`);
}

export function notInFiles(service: string): Diagnostic {
  return left(
    `the files have no service ${service}`,
    `add it to the files, or name a workload for it with --container`,
  );
}

export function sharedNetwork(network: string, host: string, others: readonly string[]): Diagnostic {
  return {
    severity: 'warning',
    code: 'import/network-shared',
    message: 'a network to take over has other containers on it',
    where: `network ${network} on ${host}`,
    why: `${others.join(', ')} stay on it, so that it can neither be removed nor made anew`,
    fix: 'take them over as well, or declare the network external: true',
  };
}
