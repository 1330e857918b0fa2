import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';

export const SCHEMA_FOLDER = fileURLToPath(new URL('../../schemas', import.meta.url));
export const SCHEMA_NAMES = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.schema.json'));

/** Command → names of the schemas of what it prints with `--json`. */
export const OUTPUTS = JSON.parse(readFileSync(join(SCHEMA_FOLDER, 'commands.json'), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addVocabulary(['x-fix']);
for (const name of SCHEMA_NAMES) ajv.addSchema(JSON.parse(readFileSync(join(SCHEMA_FOLDER, name), 'utf8')), name);

/** What is wrong with a value by a published schema; empty when nothing is. */
export function schemaErrors(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`${schema}.schema.json`);
  if (validate === undefined) return [`there is no schema ${schema}`];
  if (validate(JSON.parse(JSON.stringify(value)))) return [];
  return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`).slice(0, 10);
}
