/**
 * The compiler's only door to files. Commands give one that reads the disk; tests may give one that
 * reads from memory. All paths are absolute.
 */
export interface FileReader {
  /** Text of a file; undefined when there is none. Throws for a file that exists and cannot be read. */
  readText(path: string): string | undefined;
  readBytes(path: string): Uint8Array | undefined;
  isDirectory(path: string): boolean;
  /** The path with a symbolic link in it replaced by what it points to; the path itself when there is none. */
  resolveLink?(path: string): string;
  /** Names in a directory, sorted; empty when there is none. */
  list(path: string): readonly string[];
}
