import type { JsonMap } from '../canonical/codec.ts';
import { stringify } from '../print.ts';
import { printYaml } from '../print-yaml.ts';

/** A stack as text; dollars are not doubled, as in the reference. */
export function printStack(project: JsonMap, format: 'yaml' | 'json'): string {
  return format === 'json' ? stringify(project) : printYaml(project);
}
