import { createHash } from 'node:crypto';
import type { Service, ServicePort } from '../api.ts';
import type { LoadedObject } from '../load.ts';

const FIRST = 30_000;
const LAST = 32_767;

/**
 * Gives node ports to services that ask for one without a number. The choice depends on the name of service and port
 * alone, so it stays when other services come and go, unless their numbers meet.
 */
export class NodePorts {
  readonly #taken = new Set<number>();

  constructor(services: readonly LoadedObject[]) {
    for (const { value } of services) {
      for (const { nodePort } of (value as Service).spec?.ports ?? []) if (nodePort) this.#taken.add(nodePort);
    }
  }

  choose({ namespace, name }: LoadedObject, port: ServicePort): number {
    const key = `${namespace}/${name}/${port.protocol}/${port.port}`;
    const hash = createHash('sha256').update(key).digest().readUInt32BE();
    const count = LAST - FIRST + 1;
    for (let i = 0; i < count; i++) {
      const candidate = FIRST + ((hash + i) % count);
      if (this.#taken.has(candidate)) continue;
      this.#taken.add(candidate);
      return candidate;
    }
    return FIRST;
  }
}
