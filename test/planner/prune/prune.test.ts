import { describe, expect, test } from 'vitest';
import { LABEL } from '../../../src/model/labels.ts';
import type { LiveContainer, LiveHost, LiveImage, LiveNetwork, LiveVolume } from '../../../src/model/live.ts';
import type { LedgerState, Revision, RevisionOutcome } from '../../../src/model/revision.ts';
import { type ImagePrune, imagesToRemove } from '../../../src/planner/prune/images.ts';
import { imagesOf, imagesOfHistory, revisionsKept } from '../../../src/planner/prune/kept.ts';
import { type PruneInput, planPrune } from '../../../src/planner/prune/plan.ts';
import { SCRATCH } from '../../../src/planner/steps/resources.ts';
import { host, service, stack } from '../build.ts';

const digest = (n: number) => `sha256:${String(n).repeat(64)}`;

/** Revision `number` that runs `web:N`. */
function revision(number: number, image: number, status: RevisionOutcome['status'] | undefined = 'done') {
  const record: Partial<Revision> = {
    number,
    desired: stack([service('web', { image: `web:${image}` })]),
    images: { [`web:${image}`]: digest(image) },
    payloads: [],
  };
  const outcome = status && { status, endedAtMs: 0, done: [], failed: [], notStarted: [] };
  return { revision: record as Revision, ...(outcome && { outcome }) };
}

function history(...revisions: ReturnType<typeof revision>[]): LedgerState {
  return { hosts: ['a'], revisions, audit: [], problems: [] };
}

const image = (n: number, more: Partial<LiveImage> = {}): LiveImage => ({
  id: digest(9 - n),
  tags: [`web:${n}`],
  digests: [`web@${digest(n)}`],
  sizeBytes: 1,
  ...more,
});

const running = (more: Partial<LiveContainer>): LiveContainer => ({
  id: 'c',
  name: 'c',
  labels: {},
  image: 'x',
  imageId: 'x',
  state: 'running',
  health: 'none',
  createdAt: 0,
  status: '',
  ports: [],
  networks: [],
  mounts: [],
  networkMode: 'default',
  ...more,
});

const numbers = (revisions: readonly Revision[]) => revisions.map((r) => r.number);

describe('revisions that keep their images', () => {
  const scaled = history(revision(1, 1), revision(2, 2), revision(3, 3), revision(4, 3), revision(5, 3));

  test.each([
    ['those alike in their images count once', scaled, 2, [5, 4, 3, 2]],
    ['one', scaled, 1, [5, 4, 3]],
    ['failed ones do not count', history(revision(1, 1), revision(2, 2, 'failed'), revision(3, 3)), 2, [3, 1]],
    ['going back makes an old one new', history(revision(1, 1), revision(2, 2), revision(3, 1)), 1, [3, 1]],
  ])('%s', (_name, state, keep, expected) => {
    expect(numbers(revisionsKept(state, keep))).toEqual(expected);
  });

  test('one that did not come to its end keeps its own beside them', () => {
    const open = revision(3, 3, 'interrupted');
    const state = { ...history(revision(1, 1), revision(2, 2), open), unfinished: open };
    expect(numbers(revisionsKept(state, 1))).toEqual([3, 2]);
  });

  test('what is about to be applied counts', () => {
    expect(numbers(revisionsKept(scaled, 2, revision(6, 4).revision))).toEqual([5, 4, 3]);
  });
});

describe('images', () => {
  const all = history(revision(1, 1), revision(2, 2), revision(3, 3));
  const prune: ImagePrune = {
    ours: imagesOfHistory(all.revisions),
    kept: revisionsKept(all, 2).flatMap(imagesOf),
    keep: 2,
    stacks: ['shop'],
  };
  const removed = (more: Partial<LiveHost>, with_: Partial<ImagePrune> = {}) =>
    imagesToRemove(host('a', more), { ...prune, ...with_ }).flatMap((r) => r.names);

  test.each<[string, Partial<LiveHost>, string[]]>([
    ['of an old revision go, of kept ones stay', { images: [image(1), image(2), image(3)] }, ['web:1']],
    ['nobody named stay', { images: [image(4)] }, []],
    ['under a tag of ours with other bytes stay', { images: [image(1, { digests: [`web@${digest(7)}`] })] }, []],
    ['with a name that is not ours stay', { images: [image(1, { tags: ['mine:keep', 'web:1'] })] }, []],
    ['in use stay', { images: [image(1)], containers: [running({ imageId: image(1).id, state: 'exited' })] }, []],
    ['whose tag moved go by digest', { images: [image(1, { tags: [] })] }, [`web@${digest(1)}`]],
    [
      'that came without a registry go by id',
      { images: [image(1, { id: digest(1), tags: [], digests: [] })] },
      [digest(1)],
    ],
    [
      'in a repository of a stack whose history is elsewhere stay',
      { images: [image(1)], containers: [running({ image: 'web:8', labels: { [LABEL.stack]: 'other' } })] },
      [],
    ],
    [
      'that a broken transfer left go once the whole one is there',
      {
        images: [
          image(3, { id: digest(5) }),
          image(1, { id: 'x', tags: ['stowage.local/partial:555555555555-2'], digests: [] }),
        ],
      },
      ['stowage.local/partial:555555555555-2'],
    ],
    [
      'of a transfer that may be under way stay',
      { images: [image(1, { id: 'x', tags: ['stowage.local/partial:333333333333-2'], digests: [] })] },
      [],
    ],
  ])('%s', (_name, more, expected) => {
    expect(removed(more)).toEqual(expected);
  });

  test('kept by the history of another stack stay', () => {
    expect(removed({ images: [image(1)] }, { kept: [{ image: 'web:1', digest: digest(1) }] })).toEqual([]);
  });
});

