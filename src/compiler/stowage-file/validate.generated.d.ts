/** Made from schemas/stowage.schema.json by scripts/generate-validators.mjs. */
import type { ErrorObject } from 'ajv';

declare const validate: ((data: unknown) => boolean) & { errors?: ErrorObject[] | null };
export default validate;
