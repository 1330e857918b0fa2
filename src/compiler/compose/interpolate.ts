import type { Node, ScalarNode } from '../source/tree.ts';
import { isFloat, mapItems, mapValues } from './nodes.ts';
import { fieldPath, follow, ITEM, type PathTree, pathTree } from './paths.ts';
import { fail, type Session, warn } from './session.ts';
import { type Lookup, substitute } from './template.ts';
import { parseGoFloat, parseGoInteger } from './values/bytes.ts';

type Cast = 'integer' | 'float' | 'boolean';

const INTEGERS = [
  'cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares',
  'deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism',
  'deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node healthcheck.retries',
  'oom_score_adj pids_limit ports.[].target scale ulimits.* ulimits.*.hard ulimits.*.soft',
];
const FLOATS = ['cpu_percent cpus deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio'];
const BOOLEANS = [
  'init healthcheck.disable oom_kill_disable privileged read_only stdin_open tty',
  'volumes.[].read_only volumes.[].volume.nocopy',
];
const RESOURCE_BOOLEANS = [
  'networks.*.external networks.*.internal networks.*.attachable networks.*.enable_ipv4 networks.*.enable_ipv6',
  'volumes.*.external secrets.*.external configs.*.external',
];

/** Fields whose strings become numbers or booleans, whether a variable stands in them or not. */
const CASTS: PathTree<Cast> = pathTree<Cast>({
  ...table(INTEGERS, 'integer', 'services.*.'),
  ...table(FLOATS, 'float', 'services.*.'),
  ...table(BOOLEANS, 'boolean', 'services.*.'),
  ...table(RESOURCE_BOOLEANS, 'boolean', ''),
});

function table(lines: readonly string[], cast: Cast, prefix: string): Record<string, Cast> {
  return Object.fromEntries(
    lines
      .join(' ')
      .split(' ')
      .map((path) => [prefix + path, cast]),
  );
}

/** Replaces variables in every string of a document and casts the fields that take numbers and booleans. */
export function interpolate(node: Node, lookup: Lookup, session: Session): Node {
  return visit(node, { lookup, session, unset: new Set() }, CASTS, '');
}

interface Visit {
  readonly lookup: Lookup;
  readonly session: Session;
  readonly unset: Set<string>;
}

function visit(node: Node, state: Visit, casts: PathTree<Cast> | undefined, path: string): Node {
  if (node.kind === 'map')
    return mapValues(node, (value, key) =>
      value.kind === 'scalar' && !needsVisit(value, casts)
        ? value
        : visit(value, state, follow(casts, key), fieldPath(path, key)),
    );
  if (node.kind === 'sequence') {
    const next = follow(casts, ITEM);
    return mapItems(node, (item, i) => visit(item, state, next, fieldPath(path, i)));
  }
  if (typeof node.value !== 'string') return node;
  const replaced = node.value.includes('$') ? replaceVariables(node, node.value, state, path) : node;
  return casts?.value ? castScalar(replaced, casts.value, state.session, path) : replaced;
}

function needsVisit(node: ScalarNode, casts: PathTree<Cast> | undefined): boolean {
  return typeof node.value === 'string' && (casts !== undefined || node.value.includes('$'));
}

function replaceVariables(node: ScalarNode, template: string, state: Visit, path: string): ScalarNode {
  const { text, problems } = substitute(template, state.lookup);
  for (const problem of problems) {
    const position = { ...node.position, length: Math.max(1, node.text.split('\n', 1)[0]?.length ?? 1) };
    if (problem.kind === 'unset') {
      if (state.unset.has(problem.variable)) continue;
      state.unset.add(problem.variable);
      warn(state.session, 'unset-variable', {
        message: 'a variable is not set and becomes an empty string',
        position,
        path,
        detail: problem.variable,
        fix: `set ${problem.variable}, or give a default: \${${problem.variable}:-value}`,
      });
    } else if (problem.kind === 'required') {
      fail(state.session, 'required-variable', {
        message: 'a required variable has no value',
        position,
        path,
        detail: problem.variable,
        why: problem.reason || `the file asks for ${problem.variable}`,
        fix: `set ${problem.variable} in the environment, in .env or with --env-file`,
      });
    } else {
      fail(state.session, 'variable-syntax', {
        message: 'a variable reference is malformed',
        position,
        path,
        detail: template,
        fix: `write \${NAME}, or $$ for a dollar sign`,
      });
    }
  }
  return { ...node, value: text, text, plain: false };
}

/** `yes`, `on` and the like are read as booleans here, as YAML 1.1 has them. */
export const BOOLEAN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'n', 'no', 'off'].map((word) => [word, false] as const),
]);

function castScalar(node: ScalarNode, cast: Cast, session: Session, path: string): ScalarNode {
  if (typeof node.value !== 'string') return node;
  const value = castText(node.value, cast);
  if (value !== undefined)
    return { ...node, value, text: cast === 'float' ? floatText(node.value, value) : String(value), plain: true };
  fail(session, 'cast', {
    message: `a value is no ${cast === 'float' ? 'number' : cast}`,
    position: node.position,
    path,
    detail: `"${node.value}"`,
    fix: cast === 'boolean' ? 'write true or false' : `write a ${cast === 'integer' ? 'whole ' : ''}number`,
  });
  return node;
}

function castText(text: string, cast: Cast): number | bigint | boolean | undefined {
  if (cast === 'boolean') return BOOLEAN_WORDS.get(text.toLowerCase());
  return cast === 'integer' ? parseGoInteger(text) : parseGoFloat(text);
}

/** Keeps a cast float a float: `2` of `cpus: "2"` is 2.0. */
function floatText(text: string, value: number | bigint | boolean): string {
  const node: ScalarNode = {
    kind: 'scalar',
    value: Number(value),
    text,
    plain: true,
    position: { file: '', line: 0, column: 0 },
  };
  return isFloat(node) ? text : `${text}.0`;
}
