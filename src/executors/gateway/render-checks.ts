import type { GatewayBackend, PlacedServer } from '../../model/gateway.ts';
import { quote } from './words.ts';

/** Places whose servers are not asked as their back end says: they are of a release with another check. */
export interface CheckExceptions {
  /** Place → path. */
  readonly paths: ReadonlyMap<number, string>;
  /** Places that are not asked over HTTP at all, and count as up until a connection fails. */
  readonly unchecked: readonly number[];
}

/** What may stand in HAProxy's substitution without being taken for a part of it. */
const PLAIN_PATH = /^\/[A-Za-z0-9/_.~=&?+:@-]*$/;

/** None where the back end asks for a connection only: that will do for every server. */
export function checkExceptions(backend: GatewayBackend, servers: readonly PlacedServer[]): CheckExceptions {
  const { checkPath } = backend;
  if (checkPath === undefined) return { paths: new Map(), unchecked: [] };
  const others = servers.filter((s) => s.check !== undefined);
  const isPlain = (path: string | undefined): path is string => path !== undefined && PLAIN_PATH.test(path);
  const paths = others.flatMap(({ slot, check }) =>
    isPlain(check?.path) && isPlain(checkPath) ? [[slot, check.path] as const] : [],
  );
  return {
    paths: new Map(paths),
    unchecked: others.map((s) => s.slot).filter((slot) => !paths.some(([known]) => known === slot)),
  };
}

/**
 * How the servers of a back end are asked. HAProxy has one rule for all of them, so a path of one's own is told by the
 * server's name.
 */
export function checkRules(path: string | undefined, { paths }: CheckExceptions): string[] {
  if (path === undefined) return [];
  if (paths.size === 0) return [`  option httpchk GET ${quote(path)}`];
  const own = [...paths].sort(([a], [b]) => a - b).map(([slot, other]) => `regsub(^s${slot}$,${other})`);
  return ['  option httpchk', `  http-check send meth GET uri-lf %[srv_name,${own.join(',')},regsub(^s.+$,${path})]`];
}
