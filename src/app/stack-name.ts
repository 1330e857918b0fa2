import { diskReader } from './disk-reader.ts';
import type { Settings } from './settings.ts';

/**
 * The stack a command that only looks at the hosts means: as settled, else the `name:` of the compose
 * files, else the folder's name. Undefined when there is no input at all: then every stack is meant.
 */
export async function stackName(settings: Settings): Promise<string | undefined> {
  if (settings.stack !== undefined) return settings.stack;
  if (settings.files.length === 0) return settings.stowageFile === undefined ? undefined : settings.defaultStack;
  return (await nameInFiles(settings.files)) ?? settings.defaultStack;
}

async function nameInFiles(files: readonly string[]): Promise<string | undefined> {
  const texts = files.map((path) => (path === '-' ? undefined : diskReader.readText(path)));
  if (!texts.some((text) => text !== undefined && /^\s*["']?name["']?\s*:/m.test(text))) return undefined;
  const [{ readYaml }, { get }] = await Promise.all([
    import('../compiler/source/read-yaml.ts'),
    import('../compiler/source/build.ts'),
  ]);
  const names = texts.flatMap((text, i) => {
    const { documents } = readYaml(text ?? '', files[i] ?? '', { dialect: 'compose' });
    return documents.flatMap((document) => get(document, 'name') ?? []);
  });
  const last = names.at(-1);
  return last?.kind === 'scalar' && /^[a-z0-9][a-z0-9_-]*$/.test(last.text) ? last.text : undefined;
}
