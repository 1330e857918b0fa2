/** `web` in the namespace `default`, `shop/web` outside. */
export function qualified(namespace: string, name: string): string {
  return namespace === 'default' || namespace === '' ? name : `${namespace}/${name}`;
}

/** Id of the network that all pods of a namespace share. */
export function namespaceNetwork(namespace: string): string {
  return `${namespace}/default`;
}

/** Id of the network over which namespaces reach each other, by qualified names only. */
export const CROSS_NETWORK = 'namespaces/cross';

/** All forms in which a service's name is written, the plain one first. */
export function serviceNames(namespace: string, name: string): string[] {
  return [name, ...qualifiedServiceNames(namespace, name)];
}

export function qualifiedServiceNames(namespace: string, name: string): string[] {
  return [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/** Letters, digits, `_`, `.` and `-` are what engines allow in names. */
export function engineName(...parts: readonly string[]): string {
  return parts.join('-').replace(/[^a-zA-Z0-9_.-]+/g, '-');
}

/** The members that have a value. */
export function present<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A map of strings without the holes that decoding leaves possible. */
export function strings(map: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> {
  const entries = Object.entries(map ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
