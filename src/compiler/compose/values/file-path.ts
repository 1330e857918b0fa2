import { posix } from 'node:path';

/** Lexical cleaning as Go's `path.Clean` does it: no trailing slash, `.` for nothing. */
export function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Joins and cleans; empty parts are left out. */
export function joinPath(...parts: string[]): string {
  const given = parts.filter((part) => part !== '');
  return given.length === 0 ? '' : cleanPath(given.join('/'));
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/** Absolute as Windows sees it: a drive letter with a slash, or a share. */
export function isWindowsAbsolute(path: string): boolean {
  if (/^[\s\S]:[\\/]/.test(path)) return true;
  return /^[\\/]{2}[^\\/.?][^\\/]*[\\/][^\\/]+/.test(path) || /^[\\/]{2}[.?][\\/]/.test(path);
}

/** `~` at the start becomes the home folder. */
export function expandHome(path: string, home: string | undefined): string {
  return path.startsWith('~') && home !== undefined ? joinPath(home, path.slice(1)) : path;
}

/** Path from one folder to another; both may be relative to the same place. */
export function relativePath(from: string, to: string): string {
  return posix.relative(from, to) || '.';
}

export function directoryOf(path: string): string {
  return posix.dirname(path);
}
