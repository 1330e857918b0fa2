import { stepFailure } from '../docker/steps/failure.ts';
import type { ExecOptions, HostConnection } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import { noGateway } from './failures.ts';
import { MASTER_SOCKET } from './paths.ts';

/** Ends each answer; HAProxy never prints it. */
const END = '\u001e';

/**
 * Speaks to a Unix socket and tries addresses, in the one language every Debian-based image brings along. Arguments:
 * the socket, then requests: `tcp ADDRESS PORT` and `unix PATH` connect, `free ADDRESS PORT` listens for a moment, `ipv6`
 * looks for it, and `cli COMMAND` asks HAProxy.
 */
const PERL = `
my $p = shift; $| = 1;
for my $r (@ARGV) {
  my ($k, $rest) = split(/ /, $r, 2); my ($s, $b);
  if ($k eq 'cli') {
    if (socket($s, 1, 1, 0) && connect($s, pack('Sa108', 1, $p))) {
      syswrite($s, "$rest\\n"); shutdown($s, 1); while (sysread($s, $b, 65536)) { print $b }
    } else { print "! $!" }
  } elsif ($k eq 'unix') {
    print(socket($s, 1, 1, 0) && connect($s, pack('Sa108', 1, $rest)) ? 'ok' : "! $!");
  } elsif ($k eq 'ipv6') {
    print(-s '/proc/net/if_inet6' || (open(my $f, '<', '/proc/net/if_inet6') && <$f>) ? 'ok' : 'no');
  } else {
    my ($ip, $port) = split(/ /, $rest); my $to = pack('SnC4x8', 2, $port, split(/[.]/, $ip));
    socket($s, 2, 1, 6); setsockopt($s, 1, 2, pack('l', 1));
    if ($k eq 'free') { print((bind($s, $to) && listen($s, 1)) ? 'ok' : "! $!") }
    else {
      local $SIG{ALRM} = sub { print '! timed out'; }; alarm 2;
      print(connect($s, $to) ? 'ok' : "! $!"); alarm 0;
    }
  }
  close($s); print "\\x1e";
}`;

/**
 * Asks the gateway in one exec, in order.
 *
 * @param requests see `PERL`; each gets one answer, which begins with `!` when it could not be asked
 */
export async function ask(
  host: HostConnection,
  container: string,
  requests: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  if (requests.length === 0) return [];
  const argv = ['perl', '-e', PERL, MASTER_SOCKET, ...requests];
  const result = await run(host, container, argv, { ...(signal === undefined ? {} : { signal }), user: 'root' });
  const answers = result.stdout.split(END).slice(0, -1);
  if (answers.length === requests.length) return answers.map((a) => a.trim());
  const words = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? '';
  if (result.exitCode === 126 || result.exitCode === 127 || /executable file not found/.test(words)) {
    throw stepFailure('gateway/no-perl', "the gateway's image has no perl", {
      where: `host ${host.name}, container ${container}`,
      why: 'perl is how the sockets of HAProxy are spoken to; Debian-based images such as haproxy:lts bring it along',
      fix: 'use such an image (gateway image in stowage.yaml or x-stowage), or add perl to yours',
    });
  }
  throw stepFailure('gateway/no-answer', 'the gateway does not answer', {
    where: `host ${host.name}, container ${container}`,
    why: words || `exit code ${result.exitCode}`,
    fix: `see its log: docker logs ${container}`,
  });
}

async function run(host: HostConnection, container: string, argv: readonly string[], options: ExecOptions) {
  try {
    return await host.exec(container, argv, options);
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 409)) throw noGateway(host);
    throw error;
  }
}

/** HAProxy's processes: the one that takes new connections, and older ones that still end theirs. */
export interface Workers {
  readonly current: number | undefined;
  readonly old: readonly number[];
}

/** Reads the answer to `show proc` of the master. */
export function parseWorkers(text: string): Workers {
  let isOld = false;
  let current: number | undefined;
  const old: number[] = [];
  for (const line of text.split('\n')) {
    if (/^# old workers/.test(line)) isOld = true;
    else if (line.startsWith('# ')) isOld = false;
    const [pid, type] = line.trim().split(/\s+/);
    if (type !== 'worker') continue;
    if (isOld) old.push(Number(pid));
    else current = Number(pid);
  }
  return { current, old };
}

export async function workers(host: HostConnection, container: string, signal?: AbortSignal): Promise<Workers> {
  const [answer = ''] = await ask(host, container, ['cli show proc'], signal);
  return parseWorkers(answer);
}

/** A request for one worker. */
export function toWorker(pid: number, command: string): string {
  return `cli @!${pid} ${command}`;
}
