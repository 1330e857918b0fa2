/**
 * Turns JSON Schemas into validator modules at build time: compiling one at run time costs more than
 * the whole start of the CLI. A module is written again only when its schema changed.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** `strict` is for our own schemas; those of others log warnings under it. */
const VALIDATORS = [
  { schema: 'schemas/stowage.schema.json', output: 'src/compiler/stowage-file/validate.generated.js', strict: true },
];

export async function generateValidators(root) {
  for (const validator of VALIDATORS) await generate(root, validator);
}

async function generate(root, { schema, output, strict }) {
  const text = await readFile(join(root, schema), 'utf8');
  const self = await readFile(fileURLToPath(import.meta.url));
  const stamp = `// ${createHash('sha256').update(text).update(self).digest('hex')}\n`;
  const existing = await readFile(join(root, output), 'utf8').catch(() => '');
  if (existing.startsWith(stamp)) return;
  await writeFile(join(root, output), stamp + (await standalone(JSON.parse(text), strict, root)));
}

async function standalone(schema, strict, root) {
  const [{ Ajv2020 }, { default: standaloneCode }, { build }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
    import('esbuild'),
  ]);
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    inlineRefs: false,
    strict,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: false,
    code: { source: true },
  });
  ajv.addVocabulary(['x-fix']);
  const source = (standaloneCode.default ?? standaloneCode)(ajv, ajv.compile(schema));
  const result = await build({
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    write: false,
  });
  return result.outputFiles[0].text;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await generateValidators(fileURLToPath(new URL('..', import.meta.url)));
}
