export type { CanonicalProject } from './canonical/types.ts';
export { compileCompose } from './compile.ts';
export type { LoadedProject } from './load-project.ts';
export { loadComposeModel, loadComposeProject } from './load-project.ts';
export type { LoadOptions } from './options.ts';
export { fullForm, printJson, printYamlProject } from './print.ts';
export { printDocument, printVariables } from './print-model.ts';
export { refuseJson } from './refuse-json.ts';
