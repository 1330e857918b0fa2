import type { Json, JsonMap } from './canonical/codec.ts';

/** Text that reads back as the same string without quotes, in YAML 1.1 and 1.2. */
const PLAIN = /^[A-Za-z/.$][A-Za-z0-9_./@${}+=~()%^&;<>|*-]*(?:[ :,][A-Za-z0-9_./@${}+=~()%^&;<>|*[\]"'-]+)*$/;
const AMBIGUOUS = /^(?:y|n|yes|no|on|off|true|false|null|~|\.nan|[-+]?\.inf)$/i;
const NUMBER_LIKE = /^[-+.]?[0-9][0-9a-fA-F_.xob:+-]*$|^\.[0-9]/;

/** Block-style YAML of a JSON value, maps and lists indented by two. */
export function printYaml(value: Json): string {
  const lines: string[] = [];
  if (isBlock(value)) writeBlock(value, '', lines);
  else lines.push(scalarText(value, ''));
  return `${lines.join('\n')}\n`;
}

function isBlock(value: Json): value is readonly Json[] | JsonMap {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

function writeBlock(value: readonly Json[] | JsonMap, indent: string, lines: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) writeItem(item, indent, lines);
    return;
  }
  for (const [key, inner] of Object.entries(value as JsonMap)) writePair(key, inner, indent, indent, lines);
}

function writePair(key: string, value: Json, lead: string, indent: string, lines: string[]): void {
  const name = stringText(key);
  if (!isBlock(value)) lines.push(`${lead}${name}: ${scalarText(value, indent)}`);
  else {
    lines.push(`${lead}${name}:`);
    writeBlock(value, `${indent}  `, lines);
  }
}

/** The first entry of a map stands on the line of its dash. */
function writeItem(item: Json, indent: string, lines: string[]): void {
  if (!isBlock(item)) {
    lines.push(`${indent}- ${scalarText(item, indent)}`);
    return;
  }
  const inner = `${indent}  `;
  if (Array.isArray(item)) {
    lines.push(`${indent}-`);
    writeBlock(item, inner, lines);
    return;
  }
  for (const [i, [key, value]] of Object.entries(item as JsonMap).entries())
    writePair(key, value, i === 0 ? `${indent}- ` : inner, inner, lines);
}

function scalarText(value: Json, indent: string): string {
  if (typeof value === 'string') return isBlockText(value) ? blockText(value, `${indent}  `) : stringText(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return String(value);
}

function stringText(text: string): string {
  const plain =
    PLAIN.test(text) &&
    !AMBIGUOUS.test(text) &&
    !NUMBER_LIKE.test(text) &&
    !text.includes(': ') &&
    !text.includes(' #');
  return plain && !text.endsWith(':') ? text : JSON.stringify(text);
}

function isBlockText(text: string): boolean {
  return text.includes('\n') && /^[^\s]/.test(text) && !/[^\P{C}\n\t]/u.test(text) && !/[ \t]\n/.test(text);
}

function blockText(text: string, indent: string): string {
  const trimmed = text.replace(/\n+$/, '');
  const ends = text.length - trimmed.length;
  const chomp = ends === 0 ? '-' : ends === 1 ? '' : '+';
  const body = trimmed.split('\n').map((line) => (line === '' ? '' : indent + line));
  return [`|${chomp}`, ...body, ...Array.from({ length: Math.max(0, ends - 1) }, () => '')].join('\n');
}
