import { type Alias, isAlias, isMap, isScalar, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import { resolveScalar } from './resolve-scalar.ts';
import type { Dialect } from './scalars.ts';
import type { MapEntry, MapNode, Node } from './tree.ts';

/** What one walk over a document keeps. */
export interface Walk {
  readonly place: (offset: number) => Position;
  readonly dialect: Dialect;
  readonly diagnostics: Diagnostic[];
  /** Finished anchors; `open` while the anchored node is being built. */
  readonly anchors: Map<string, Node | 'open'>;
  readonly sizes: Map<Node, number>;
  own: number;
  aliased: number;
  overgrown: boolean;
}

type YamlNode = Scalar | YAMLMap | YAMLSeq | Alias;

/** So many nodes may come out of aliases whatever the size of the file; a bigger file may have ten for each of its own. */
const ALIASED_NODES = 100_000;
const ALIASED_PER_NODE = 10;
const MAX_DEPTH = 500;

export function createWalk(place: Walk['place'], dialect: Dialect, diagnostics: Diagnostic[]): Walk {
  return { place, dialect, diagnostics, anchors: new Map(), sizes: new Map(), own: 0, aliased: 0, overgrown: false };
}

/** Builds the tree of one document from the parser's nodes. */
export function walk(contents: unknown, state: Walk): Node {
  return build(contents as YamlNode | null, state, 0, 0);
}

function build(node: YamlNode | null | undefined, state: Walk, fallbackOffset: number, depth: number): Node {
  state.own += 1;
  const offset = node?.range?.[0] ?? fallbackOffset;
  if (!node) return { kind: 'scalar', value: null, text: '', plain: true, position: state.place(offset) };
  if (depth > MAX_DEPTH) return tooDeep(state, offset);
  if (isAlias(node)) return resolveAlias(node, state);
  const anchor = node.anchor;
  if (anchor) state.anchors.set(anchor, 'open');
  const built = buildOwn(node, state, offset, depth);
  if (anchor) state.anchors.set(anchor, built);
  return built;
}

function buildOwn(node: Exclude<YamlNode, Alias>, state: Walk, offset: number, depth: number): Node {
  if (isScalar(node)) return resolveScalar(node, state.place(offset), state.dialect, state.diagnostics);
  const tag = localTag(node.tag);
  if (isMap(node)) return { ...buildMap(node, state, offset, depth), ...(tag && { tag }) };
  const items = node.items.map((item) => build(item as YamlNode, state, offset, depth + 1));
  return { kind: 'sequence', items, position: state.place(offset), ...(tag && { tag }) };
}

function buildMap(node: YAMLMap, state: Walk, offset: number, depth: number): MapNode {
  const entries = new Map<string, MapEntry>();
  const places = new Map<string, Position>();
  const merged: { readonly value: Node; readonly position: Position }[] = [];
  for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
    const keyOffset = pair.key?.range?.[0] ?? offset;
    const keyPosition = state.place(keyOffset);
    const value = build(pair.value, state, pair.key?.range?.[1] ?? keyOffset, depth + 1);
    if (isMergeKey(pair.key)) {
      if (places.has('<<') && state.dialect === 'compose') duplicate('<<', keyPosition, places, state);
      places.set('<<', keyPosition);
      if (state.dialect === 'kubernetes') mergeInto(entries, value, state, keyPosition, true);
      else merged.push({ value, position: keyPosition });
      continue;
    }
    const key = readKey(pair.key, state, keyPosition, depth);
    if (key === undefined) continue;
    if (places.has(key)) duplicate(key, keyPosition, places, state);
    places.set(key, keyPosition);
    entries.set(key, { key, keyPosition, value });
  }
  for (const { value, position } of merged) mergeInto(entries, value, state, position, false);
  return { kind: 'map', entries, position: state.place(offset) };
}

