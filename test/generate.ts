import { fileURLToPath } from 'node:url';
import { generateValidators } from '../scripts/generate-validators.mjs';

/** Validators are made from their schemas, not kept in the repository. */
export default async function setup(): Promise<void> {
  await generateValidators(fileURLToPath(new URL('..', import.meta.url)));
}
