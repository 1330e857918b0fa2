import type { MapNode, Node } from '../source/tree.ts';
import { fromEntries, type Json, sortedEntries } from './canonical/codec.ts';
import { stringify } from './print.ts';
import { printYaml } from './print-yaml.ts';
import { SECRET_VALUE } from './resolve-environment.ts';
import { type Variable, variablesOf } from './template.ts';

/** The merged model as it stands in the files, keys in order. Values of secrets are not in it. */
export function printDocument(document: MapNode, format: 'yaml' | 'json'): string {
  const value = plain(document);
  return format === 'json' ? stringify(value) : printYaml(value);
}

function plain(node: Node): Json {
  if (node.kind === 'sequence') return node.items.map(plain);
  if (node.kind === 'scalar') return node.value;
  const kept = [...node.entries.values()].filter(({ key }) => key !== SECRET_VALUE);
  return sortedEntries(kept.map(({ key, value }) => [key, plain(value)]));
}

/** The variables that a model asks for: a table, or name by name. */
export function printVariables(document: MapNode, format: 'table' | 'yaml' | 'json'): string {
  const found = new Map<string, Variable>();
  collect(document, found);
  const sorted = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (format === 'table') return table(sorted);
  const value = fromEntries(sorted.map((variable) => [variable.name, { ...variable }]));
  return format === 'json' ? stringify(value) : printYaml(value);
}

function collect(node: Node, found: Map<string, Variable>): void {
  if (node.kind === 'sequence') for (const item of node.items) collect(item, found);
  else if (node.kind === 'map') for (const { value } of node.entries.values()) collect(value, found);
  else if (typeof node.value === 'string')
    for (const variable of variablesOf(node.value)) if (variable.name) found.set(variable.name, variable);
}

function table(variables: readonly Variable[]): string {
  const rows = [
    ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'],
    ...variables.map((v) => [v.name, String(v.required), v.defaultValue, v.alternateValue]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd((widths[i] ?? 0) + 3))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}
