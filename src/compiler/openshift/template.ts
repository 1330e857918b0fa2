import { didYouMean } from '../../model/suggest.ts';
import type { Findings } from '../kubernetes/findings.ts';
import { FieldPath } from '../kubernetes/path.ts';
import { decodeObject } from '../kubernetes/schema/decode.ts';
import { get, map } from '../source/build.ts';
import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import { generateValue, type RandomInt, type RandomSource } from './generate.ts';
import { substitute } from './substitute.ts';

export interface TemplateOptions {
  /** `--param` and `--param-file`, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** For `generate: expression`; without it such a parameter needs a value. */
  readonly random?: RandomSource;
}

interface Parameter {
  readonly name?: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly generate?: string;
  readonly from?: string;
}

/**
 * The objects of a template, with its parameters put in and its labels set over theirs. A namespace written out is
 * removed, one with a parameter stays.
 *
 * @returns undefined when a parameter is missing or the template cannot be read; findings say why
 * @see OpenShift templates; library-go template processing
 */
export function processTemplate(node: MapNode, options: TemplateOptions, findings: Findings): MapNode[] | undefined {
  const template = decodeObject(node, 'Template', FieldPath.empty, findings);
  const parameters = (template.parameters ?? []) as readonly Parameter[];
  if (findings.hasErrors) return undefined;
  const name = get(get(node, 'metadata'), 'name');
  const title = name?.kind === 'scalar' ? name.text : '';
  const values = readParameters(parameters, title, options, findings);
  if (findings.hasErrors) return undefined;
  const labels = substituteLabels((template.labels ?? {}) as Record<string, string>, node, values);
  const objects = get(node, 'objects');
  const items = objects?.kind === 'sequence' ? objects.items : [];
  return items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const filled = substitute(dropNamespace(item), values);
    return filled.kind === 'map' ? [withLabels(filled, labels)] : [];
  });
}

function readParameters(
  parameters: readonly Parameter[],
  template: string,
  { parameters: given, random }: TemplateOptions,
  findings: Findings,
): Map<string, string> {
  const values = new Map<string, string>();
  const path = FieldPath.root('template').child('parameters');
  parameters.forEach((parameter, i) => {
    const name = parameter.name ?? '';
    const own = given.get(name) ?? parameter.value ?? '';
    const value =
      own === '' && parameter.generate
        ? generated(parameter, random?.(`${template}/${name}`), path.index(i), findings)
        : own;
    if (value === '' && parameter.required) {
      findings.error('template-parameter', 'a required parameter has no value', path.index(i), {
        detail: name,
        fix: `give it: --param ${name}=…`,
      });
    }
    values.set(name, value ?? '');
  });
  for (const name of given.keys()) {
    if (values.has(name)) continue;
    findings.warning('template-unknown-parameter', 'the template has no such parameter', FieldPath.empty, {
      detail: name,
      fix: didYouMean(name, values.keys()),
    });
  }
  return values;
}

function generated(
  { name = '', generate, from = '' }: Parameter,
  random: RandomInt | undefined,
  path: FieldPath,
  findings: Findings,
): string | undefined {
  if (generate !== 'expression') {
    findings.invalid(path.child('generate'), {
      detail: `no generator is called \`${generate}\``,
      fix: 'write `expression`',
    });
    return undefined;
  }
  const value = random && generateValue(from, random);
  if (value === undefined) {
    findings.invalid(path.child('from'), {
      detail: `\`${from}\` cannot be generated`,
      fix: `give it: --param ${name}=…`,
    });
    return undefined;
  }
  findings.warning('template-generated', 'a generated value is kept on this machine only', path, {
    detail: name,
    why: 'another machine generates another one',
    fix: `give it: --param ${name}=… or a --param-file`,
  });
  return value;
}

function substituteLabels(
  labels: Readonly<Record<string, string>>,
  template: MapNode,
  values: ReadonlyMap<string, string>,
): readonly MapEntry[] {
  const node = get(template, 'labels');
  const filled = node && Object.keys(labels).length > 0 ? substitute(node, values) : undefined;
  return filled?.kind === 'map' ? [...filled.entries.values()] : [];
}

function withLabels(object: MapNode, labels: readonly MapEntry[]): MapNode {
  if (labels.length === 0) return object;
  return update(object, 'metadata', (metadata) =>
    update(asMap(metadata, object), 'labels', (own) => {
      const before = asMap(own, object);
      return map([...before.entries.values(), ...labels], before.position);
    }),
  );
}

function dropNamespace(object: MapNode): MapNode {
  const metadata = get(object, 'metadata');
  const namespace = get(metadata, 'namespace');
  if (metadata?.kind !== 'map' || namespace?.kind !== 'scalar' || namespace.text.includes('${')) return object;
  const kept = [...metadata.entries.values()].filter((entry) => entry.key !== 'namespace');
  return update(object, 'metadata', () => map(kept, metadata.position));
}

function asMap(node: Node | undefined, fallback: MapNode): MapNode {
  return node?.kind === 'map' ? node : map([], node?.position ?? fallback.position);
}

function update(object: MapNode, key: string, change: (value: Node | undefined) => Node): MapNode {
  const entry = object.entries.get(key);
  const changed: MapEntry = { key, keyPosition: entry?.keyPosition ?? object.position, value: change(entry?.value) };
  const entries = [...object.entries.values()].map((e) => (e.key === key ? changed : e));
  return map(entry ? entries : [...entries, changed], object.position);
}