describe('the rest', () => {
  const images: ImagePrune = { ours: [], kept: [], keep: 5, stacks: ['shop'] };
  const input: PruneInput = {
    toolVersion: '0',
    desired: stack([]),
    images,
    removeVolumes: [],
    payloads: new Map(),
    folders: new Map(),
    onlyImages: false,
  };
  const volume = (name: string, labels: Record<string, string>): LiveVolume => ({
    name,
    driver: 'local',
    labels: { [LABEL.stack]: 'shop', ...labels },
    options: {},
  });
  const network = (name: string, owner = 'shop'): LiveNetwork => ({
    id: name,
    name,
    driver: 'bridge',
    scope: 'local',
    internal: false,
    attachable: false,
    enableIpv6: false,
    labels: { [LABEL.stack]: owner },
    options: {},
    subnets: [],
  });
  const on = (name: string) => running({ name: `on-${name}`, networks: [{ name, id: name }] });
  const mounting = (name: string) => running({ mounts: [{ type: 'volume', name, target: '/data', readOnly: false }] });
  const script = (more: Partial<LiveHost>, with_: Partial<PruneInput> = {}) => {
    const result = planPrune({ hosts: [host('a', more)], unreadable: [] }, { ...input, ...with_ });
    if (!result.ok) return result.diagnostics.map((d) => d.code);
    return result.plan.steps.map((s) => [s.kind, 'volume' in s ? s.volume : 'network' in s ? s.network : ''].join(' '));
  };

  test.each<[string, Partial<LiveHost>, string[]]>([
    ['scratch space without its replica', { volumes: [volume('s', { [SCRATCH]: 'p' })] }, ['volume.remove s']],
    ['scratch space in use', { volumes: [volume('s', { [SCRATCH]: 'p' })], containers: [mounting('s')] }, []],
    [
      'scratch space of a replica that is being made',
      { volumes: [volume('s', { [SCRATCH]: 'p' })], containers: [running({ labels: { [LABEL.pod]: 'p' } })] },
      [],
    ],
    ['data', { volumes: [volume('d', { [LABEL.resource]: 'd' })] }, []],
    ['a network without a container', { networks: [network('n')] }, ['network.remove n']],
    ['a network with one', { networks: [network('n')], containers: [on('n')] }, []],
    ['a network of another stack', { networks: [network('n', 'other')] }, []],
  ])('%s', (_name, more, expected) => {
    expect(script(more)).toEqual(expected);
  });

  test('data goes by name, marked as lost', () => {
    const live = { hosts: [host('a', { volumes: [volume('d', { [LABEL.resource]: 'd' })] })], unreadable: [] };
    const result = planPrune(live, { ...input, removeVolumes: ['d'] });
    expect(result).toMatchObject({
      ok: true,
      plan: { changes: [{ destructive: true }], steps: [{ destructive: true }] },
    });
  });

  test.each<[string, Partial<LiveHost>, string]>([
    ['in use', { volumes: [volume('d', {})], containers: [mounting('d')] }, 'volume/in-use'],
    ['not there', {}, 'volume/missing'],
  ])('data that is named and %s is an error', (_name, more, code) => {
    expect(script(more, { removeVolumes: ['d'] })).toEqual([code]);
  });

  test('payloads that no revision names', () => {
    expect(script({}, { payloads: new Map([['a', [digest(1)]]]) })).toEqual(['payload.remove ']);
  });

  test('copied folders that no kept revision mounts, but for those that a container has', () => {
    const [old, used] = ['/var/lib/stowage/sync/shop/1', '/var/lib/stowage/sync/shop/2'];
    const mounts = [{ type: 'bind', source: `${used}/content`, target: '/pages', readOnly: true }] as const;
    const folders = new Map([['a', [old, used]]]);
    const live = { hosts: [host('a', { containers: [running({ mounts })] })], unreadable: [] };
    const steps = (with_: Partial<PruneInput>) => planPrune(live, { ...input, ...with_ });
    expect(steps({ folders })).toMatchObject({ plan: { steps: [{ kind: 'bind.remove', folders: [old] }] } });
    expect(steps({ folders: new Map([['a', [used]]]) })).toMatchObject({ plan: { steps: [] } });
  });

  test('images only is images only', () => {
    expect(script({ networks: [network('n')] }, { onlyImages: true })).toEqual([]);
  });
});
