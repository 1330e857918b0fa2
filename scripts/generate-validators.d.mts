/** Writes the validator modules whose schemas changed. */
export function generateValidators(root: string): Promise<void>;
