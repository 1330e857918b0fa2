import {
  choice,
  closed,
  dictionary,
  flag,
  list,
  nothing,
  number,
  oneOf,
  record,
  scalarOf,
  text,
  whole,
} from './shape.ts';

export const NAME = /^[a-zA-Z0-9._-]+$/;
export const ANYTHING = /.+/;

export const strings = list(text, 'unique');
export const stringOrStrings = choice(text, strings);
export const repeatableStrings = list(text);
/** `KEY=value` lines or a map of them. */
export const pairs = choice(dictionary(scalarOf('string', 'number', 'boolean', 'null'), ANYTHING), strings);
export const options = dictionary(scalarOf('string', 'number'), ANYTHING, 'any');
export const command = choice(nothing, text, repeatableStrings);
export const hosts = choice(dictionary(choice(text, repeatableStrings), ANYTHING), strings);
export const ulimits = dictionary(
  choice(whole, record({ hard: whole, soft: whole }, ['soft', 'hard'])),
  /^[a-z]+$/,
  'any',
);
export const fileMounts = list(
  choice(text, record({ source: text, target: text, uid: text, gid: text, mode: number })),
);
export const envFiles = choice(
  text,
  list(choice(text, closed({ path: text, format: text, required: flag }, ['path']))),
);
export const hook = record({ command, user: text, privileged: flag, working_dir: text, environment: pairs }, [
  'command',
]);
const deviceRequest = {
  capabilities: strings,
  count: scalarOf('string', 'integer'),
  device_ids: strings,
  driver: text,
  options: pairs,
};
export const deviceRequests = list(record(deviceRequest, ['capabilities']));
/** Here the reference leaves the request itself open to any key. */
export const gpus = choice(oneOf('all'), list({ ...record(deviceRequest), others: 'any' }));
export const legacyExternal = choice(scalarOf('boolean', 'string'), record({ name: text }));
export const openExternal = choice(scalarOf('boolean', 'string'), {
  ...record({ name: text }),
  others: 'any' as const,
});
