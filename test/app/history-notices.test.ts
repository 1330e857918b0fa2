import { expect, test } from 'vitest';
import { historyNotices } from '../../src/app/history-notices.ts';
import { newestLiveRevision } from '../../src/app/resume.ts';
import { LABEL } from '../../src/model/labels.ts';
import type { LiveState } from '../../src/model/live.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { LedgerState, RevisionRecord } from '../../src/model/revision.ts';

const live = (...containers: readonly { readonly stack: string; readonly revision: string }[]) =>
  ({
    hosts: [
      {
        name: 'a',
        volumes: [],
        containers: containers.map(({ stack, revision }) => ({
          name: 'x',
          labels: { [LABEL.stack]: stack, [LABEL.revision]: revision },
        })),
      },
    ],
    unreadable: [],
  }) as unknown as LiveState;
const plan = { stack: 'shop', steps: [] };
const DONE = { status: 'done' as const, endedAtMs: 0, done: [], failed: [], notStarted: [] };
const nothing: LedgerState = { hosts: [], revisions: [], audit: [], problems: [] };

test('a history that is gone is named while its containers run', () => {
  const running = live({ stack: 'shop', revision: '6' }, { stack: 'shop', revision: '7' });
  const [notice, ...others] = historyNotices(nothing, { plan, live: running });
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ code: 'ledger/missing', why: expect.stringContaining('revision 7') });
  expect(historyNotices({ ...nothing, hosts: ['a'] }, { plan, live: running })).toEqual([]);
});

test('a stack that was never applied has no history to miss', () => {
  expect(historyNotices(nothing, { plan, live: live({ stack: 'blog', revision: '3' }) })).toEqual([]);
});

test('the newest revision of what runs counts, garbage does not', () => {
  expect(newestLiveRevision(live({ stack: 'shop', revision: 'x' }, { stack: 'shop', revision: '2' }), 'shop')).toBe(2);
  expect(newestLiveRevision(live(), 'shop')).toBe(0);
});

test('names of ours that somebody else has are told, per host', () => {
  const of = (name: string, labels = {}) => ({ name, labels });
  const host = {
    name: 'a',
    containers: [
      of('shop-web-1-0a1b2c3d'),
      of('shop-api-1-0a1b2c3d', { [LABEL.stack]: 'shop' }),
      of('shop-web-1'),
      of('stowage-lock-shop'),
      of('stowage-ledger-blog'),
    ],
    volumes: [of('stowage-ledger-shop')],
  };
  const state = { hosts: [host], unreadable: [] } as unknown as LiveState;
  expect(historyNotices(nothing, { plan, live: state }).map(({ where }) => where)).toEqual([
    'container shop-web-1-0a1b2c3d on host a',
    'container stowage-lock-shop on host a',
    'volume stowage-ledger-shop on host a',
  ]);
});

test('a volume that the last revision had, and that the plan makes anew, is told', () => {
  const revision = { number: 5, desired: { volumes: [{ id: 'data', name: 'shop_data' }] } };
  const current = { revision } as unknown as RevisionRecord;
  const state = { ...nothing, hosts: ['a'], revisions: [{ ...current, outcome: DONE }], current };
  const create = (name: string) => ({ kind: 'volume.create', host: 'a', volume: { name } });
  const of = { stack: 'shop', steps: [create('shop_data'), create('shop_new')] } as unknown as Plan;
  const codes = (volumes: readonly string[]) => {
    const hosts = [{ name: 'b', containers: [], volumes: volumes.map((name) => ({ name, labels: {} })) }];
    const made = { plan: of, live: { hosts, unreadable: [] } as unknown as LiveState };
    return historyNotices(state, made).map(({ code, where }) => `${code} ${where}`);
  };
  expect(codes([])).toEqual(['volume/missing volume shop_data']);
  expect(codes(['shop_data'])).toEqual([]);
});
