import type { IntOrPercent } from '../../model/desired.ts';
import type { FreezeWindow, Policy } from '../../model/policy.ts';
import { NO_POLICY } from '../../model/policy.ts';
import { get } from '../source/build.ts';
import type { Node } from '../source/tree.ts';
import type { Context } from './context.ts';
import { booleanOf, textOf, textsOf } from './values.ts';

/** The rules written in one `policy` section; what is not written is left out. */
export function policyOf(node: Node, context: Context): Partial<Policy> {
  const images = get(node, 'images');
  const minReady = get(node, 'min-ready');
  const freeze = get(node, 'freeze');
  const rules: { [K in keyof Policy]?: Policy[K] | undefined } = {
    forbid: textsOf(get(node, 'forbid')),
    neverStopFirst: textsOf(get(node, 'never-stop-first')),
    maxReplaced: shareOf(get(node, 'max-replaced')),
    minReady: minReady && minReadyOf(minReady),
    images: images && {
      pinned: booleanOf(get(images, 'pinned')) ?? NO_POLICY.images.pinned,
      ...(get(images, 'registries') && { registries: textsOf(get(images, 'registries')) }),
    },
    privileged: booleanOf(get(node, 'privileged')),
    swarm: booleanOf(get(node, 'swarm')),
    freeze: freeze?.kind === 'sequence' ? freeze.items.flatMap((item) => windowOf(item, context) ?? []) : undefined,
  };
  return Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== undefined)) as Partial<Policy>;
}

function shareOf(node: Node | undefined): IntOrPercent | undefined {
  const text = textOf(node);
  if (text === undefined) return undefined;
  return text.endsWith('%') ? (text as IntOrPercent) : Number(text);
}

function minReadyOf(node: Node): Policy['minReady'] {
  if (node.kind !== 'map') return { '*': shareOf(node) ?? 0 };
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, shareOf(value) ?? 0]));
}

function windowOf(node: Node, context: Context): FreezeWindow | undefined {
  const fromMs = timeOf(get(node, 'from'), context);
  const toMs = timeOf(get(node, 'to'), context);
  if (fromMs === undefined || toMs === undefined) return undefined;
  const reason = textOf(get(node, 'reason'));
  if (toMs <= fromMs) {
    context.diagnostics.push({
      severity: 'error',
      code: 'stowage-file/time',
      message: 'this window ends before it begins',
      position: node.position,
      fix: 'write the earlier time as `from`',
    });
  }
  return { fromMs, toMs, ...(reason !== undefined && { reason }) };
}

/** RFC 3339 with a zone, so that it means the same moment on every machine. */
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

function timeOf(node: Node | undefined, context: Context): number | undefined {
  const text = textOf(node) ?? '';
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  context.diagnostics.push({
    severity: 'error',
    code: 'stowage-file/time',
    message: 'this time cannot be read',
    ...(node && { position: node.position }),
    fix: 'write it with its zone: 2026-12-24T00:00:00Z or 2026-12-24T00:00:00+01:00',
  });
  return undefined;
}
