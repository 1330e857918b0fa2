import type { Node } from '../../source/tree.ts';
import { isInteger } from '../nodes.ts';
import { fail, type Session } from '../session.ts';
import { parseBytes, parseGoFloat, parseGoInteger } from '../values/bytes.ts';
import { formatDuration, parseDuration } from '../values/duration.ts';
import { formatValue, shortestFloat32 } from '../values/format.ts';
import { splitCommand } from '../values/shell-words.ts';
import { type Codec, fromEntries, type Json, refuse, sortedEntries } from './codec.ts';

function refuseValue(node: Node, path: string, session: Session, message: string, fix: string): undefined {
  fail(session, 'value', { message, position: node.position, path, detail: formatValue(node), fix });
  return undefined;
}

/** Bytes, printed as a decimal string. Floats count as nothing, as in the reference. */
export const bytes: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'string') {
    const size = parseBytes(value);
    if (size !== undefined) return size === 0 ? '' : BigInt(size).toString();
    return refuseValue(
      node,
      path,
      session,
      'a size cannot be read',
      'write a number with b, k, m, g, t or p, e.g. 512m',
    );
  }
  return node.kind === 'scalar' && isInteger(node) && Number(value) !== 0 ? String(value) : '';
};

/** Bytes of a struct field that is always printed as a string. */
export const duration: Codec = (node, path, session) => {
  const nanoseconds = parseDuration(formatValue(node));
  if (nanoseconds !== undefined) return formatDuration(nanoseconds);
  return refuseValue(
    node,
    path,
    session,
    'a duration cannot be read',
    'write a number with its unit, e.g. 30s, 1m30s or 1.5h',
  );
};

/** A duration of which zero is not printed. */
export const nonZeroDuration: Codec = (node, path, session) => {
  const value = duration(node, path, session);
  return value === '0s' ? '' : value;
};

export const cpus: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const number = typeof value === 'string' ? parseGoFloat(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' ? shortestFloat32(number) : refuse(node, path, session, 'a number of CPUs');
};

/** A string is a list of one; items must be strings. */
export const stringList: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return [node.value];
  if (node.kind !== 'sequence') return refuse(node, path, session, 'a string or a list of strings');
  return node.items.map((item) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? item.value
      : (refuse(item, path, session, 'a string') ?? ''),
  );
};

export const stringOrNumberList: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return [node.value];
  if (node.kind !== 'sequence') return refuse(node, path, session, 'a list of strings or numbers');
  return node.items.map(formatValue);
};

/** `KEY=value` lines or a map; the value of a key without one is `missing`. */
function pairs(missing: null | '', trailingSpaces: 'allowed' | 'refused'): Codec {
  return (node, path, session) => {
    if (node.kind === 'map')
      return sortedEntries(
        [...node.entries.values()].map(({ key, value }) => [key, isNullScalar(value) ? missing : formatValue(value)]),
      );
    if (node.kind !== 'sequence') return refuse(node, path, session, 'a mapping or a list of KEY=value');
    return sortedEntries(
      node.items.map((item): [string, Json] => {
        const line = formatValue(item);
        const at = line.indexOf('=');
        const key = at < 0 ? line : line.slice(0, at);
        if (trailingSpaces === 'refused' && /\s$/.test(key))
          refuseValue(item, path, session, 'a variable name ends in a space', `write ${key.trim()}=…`);
        return [key, at < 0 ? missing : line.slice(at + 1)];
      }),
    );
  };
}

function isNullScalar(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Names without a value become empty. */
export const mapping = pairs('', 'allowed');
/** Names without a value stay without one. */
export const environment = pairs(null, 'refused');

export const options: Codec = (node, path, session) =>
  node.kind === 'map' ? mapping(node, path, session) : refuse(node, path, session, 'a mapping');

export const repeatableOptions: Codec = (node, path, session) => {
  if (node.kind !== 'map') return refuse(node, path, session, 'a mapping');
  return sortedEntries(
    [...node.entries.values()].flatMap(({ key, value }): [string, Json][] => {
      const values = value.kind === 'sequence' ? value.items.map(formatValue) : [formatValue(value)];
      return values.length === 0 ? [] : [[key, values]];
    }),
  );
};

export const command: Codec = (node, path, session) => {
  if (node.kind === 'sequence')
    return node.items.map((item) =>
      item.kind === 'scalar' && typeof item.value === 'string'
        ? item.value
        : (refuse(item, path, session, 'a string') ?? ''),
    );
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return null;
  const words = splitCommand(node.value);
  return (
    words ??
    refuseValue(
      node,
      path,
      session,
      'a command cannot be split into words',
      'close its quotes and brackets, or write a list',
    )
  );
};

export const healthTest: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return ['CMD-SHELL', node.value];
  return node.kind === 'sequence'
    ? command(node, path, session)
    : refuse(node, path, session, 'a string or a list of strings');
};

