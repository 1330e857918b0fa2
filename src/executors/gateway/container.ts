import { GATEWAY_NAME, GATEWAY_ROLE } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import { sha256Hex } from '../../model/spec-hash.ts';
import { CONFIG_NAME, FOLDER, HANDOVER_SOCKET, MASTER_SOCKET, SOCKETS } from './paths.ts';

/**
 * The create call of a host's gateway. It has the host's network, so that ports come and go without a new container
 * and servers see where requests come from; its rights end at binding ports and changing to its own user.
 *
 * @param takesOver it begins with the listening sockets of the one that runs, so that no connection is refused
 */
export function gatewayContainer(image: string, takesOver = false): GatewayBody {
  const body = {
    Image: image,
    Entrypoint: ['haproxy'],
    Cmd: ['-W', '-db', '-S', `${MASTER_SOCKET},mode,600`, '-f', `${FOLDER}/${CONFIG_NAME}`],
    User: 'root',
    StopSignal: 'SIGUSR1',
    HostConfig: {
      NetworkMode: 'host',
      UsernsMode: 'host',
      RestartPolicy: { Name: 'always' },
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE', 'SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges'],
      Binds: [`${GATEWAY_NAME}:${FOLDER}`],
      Tmpfs: { [SOCKETS]: 'mode=0700' },
    },
  };
  const labels = { [LABEL.role]: GATEWAY_ROLE, [LABEL.specHash]: sha256Hex(JSON.stringify(body)) };
  const sockets = takesOver ? ['-x', HANDOVER_SOCKET] : [];
  return { ...body, Cmd: [...body.Cmd, ...sockets], Labels: labels };
}

export interface GatewayBody {
  readonly Cmd: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface GatewayInspect {
  readonly Id: string;
  readonly State: { readonly Running: boolean; readonly Restarting: boolean };
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> | null };
}
