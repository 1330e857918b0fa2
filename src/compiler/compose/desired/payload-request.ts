import type { PayloadRequest } from '../../../model/payload-request.ts';
import { extensionOf, textIn } from './extension.ts';
import type { CanonicalPayload } from './types.ts';

/** `x-stowage.from` of a config or secret: where its bytes come from in place of a file. */
export function payloadRequest(entry: Pick<CanonicalPayload, 'x-stowage'>): PayloadRequest | undefined {
  const from = extensionOf(extensionOf(entry['x-stowage']).from);
  const { command } = from;
  if (Array.isArray(command)) return { type: 'command', command: command.map(String) };
  const [sops, age] = [textIn(from, 'sops'), textIn(from, 'age')];
  const key = textIn(from, 'key');
  if (sops !== undefined) return { type: 'sops', file: sops, ...(key === undefined ? {} : { key }) };
  const identity = textIn(from, 'identity');
  if (age !== undefined) return { type: 'age', file: age, ...(identity === undefined ? {} : { identity }) };
  return undefined;
}
