import { LABEL } from '../../../model/labels.ts';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { stepFailure } from './failure.ts';
import { isOwn } from './own.ts';

/** What the steps read of `GET /containers/NAME/json`. */
export interface ContainerInspect {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: {
      readonly Status: 'none' | 'starting' | 'healthy' | 'unhealthy';
      readonly FailingStreak: number;
      readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
  readonly Config: {
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Tty: boolean;
    readonly Image: string;
    readonly Hostname?: string;
  };
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  };
  readonly ExecIDs?: readonly string[] | null;
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly SandboxID: string;
    readonly Networks: Readonly<
      Record<
        string,
        {
          readonly IPAddress: string;
          readonly NetworkID: string;
          readonly Aliases?: readonly string[] | null;
          readonly IPAMConfig?: { readonly IPv4Address?: string } | null;
        }
      >
    >;
  };
}

/** API path of a container, by name or id. */
export function containerPath(container: string, action = ''): string {
  return `/containers/${encodeURIComponent(container)}${action}`;
}

/** The container of this name, ours or not; undefined when there is none. */
export async function inspectContainer(
  host: HostReader,
  container: string,
  signal?: AbortSignal,
): Promise<ContainerInspect | undefined> {
  try {
    return await host.get<ContainerInspect>(containerPath(container, '/json'), undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/**
 * The stack's container of this name, labelled or taken over; undefined when there is none.
 *
 * @throws `container/foreign` when the name belongs to a container that is not the stack's: it is not touched
 */
export async function inspectOwn(
  host: HostReader,
  container: string,
  stack: string,
  signal?: AbortSignal,
): Promise<ContainerInspect | undefined> {
  const found = await inspectContainer(host, container, signal);
  if (found === undefined) return undefined;
  const object = { kind: 'container', id: found.Id, labels: found.Config.Labels } as const;
  if (!(await isOwn(host, object, stack, signal))) throw foreign('container', container, stack);
  return found;
}

/** True for a container that is on a network under exactly these names. Engines before 25 list its id and host name too. */
export function hasNames(
  { Id, Config, NetworkSettings }: ContainerInspect,
  { network, aliases }: { readonly network: string; readonly aliases: readonly string[] },
): boolean {
  const names = NetworkSettings.Networks[network]?.Aliases ?? [];
  const extra = names.filter((name) => !aliases.includes(name) && !Id.startsWith(name) && name !== Config.Hostname);
  return extra.length === 0 && aliases.every((alias) => names.includes(alias));
}

/** An object that has the name of ours and is not ours. */
export function foreign(kind: 'container' | 'network' | 'volume', name: string, stack: string) {
  const other = `docker ${kind} inspect ${name}`;
  return stepFailure(`${kind}/foreign`, `the name belongs to a ${kind} that is not the stack's`, {
    detail: name,
    why: `it does not carry the label ${LABEL.stack}=${stack}, so it is left alone`,
    fix: `see what it is (${other}), then rename or remove it, or choose another stack name`,
  });
}
