const WORD = 'pass(?:word|wd|phrase)|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?';
/** A key that reads like a secret, but not one that says where a secret is: `token-file`, `password_path`. */
const KEY = `[\\w.-]*(?:${WORD})(?![\\w.-]*[-_.](?:file|path|dir|name|id|ttl|length)\\b)[\\w.-]*`;
const VALUE = `("[^"]*"|'[^']*'|[^\\s,;&"']+)`;
const ASSIGNED = new RegExp(`(${KEY}["']?\\s*[=:]\\s*)${VALUE}`, 'gi');
const FLAG_AND_WORD = new RegExp(`(--?${KEY}\\s+)${VALUE}`, 'gi');
const FLAG_ALONE = new RegExp(`^--?${KEY}$`, 'i');
const PASSWORD_IN_URL = /(:\/\/[^\s/:@]*:)([^\s/@]+)@/g;

const MASK = '…';

/** The text without what reads like a secret in it: `--token x`, `password=x`, `https://user:x@host`. */
export function maskSecrets(text: string): string {
  return text.replace(PASSWORD_IN_URL, `$1${MASK}@`).replace(ASSIGNED, `$1${MASK}`).replace(FLAG_AND_WORD, `$1${MASK}`);
}

/** The same for the words of a command line, where a flag and its value may be two of them. */
export function maskWords(words: readonly string[]): string[] {
  return words.map((word, i) => (FLAG_ALONE.test(words[i - 1] ?? '') ? MASK : maskSecrets(word)));
}

/** A password within a URL. */
export function hasPasswordInUrl(text: string): boolean {
  return text.match(PASSWORD_IN_URL) !== null;
}
