import type { HostReader, RequestOptions } from './connection.ts';

const asked = new WeakMap<HostReader, Map<string, Promise<unknown>>>();

/** A GET whose answer goes to all who ask for the same while it is on its way: one call for a round in which several look. */
export function sharedGet<T>(reader: HostReader, path: string, options?: RequestOptions): Promise<T> {
  const pending = asked.get(reader) ?? new Map<string, Promise<unknown>>();
  asked.set(reader, pending);
  const known = pending.get(path);
  if (known !== undefined) return known as Promise<T>;
  const answer = reader.get<T>(path, undefined, options).finally(() => pending.delete(path));
  pending.set(path, answer);
  return answer;
}
