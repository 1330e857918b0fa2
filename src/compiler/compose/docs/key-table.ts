import { KEYS, type KeyEntry, stateOf } from '../keys.ts';
import { project } from '../schema/project.ts';
import type { Shape } from '../schema/shape.ts';

const MARKS = { honoured: 'yes', 'in-part': 'in part', 'not-honoured': 'no', 'not-applicable': 'n/a' } as const;
const SECTIONS = ['', 'services.*', 'networks.*', 'volumes.*', 'secrets.*', 'configs.*', 'models.*'];

/** Every key that the structural check knows, down to the fields of a part, by its pattern path. */
export function allKeys(): readonly string[] {
  const found = new Set<string>();
  const visit = (shape: Shape, path: string): void => {
    if (shape.kind === 'choice') for (const one of shape.of) visit(one, path);
    else if (shape.kind === 'list') visit(shape.items, `${path}.*`);
    else if (shape.kind === 'map') {
      for (const [key, field] of Object.entries(shape.fields)) {
        const at = path === '' ? key : `${path}.${key}`;
        found.add(at);
        if (key !== 'x-stowage') visit(field, at);
      }
      if (shape.names) visit(shape.names.shape, `${path}.*`);
    }
  };
  visit(project, '');
  return [...found];
}

/** The page of keys: one table per section, and the nested keys that differ from the key they belong to. */
export function keyTable(): string {
  const keys = allKeys();
  const lines = [
    '# Keys of compose files',
    '',
    'What becomes of each key when a compose file is deployed. Made from the catalogue in the code by',
    '`npm run docs:compose`; do not edit it.',
    '',
    '| mark | meaning |',
    '| --- | --- |',
    '| yes | honoured as the Compose Specification says |',
    '| in part | honoured, with a difference; `stowage validate` warns where it is used |',
    '| no | not honoured; `stowage validate` warns where it is used |',
    '| n/a | without a part in a deployment; noted once |',
    '',
    'All keys are read, checked and printed by `stowage config`, whatever their mark.',
  ];
  for (const section of SECTIONS) lines.push(...sectionTable(section, keys));
  return `${lines.join('\n')}\n`;
}

function sectionTable(section: string, keys: readonly string[]): string[] {
  const depth = section === '' ? 1 : 3;
  const own = keys.filter((key) => inSection(key, section) && key.split('.').length === depth);
  if (own.length === 0) return [];
  const nested = Object.keys(KEYS).filter(
    (key) => inSection(key, section) && key.split('.').length > depth && section !== '',
  );
  const rows = [...own, ...nested.filter((key) => KEYS[key]?.state !== 'honoured')]
    .sort()
    .map((key) => row(key, section));
  return [
    '',
    `## ${section === '' ? 'Top level' : section.replace('.*', '')}`,
    '',
    '| key | deployed | what is different |',
    '| --- | --- | --- |',
    ...rows,
  ];
}

function inSection(key: string, section: string): boolean {
  return section === '' ? !key.includes('.') : key.startsWith(`${section}.`);
}

function row(key: string, section: string): string {
  const entry: KeyEntry = stateOf(key) ?? { state: 'honoured' };
  const name = section === '' ? key : key.slice(section.length + 1);
  return `| \`${name}\` | ${MARKS[entry.state]} | ${entry.note ?? ''} |`;
}
