/** The domains that one label key divides the hosts into, numbered by first appearance. */
export interface Topology {
  readonly key: string;
  /** Domain of each host by its index; −1 where the host lacks the label. */
  readonly domainOf: Int32Array;
  readonly values: readonly string[];
  /** A one for each domain. */
  readonly all: Uint8Array;
  /** No two hosts share a domain. */
  readonly isPerHost: boolean;
}

/** The topology key under which every host is a domain of its own, whatever its labels. */
export const EACH_HOST = '\0host';
/** The topology key of Kubernetes' zones: region and zone together, by the labels of then and now. */
export const ZONE = '\0zone';

const ZONE_KEYS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const REGION_KEYS = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];

/** The domain of a host under a key; undefined when it has none. */
export function domainValue(
  key: string,
  { name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): string | undefined {
  if (key === EACH_HOST) return name;
  if (key !== ZONE) return labels[key];
  const [region, zone] = [REGION_KEYS, ZONE_KEYS].map((keys) => keys.map((one) => labels[one]).find(Boolean) ?? '');
  return region === '' && zone === '' ? undefined : `${region}:${zone}`;
}

export function buildTopology(key: string, values: readonly (string | undefined)[]): Topology {
  const numbers = new Map<string, number>();
  const domainOf = new Int32Array(values.length).fill(-1);
  values.forEach((value, index) => {
    if (value === undefined) return;
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    domainOf[index] = number;
  });
  const keyed = domainOf.reduce((sum, domain) => sum + (domain < 0 ? 0 : 1), 0);
  const all = new Uint8Array(numbers.size).fill(1);
  return { key, domainOf, values: [...numbers.keys()], all, isPerHost: numbers.size === keyed };
}

/** The domains in which an eligible host is. */
function domainsOf({ domainOf, all }: Topology, eligible: Uint8Array): Uint8Array {
  const exists = new Uint8Array(all.length);
  domainOf.forEach((domain, host) => {
    if (domain >= 0 && eligible[host]) exists[domain] = 1;
  });
  return exists;
}

/**
 * How many replicas of some kind stand in each domain, kept while replicas come and go. With `eligible`, only
 * those hosts count, and a domain exists where one of them is; the least count over them is kept as well.
 */
export class DomainCounter {
  readonly topology: Topology;
  readonly counts: Int32Array;
  readonly exists: Uint8Array;
  /** All replicas counted in some domain. */
  total = 0;
  /** How many domains there are. */
  readonly domains: number;
  readonly #eligible: Uint8Array | undefined;
  /** How many existing domains have this count. */
  readonly #domainsWith: number[] = [];
  #least = 0;

  constructor(topology: Topology, eligible?: Uint8Array) {
    this.topology = topology;
    this.#eligible = eligible;
    this.counts = new Int32Array(topology.values.length);
    this.exists = eligible ? domainsOf(topology, eligible) : topology.all;
    this.domains = eligible ? this.exists.reduce((sum, one) => sum + one, 0) : topology.values.length;
    this.#domainsWith[0] = this.domains;
  }

  /** The least count over the domains; undefined when there is none. */
  get least(): number | undefined {
    return this.domains > 0 ? this.#least : undefined;
  }

  /** Adds replicas on a host, or takes them away with a negative number. */
  add(host: number, replicas: number): void {
    const domain = this.topology.domainOf[host] ?? -1;
    if (domain < 0 || (this.#eligible && !this.#eligible[host])) return;
    const before = this.counts[domain] ?? 0;
    const after = before + replicas;
    this.counts[domain] = after;
    this.total += replicas;
    this.#domainsWith[before] = (this.#domainsWith[before] ?? 0) - 1;
    this.#domainsWith[after] = (this.#domainsWith[after] ?? 0) + 1;
    if (after < this.#least) this.#least = after;
    while ((this.#domainsWith[this.#least] ?? 0) <= 0) this.#least++;
  }

  /** Replicas in the domain of a host; undefined when the host has no such label. */
  at(host: number): number | undefined {
    const domain = this.topology.domainOf[host] ?? -1;
    return domain < 0 ? undefined : (this.counts[domain] ?? 0);
  }

  /** `value → count`, for explanations. */
  entries(): [string, number][] {
    return this.topology.values.flatMap((value, domain) =>
      this.exists[domain] ? [[value, this.counts[domain] ?? 0] as [string, number]] : [],
    );
  }
}
