/** Turns a container id into its name; other text comes back as it is. */
export type NameOf = (id: string) => string;
