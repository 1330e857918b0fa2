import { expect, test } from 'vitest';
import { historyNotices, newestLiveRevision } from '../../src/app/resume.ts';
import { LABEL } from '../../src/model/labels.ts';
import type { LiveState } from '../../src/model/live.ts';
import type { LedgerState } from '../../src/model/revision.ts';

const live = (...containers: readonly { readonly stack: string; readonly revision: string }[]) =>
  ({
    hosts: [
      {
        containers: containers.map(({ stack, revision }) => ({
          labels: { [LABEL.stack]: stack, [LABEL.revision]: revision },
        })),
      },
    ],
    unreadable: [],
  }) as unknown as LiveState;
const nothing: LedgerState = { hosts: [], revisions: [], audit: [], problems: [] };

test('a history that is gone is named while its containers run', () => {
  const running = live({ stack: 'shop', revision: '6' }, { stack: 'shop', revision: '7' });
  const [notice, ...others] = historyNotices(nothing, running, 'shop');
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ code: 'ledger/missing', why: expect.stringContaining('revision 7') });
  expect(historyNotices({ ...nothing, hosts: ['a'] }, running, 'shop')).toEqual([]);
});

test('a stack that was never applied has no history to miss', () => {
  expect(historyNotices(nothing, live({ stack: 'blog', revision: '3' }), 'shop')).toEqual([]);
});

test('the newest revision of what runs counts, garbage does not', () => {
  expect(newestLiveRevision(live({ stack: 'shop', revision: 'x' }, { stack: 'shop', revision: '2' }), 'shop')).toBe(2);
  expect(newestLiveRevision(live(), 'shop')).toBe(0);
});
