import { expectDone, PORT, urlsOf, web } from './stack.mjs';

export const STRATEGIES = {
  rolling: {},
  'blue-green': { strategy: 'blue-green' },
  canary: { strategy: 'canary', canary: [{ weight: 10 }, { pause: '1s' }, { weight: 50 }] },
};

/** What is wrong with a release that has to be taken back. */
const BAD_RELEASES = {
  'bad image': { IMAGE: 'web:foreign' },
  'crash loop': { IMAGE: 'crash:1' },
  'failing health check': { IMAGE: 'web:bad' },
  'healthy, then exits': { IMAGE: 'web:dies' },
  'hung start': { IMAGE: 'web:2', START_DELAY: '600000' },
};
const PROMISE = /web never below (\d+) of/;

/** Good releases, one after the other. */
export async function strategySeries(lab, strategy, settings) {
  await lab.empty();
  const directory = web(lab, STRATEGIES[strategy]);
  await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:1' }));
  const releases = Array.from({ length: settings.rounds }, (_, i) => ({ IMAGE: `web:${2 - (i % 2)}` }));
  settings.report(await series(lab, { what: strategy, directory, releases, exitCode: 0, rate: settings.rate }));
}

/** Releases that must be stopped and taken back with exit code 3; a row for each thing that can be wrong. */
export async function takenBack(lab, settings) {
  const strategies = ['rolling', 'blue-green'];
  const kinds = Object.entries(BAD_RELEASES);
  const each = Math.max(1, Math.round(settings.rounds / kinds.length));
  for (const strategy of strategies) {
    await lab.empty();
    const directory = web(lab, { ...STRATEGIES[strategy], monitor: '4s', 'progress-deadline': '20s' });
    await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:1' }));
    for (const [kind, env] of kinds) {
      const what = `${strategy}, taken back: ${kind}`;
      const releases = Array.from({ length: each }, () => env);
      settings.report(await series(lab, { what, directory, releases, exitCode: 3, rate: settings.rate }));
    }
  }
}

async function series(lab, { what, directory, releases, exitCode, rate }) {
  const at = `http://${lab.hosts[0].address}:${PORT}`;
  const stopLoad = await lab.load({
    urls: urlsOf(lab),
    perSecond: rate,
    keepAlive: 12,
    long: { url: `${at}/slow?3000`, every: 1000 },
    upgrade: { url: `${at}/echo`, every: 1000, forMs: 3000 },
  });
  const row = { what, hosts: lab.hosts.length, rollouts: releases.length, wrong: 0, belowPromise: 0 };
  const times = [];
  for (const env of releases) {
    const stopRecord = lab.record('web');
    const result = await lab.stowage(['apply', '--yes'], directory, env);
    const { fewest, others } = await stopRecord();
    times.push(result.ms);
    if (fewest < Number(PROMISE.exec(result.output)?.[1] ?? Number.POSITIVE_INFINITY)) {
      row.belowPromise += 1;
      console.log(`${fewest} ready; beside them ${others.join(', ') || 'none'}`);
    }
    if (result.exitCode !== exitCode) {
      row.wrong += 1;
      console.log(result.output.slice(-3000));
    }
  }
  const load = await stopLoad();
  const kinds = [load, load.long, load.upgraded];
  const sum = (key) => kinds.reduce((total, kind) => total + kind[key], 0);
  return {
    ...row,
    ms: times.reduce((a, b) => a + b, 0) / times.length,
    slowestMs: Math.max(...times),
    requests: sum('requests'),
    failed: sum('failed'),
    failures: load.failures,
    note: `p50 ${load.p50Ms} ms, p99 ${load.p99Ms} ms; ${load.long.requests} long, ${load.upgraded.requests} upgraded`,
  };
}