/** Permission bits: a string is octal, a number is what it is. */
export const fileMode: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'string' && /^[-+]?[0-7]+$/.test(value)) return `0${Number.parseInt(value, 8).toString(8)}`;
  if (node.kind === 'scalar' && isInteger(node)) return `0${BigInt(value as number).toString(8)}`;
  return refuseValue(node, path, session, 'a file mode is no octal number', 'write e.g. "0440" in quotes');
};

export const deviceCount: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'string') {
    if (value.toLowerCase() === 'all') return -1;
    return (
      parseGoInteger(value) ?? refuseValue(node, path, session, 'a count is no number', 'write all or a whole number')
    );
  }
  if (node.kind === 'scalar' && isInteger(node)) return value as number | bigint;
  return refuseValue(node, path, session, 'a count is no number', 'write all or a whole number');
};

/** One number for both limits, or the two apart; a limit of 0 is not printed. */
export const ulimit: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && isInteger(node)) return Number(node.value) === 0 ? {} : (node.value as number);
  if (node.kind !== 'map') return refuse(node, path, session, 'a whole number, or soft and hard');
  const entries = ['soft', 'hard'].flatMap((key): [string, Json][] => {
    const value = node.entries.get(key)?.value;
    if (!value) return [];
    if (value.kind !== 'scalar' || !isInteger(value)) {
      refuse(value, `${path}.${key}`, session, 'a whole number');
      return [];
    }
    return Number(value.value) === 0 ? [] : [[key, value.value as number]];
  });
  return fromEntries(entries);
};

export const extraHosts: Codec = (node, path, session) => {
  const lines = hostLines(node, path, session);
  if (!lines) return undefined;
  const result: string[] = [];
  for (const [host, addresses] of lines) {
    if (host === '' || /[:=]/.test(host))
      refuseValue(node, path, session, 'a host name is malformed', 'write name=address');
    for (const address of addresses) result.push(`${host}=${address.replace(/^\[(.+)\]$/, '$1')}`);
  }
  return result.sort(compareText);
};

function hostLines(node: Node, path: string, session: Session): Map<string, string[]> | undefined {
  const hosts = new Map<string, string[]>();
  if (node.kind === 'map') {
    for (const { key, value } of node.entries.values()) {
      if (value.kind === 'sequence') hosts.set(key, value.items.map(formatValue));
      else if (value.kind === 'scalar' && (value.value === null || typeof value.value === 'string'))
        hosts.set(key, [String(value.value ?? '')]);
      else refuse(value, path, session, 'an address or a list of addresses');
    }
    return hosts;
  }
  if (node.kind !== 'sequence') return refuse(node, path, session, 'a mapping or a list of name=address');
  for (const item of node.items) {
    const line = formatValue(item);
    const at = line.includes('=') ? line.indexOf('=') : line.indexOf(':');
    if (at < 0) {
      refuseValue(item, path, session, 'an extra host has no address', `write ${line}=ADDRESS`);
      continue;
    }
    const host = line.slice(0, at);
    hosts.set(host, [...(hosts.get(host) ?? []), ...line.slice(at + 1).split(',')]);
  }
  return hosts;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `default` or `id=path`; sorted, so that the output does not depend on chance. */
export const sshKeys: Codec = (node, path, session) => {
  if (node.kind !== 'map') return refuse(node, path, session, 'a list of SSH keys');
  const keys = [...node.entries.values()].map(({ key, value }) =>
    isNullScalar(value) ? key : `${key}=${formatValue(value)}`,
  );
  return keys.sort(compareText);
};
