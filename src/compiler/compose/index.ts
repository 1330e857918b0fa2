export type { CanonicalProject } from './canonical/types.ts';
export { compileCompose } from './compile.ts';
export type { LoadedProject } from './load-project.ts';
export { loadComposeProject } from './load-project.ts';
export type { LoadOptions } from './options.ts';
export { fullForm, printJson, printYamlProject } from './print.ts';