/** Adds the entries of a `<<` value. go-yaml v2 lets them win over keys written before them, v3 does not. */
function mergeInto(entries: Map<string, MapEntry>, value: Node, state: Walk, at: Position, overwrite: boolean): void {
  const sources = value.kind === 'sequence' ? value.items : [value];
  if (sources.some((source) => source.kind !== 'map')) {
    state.diagnostics.push({
      severity: 'error',
      code: 'yaml/merge-value',
      message: 'a merge key takes a map or a list of maps',
      position: at,
      fix: 'point << at an anchor of a map, e.g. <<: *defaults',
    });
    return;
  }
  const fresh = new Map<string, MapEntry>();
  for (const source of sources as readonly MapNode[])
    for (const entry of source.entries.values()) if (!fresh.has(entry.key)) fresh.set(entry.key, entry);
  for (const entry of fresh.values()) if (overwrite || !entries.has(entry.key)) entries.set(entry.key, entry);
}

function readKey(key: YamlNode | null, state: Walk, position: Position, depth: number): string | undefined {
  const node = build(key, state, 0, depth + 1);
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') return node.value;
    if (state.dialect === 'kubernetes' && node.value !== null) return String(node.value);
  }
  state.diagnostics.push({
    severity: 'error',
    code: 'yaml/key-type',
    message: 'a key must be a string',
    position,
    detail: node.kind === 'scalar' ? `${node.text || 'null'} is not a string` : `the key is a ${node.kind}`,
    fix: node.kind === 'scalar' && node.text ? `put quotes around it: "${node.text}"` : 'give the entry a name',
  });
  return undefined;
}

function duplicate(key: string, position: Position, places: ReadonlyMap<string, Position>, state: Walk): void {
  const first = places.get(key) ?? position;
  const compose = state.dialect === 'compose';
  state.diagnostics.push({
    severity: compose ? 'error' : 'warning',
    code: 'yaml/duplicate-key',
    message: 'the same key comes twice in one map',
    position,
    detail: `${key} is already defined at line ${first.line}`,
    why: compose ? 'only one of the two could be meant' : 'the last one wins here; newer API servers refuse the object',
    fix: compose && key === '<<' ? 'merge several maps with a list: <<: [*a, *b]' : 'remove or rename one of them',
    related: [{ position: first, message: 'first defined here' }],
  });
}

function resolveAlias(node: Alias, state: Walk): Node {
  const position = state.place(node.range?.[0] ?? 0);
  const empty: Node = { kind: 'scalar', value: null, text: '', plain: true, position };
  const target = state.anchors.get(node.source);
  if (target === undefined || target === 'open') {
    state.diagnostics.push({
      severity: 'error',
      code: target ? 'yaml/alias-cycle' : 'yaml/unknown-alias',
      message: target ? 'an alias stands inside the value it names' : 'an alias names no anchor',
      position,
      detail: target ? `*${node.source} would contain itself` : `there is no &${node.source} before this place`,
      fix: target ? 'move the shared part out of it' : `define the anchor first: &${node.source}`,
    });
    return empty;
  }
  state.aliased += sizeOf(target, state);
  if (state.aliased <= Math.max(ALIASED_NODES, ALIASED_PER_NODE * state.own)) return target;
  if (!state.overgrown) {
    state.overgrown = true;
    state.diagnostics.push({
      severity: 'error',
      code: 'yaml/alias-bomb',
      message: 'aliases make the document too large',
      position,
      detail: `*${node.source} brings it to more than ${state.aliased} nodes`,
      fix: 'use fewer nested aliases',
    });
  }
  return empty;
}

function sizeOf(node: Node, state: Walk): number {
  if (node.kind === 'scalar') return 1;
  const known = state.sizes.get(node);
  if (known !== undefined) return known;
  let size = 1;
  if (node.kind === 'sequence') for (const item of node.items) size += sizeOf(item, state);
  else for (const { value } of node.entries.values()) size += sizeOf(value, state);
  state.sizes.set(node, size);
  return size;
}

function tooDeep(state: Walk, offset: number): Node {
  const position = state.place(offset);
  const code = 'yaml/too-deep';
  if (!state.diagnostics.some((d) => d.code === code))
    state.diagnostics.push({ severity: 'error', code, message: 'the document is nested too deeply', position });
  return { kind: 'scalar', value: null, text: '', plain: true, position };
}

/** `!reset` and the like; the standard types of collections need no mark. */
function localTag(tag: string | undefined): string | undefined {
  return tag && !tag.startsWith('tag:yaml.org,2002:') ? tag : undefined;
}

function isMergeKey(key: YamlNode | null): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}
