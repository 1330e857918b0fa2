/** Where the bytes of a config or secret come from when no file or variable has them (`x-stowage.from`). */
export type PayloadRequest =
  /** What a command prints; one line break at its end is not part of it. */
  | { readonly type: 'command'; readonly command: readonly string[] }
  /** A file that SOPS decrypts, or one value of it. */
  | { readonly type: 'sops'; readonly file: string; readonly key?: string }
  /** A file that age decrypts, armoured or not. */
  | { readonly type: 'age'; readonly file: string; readonly identity?: string };

/** The same for equal requests. */
export function requestKey(request: PayloadRequest): string {
  return JSON.stringify(request, Object.keys(request).sort());
}
