import type { Node, ScalarNode } from '../../source/tree.ts';
import { BOOLEAN_WORDS } from '../interpolate.ts';
import { mapItems, mapValues } from '../nodes.ts';
import { fieldPath, follow, ITEM, type PathTree, pathTree } from '../paths.ts';
import { fail, type Session } from '../session.ts';
import type { Lookup } from '../template.ts';
import { parseGoFloat, parseGoInteger } from '../values/bytes.ts';
import { substituteStack } from './template.ts';

type Cast = 'integer' | 'float' | 'boolean';

const SERVICE_CASTS: Readonly<Record<Cast, string>> = {
  integer: [
    'configs.[].mode secrets.[].mode healthcheck.retries deploy.replicas deploy.update_config.parallelism',
    'deploy.rollback_config.parallelism deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node',
    'ports.[].target ports.[].published ulimits.* ulimits.*.hard ulimits.*.soft oom_score_adj',
  ].join(' '),
  float: 'deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio',
  boolean: 'healthcheck.disable privileged read_only stdin_open tty volumes.[].read_only volumes.[].volume.nocopy',
};
const RESOURCE_BOOLEANS =
  'networks.*.external networks.*.internal networks.*.attachable volumes.*.external secrets.*.external configs.*.external';

const CASTS: PathTree<Cast> = pathTree<Cast>({
  ...Object.fromEntries(
    (Object.entries(SERVICE_CASTS) as [Cast, string][]).flatMap(([cast, paths]) =>
      paths.split(' ').map((path) => [`services.*.${path}`, cast]),
    ),
  ),
  ...Object.fromEntries(RESOURCE_BOOLEANS.split(' ').map((path) => [path, 'boolean' as const])),
});

/** Fills in variables; only what a variable changed is cast. */
export function interpolateStack(node: Node, lookup: Lookup, session: Session): Node {
  return visit(node, lookup, session, CASTS, '');
}

function visit(node: Node, lookup: Lookup, session: Session, casts: PathTree<Cast> | undefined, path: string): Node {
  if (node.kind === 'map')
    return mapValues(node, (value, key) => visit(value, lookup, session, follow(casts, key), fieldPath(path, key)));
  if (node.kind === 'sequence')
    return mapItems(node, (item, i) => visit(item, lookup, session, follow(casts, ITEM), fieldPath(path, i)));
  if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
  const result = substituteStack(node.value, lookup);
  if ('problem' in result) {
    fail(session, 'variable-syntax', {
      message: 'a variable reference is malformed, or a required variable has no value',
      position: node.position,
      path,
      detail: result.problem,
      fix: 'write $' + '{NAME}, set the variable, or double the dollar sign',
    });
    return node;
  }
  if (result.text === node.value) return node;
  const replaced: ScalarNode = { ...node, value: result.text, text: result.text, plain: false };
  return casts?.value ? cast(replaced, result.text, casts.value, session, path) : replaced;
}

function cast(node: ScalarNode, text: string, type: Cast, session: Session, path: string): ScalarNode {
  const value =
    type === 'boolean'
      ? BOOLEAN_WORDS.get(text.toLowerCase())
      : type === 'integer'
        ? parseGoInteger(text)
        : parseGoFloat(text);
  if (value !== undefined) return { ...node, value, plain: true };
  fail(session, 'cast', {
    message: `a value is no ${type}`,
    position: node.position,
    path,
    detail: `"${text}"`,
    fix: `write a ${type}`,
  });
  return node;
}
