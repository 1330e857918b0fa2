/** A mount of the short form `[source:]target[:options]`. */
export interface VolumeSpec {
  readonly type: 'bind' | 'volume';
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
  readonly propagation?: string;
  readonly selinux?: string;
  readonly noCopy?: boolean;
  /** One or two characters, which are taken for a target unread. */
  readonly terse?: boolean;
}

const PROPAGATIONS = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);
const SELINUX = new Set(['z', 'Z']);

/** Reads a short mount; a string result says what is wrong. Unknown options are passed over, as the reference does. */
export function parseVolumeSpec(text: string): VolumeSpec | string {
  if (text === '') return 'the entry is empty';
  if (Buffer.byteLength(text) <= 2) return { type: 'volume', target: text, terse: true };
  const sections = splitSections(text);
  if (sections.some((section) => section === '')) return 'there is an empty section between colons';
  if (sections.length > 3) return 'there are too many colons';
  const [first = '', second, options = ''] = sections;
  if (second === undefined) return { type: 'volume', target: first };
  return { type: isFilePath(first) ? 'bind' : 'volume', source: first, target: second, ...readOptions(options) };
}

function readOptions(text: string): Partial<VolumeSpec> {
  const result: { -readonly [K in keyof VolumeSpec]?: VolumeSpec[K] } = {};
  for (const option of text.split(',')) {
    if (option === 'ro') result.readOnly = true;
    else if (option === 'rw') delete result.readOnly;
    else if (option === 'nocopy') result.noCopy = true;
    else if (PROPAGATIONS.has(option)) result.propagation = option;
    else if (SELINUX.has(option)) result.selinux = option;
  }
  return result;
}

/** Cuts at colons, save inside `${…}` and after a drive letter. */
function splitSections(text: string): string[] {
  const sections: string[] = [];
  let section = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '$' && text[i + 1] === '{') depth++;
    else if (char === '}' && depth > 0) depth--;
    else if (char === ':' && depth === 0 && !/^\p{L}$/u.test(section)) {
      sections.push(section);
      section = '';
      continue;
    }
    section += char;
  }
  sections.push(section);
  return sections;
}

/** Whether a source is a path on the host rather than the name of a volume. */
export function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}
