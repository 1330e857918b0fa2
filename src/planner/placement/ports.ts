import type { HostPort } from '../../model/placement.ts';

const ANY = '0.0.0.0';

/** The host ports taken on one host, by protocol and port, then address. */
export class PortTable {
  readonly #taken = new Map<string, Map<string, number>>();

  add(port: HostPort): void {
    if (port.port <= 0) return;
    const key = portKey(port);
    const addresses = this.#taken.get(key) ?? new Map<string, number>();
    addresses.set(address(port), (addresses.get(address(port)) ?? 0) + 1);
    this.#taken.set(key, addresses);
  }

  remove(port: HostPort): void {
    const addresses = this.#taken.get(portKey(port));
    const count = addresses?.get(address(port));
    if (!addresses || count === undefined) return;
    if (count > 1) addresses.set(address(port), count - 1);
    else addresses.delete(address(port));
  }

  /** Two ports conflict with the same protocol and number, on the same address or when one of them takes all. */
  conflicts(port: HostPort): boolean {
    const addresses = port.port > 0 ? this.#taken.get(portKey(port)) : undefined;
    if (!addresses || addresses.size === 0) return false;
    return address(port) === ANY || addresses.has(ANY) || addresses.has(address(port));
  }
}

export function portText({ hostIp, protocol, port }: HostPort): string {
  return `${hostIp ? `${hostIp}:` : ''}${port}/${protocol}`;
}

function portKey({ protocol, port }: HostPort): string {
  return `${protocol}/${port}`;
}

function address({ hostIp }: HostPort): string {
  return hostIp === undefined || hostIp === '' || hostIp === '::' ? ANY : hostIp;
}
