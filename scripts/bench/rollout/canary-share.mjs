import { expectDone, urlsOf, web } from './stack.mjs';

const ASKED = 10;
const TOLERANCE = 2;
const SECONDS = 20;

/** A canary that waits: what part of the requests it gets. */
export async function canaryShare(lab, { rate, report }) {
  await lab.empty();
  const directory = web(lab, { strategy: 'canary', canary: [{ weight: ASKED }, { pause: 'until-promoted' }] });
  for (const IMAGE of ['web:1', 'web:2']) await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE }));
  const stopLoad = await lab.load({ urls: urlsOf(lab), perSecond: rate, keepAlive: 12 });
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const { requests, failed, failures, answers } = await stopLoad();
  const percent = (100 * (answers['2'] ?? 0)) / requests;
  report({
    what: `canary of ${ASKED} %`,
    hosts: lab.hosts.length,
    rollouts: 1,
    wrong: 0,
    belowPromise: 0,
    ms: SECONDS * 1000,
    requests,
    failed,
    failures,
    isBad: Math.abs(percent - ASKED) > TOLERANCE,
    note: `${percent.toFixed(2)} % of the requests`,
  });
  await expectDone(lab.stowage(['rollout', 'promote', '--yes'], directory));
}
