/** Bytes by digest, from what the compiler found and what the planner generated. */
export function payloadSource(
  payloads: ReadonlyMap<string, Uint8Array>,
  generated: Readonly<Record<string, string>>,
): { bytes(digest: string): Promise<Uint8Array | undefined> } {
  return {
    bytes: async (digest) => {
      const text = generated[digest];
      return payloads.get(digest) ?? (text === undefined ? undefined : new TextEncoder().encode(text));
    },
  };
}
