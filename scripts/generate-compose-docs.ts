/**
 * Writes what is made from the compose front-end's own tables: docs/compose-keys.md and schemas/compose.schema.json.
 *
 *   npm run docs:compose
 */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeJsonSchema } from '../src/compiler/compose/docs/json-schema.ts';
import { keyTable } from '../src/compiler/compose/docs/key-table.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

await writeFile(join(ROOT, 'docs', 'compose-keys.md'), keyTable());
await writeFile(join(ROOT, 'schemas', 'compose.schema.json'), `${JSON.stringify(composeJsonSchema(), null, 2)}\n`);
