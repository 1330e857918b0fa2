export type { CanonicalProject } from './canonical/types.ts';
export type { LoadedProject } from './load-project.ts';
export { loadComposeProject } from './load-project.ts';
export type { LoadOptions } from './options.ts';
export { printJson } from './print.ts';
