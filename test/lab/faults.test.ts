import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APPS, moved } from './faults/apps.ts';
import { Campaign, type Case, type Report } from './faults/campaign.ts';
import { FAULTS, type Fault, type Moment } from './faults/kinds.ts';
import { seeded } from './faults/seeded.ts';
import { describeLab, type Lab } from './harness.ts';

/**
 * Faults at steps of real runs. In the test suite each fault strikes once, at a moment and a step drawn with a fixed
 * seed; `npm run test:faults` sets STOWAGE_FAULTS=all, and then every fault strikes at every step of every plan.
 *
 * STOWAGE_FAULTS_ONLY    regular expression over "APP fresh|update FAULT MOMENT", to strike only with some
 * STOWAGE_FAULTS_EVERY   strike at each nth step only, from STOWAGE_FAULTS_OFFSET on
 * STOWAGE_FAULTS_SHARD   "2/3" strikes with the second third of the cases
 * STOWAGE_FAULTS_UNTIL   milliseconds since the epoch: no case begins later
 * STOWAGE_FAULTS_OUT     file that gets a JSON line for each case; cases that stand there are done
 */
const {
  STOWAGE_FAULTS,
  STOWAGE_FAULTS_ONLY,
  STOWAGE_FAULTS_EVERY,
  STOWAGE_FAULTS_OFFSET,
  STOWAGE_FAULTS_SHARD,
  STOWAGE_FAULTS_UNTIL,
  STOWAGE_FAULTS_OUT,
  STOWAGE_FAULTS_SEED,
} = process.env;
const isExhaustive = STOWAGE_FAULTS === 'all';
const every = Number(STOWAGE_FAULTS_EVERY ?? 1);
const offset = Number(STOWAGE_FAULTS_OFFSET ?? 0);
const only = new RegExp(STOWAGE_FAULTS_ONLY ?? '');
const [shard = 1, shards = 1] = (STOWAGE_FAULTS_SHARD ?? '1/1').split('/').map(Number);
const until = Number(STOWAGE_FAULTS_UNTIL ?? Number.POSITIVE_INFINITY);
const seed = Number(STOWAGE_FAULTS_SEED ?? 7);
const before = isExhaustive ? casesIn(STOWAGE_FAULTS_OUT) : [];
const done = new Set(before.map(({ key }) => key));

interface Recorded {
  readonly key: string;
  /** There is no such step: the plan has fewer. */
  readonly isEnd?: boolean;
}

function casesIn(file: string | undefined): readonly Recorded[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Recorded);
}

interface Series {
  readonly app: keyof typeof APPS;
  readonly isFresh: boolean;
  readonly fault: Fault;
  readonly moment: Moment;
}

const all: readonly Series[] = (['note', 'pair', 'shop'] as const).flatMap((app) =>
  FAULTS.flatMap((fault) =>
    fault.moments.flatMap((moment) =>
      [false, true]
        .filter((isFresh) => !(isFresh && fault.needsPull))
        .filter(() => !fault.needsPull || APPS[app].images !== undefined)
        .map((isFresh) => ({ app, isFresh, fault, moment })),
    ),
  ),
);
/** Cheap enough for every run of the tests, and still each kind of fault, at a moment that is drawn. */
const choice = seeded(seed);
const sample: readonly Series[] = FAULTS.flatMap((fault) => {
  const needsTwo = fault.needsPull || /second apply|Ctrl-C$|away|SSH/.test(fault.name);
  const moment = fault.moments[Math.floor(choice() * fault.moments.length)];
  const app = needsTwo ? 'pair' : 'note';
  return all.filter((one) => one.fault === fault && one.moment === moment && one.app === app && !one.isFresh);
});

/** A host beside the others whose disk can be filled, for a lab whose hosts have none of their own. */
const DISK_HOST = 'host4';
const DISK_MB = '400';

const nameOf = ({ app, isFresh, fault, moment }: Series) =>
  `${app} ${isFresh ? 'fresh' : 'update'} ${fault.name} ${moment}`;

describeLab('faults at steps of a run', (lab: Lab) => {
  const reports: Report[] = [];
  const random = seeded(seed);
  let campaign: Campaign;

  beforeAll(async () => {
    campaign = new Campaign(lab);
  });

  afterAll(() => {
    const struck = reports.filter((r) => r.wasStruck);
    const survived = struck.filter((r) => r.problems.length === 0);
    const missed = reports.length - struck.length;
    process.stdout.write(
      `faults: ${struck.length} injected, ${survived.length} survived${missed > 0 ? `, ${missed} came too late` : ''}\n`,
    );
  });

  const strike = async (series: Series, index: number | undefined, round: number): Promise<Report> => {
    const draw = random();
    const isElsewhere = series.fault.needsDisk && !hasDisk('host1');
    const app = isElsewhere ? moved(APPS[series.app], 'host2', DISK_HOST) : APPS[series.app];
    const one: Case = {
      ...series,
      app,
      resumes: round % 3 === 1,
      choose: (steps) => {
        const eligible = isElsewhere ? steps.filter(({ host }) => host === DISK_HOST) : steps;
        return eligible[index ?? Math.floor(draw * eligible.length)];
      },
    };
    const report = await campaign.run(one);
    if (report.seconds === 0) {
      record({ key: keyOf(series, index), isEnd: true });
      return report;
    }
    reports.push(report);
    const verdict = report.problems.length > 0 ? 'FAILED' : report.wasStruck ? 'survived' : 'too late';
    process.stdout.write(`${verdict}  ${report.name}  ${report.seconds.toFixed(1)} s\n`);
    record({ key: keyOf(series, index), app: series.app, ...report });
    return report;
  };
  const hasDisk = (host: string) => existsSync(join(lab.directory, 'hosts', host, 'disk.img'));
  const hasDiskSomewhere = async (): Promise<boolean> => {
    if (hasDisk('host1')) return true;
    const before = process.env.LAB_DISK;
    process.env.LAB_DISK = DISK_MB;
    await lab.need(Number(DISK_HOST.slice('host'.length))).catch(() => undefined);
    if (before === undefined) delete process.env.LAB_DISK;
    else process.env.LAB_DISK = before;
    return hasDisk(DISK_HOST) && lab.hosts.some(({ name }) => name === DISK_HOST);
  };
  const record = (line: object) => {
    if (STOWAGE_FAULTS_OUT) appendFileSync(STOWAGE_FAULTS_OUT, `${JSON.stringify(line)}\n`);
  };

  const chosen = (isExhaustive ? all : sample).filter((series) => only.test(nameOf(series)));
  const keyOf = (series: Series, index: number | undefined) => `${nameOf(series)} #${index}`;
  const endOf = (series: Series) => {
    const ends = before.filter(({ key, isEnd }) => isEnd && key.startsWith(`${nameOf(series)} #`));
    return Math.min(100, ...ends.map(({ key }) => Number(key.slice(key.lastIndexOf('#') + 1))));
  };
  for (const [round, series] of chosen.entries()) {
    test(nameOf(series), { timeout: isExhaustive ? 3 * 3_600_000 : 240_000 }, async (context) => {
      if (series.fault.needsDisk && !(await hasDiskSomewhere()))
        context.skip('no disk that can be filled can be made here');
      if (!isExhaustive) {
        const { problems } = await strike(series, undefined, round);
        expect(problems.join('\n')).toBe('');
        return;
      }
      const problems: string[] = [];
      let unprepared = 0;
      for (let index = offset; index < endOf(series); index += every) {
        const isMine = (round + Math.floor(index / every)) % shards === shard - 1;
        if (!isMine || done.has(keyOf(series, index))) continue;
        if (Date.now() > until) context.skip('the time is over');
        const report = await strike(series, index, round + index).catch((error: Error) => error);
        if (report instanceof Error) {
          problems.push(`${keyOf(series, index)} could not be prepared: ${report.message}`);
          if (++unprepared === 3) break;
          continue;
        }
        if (report.seconds === 0) break;
        if (report.problems.length > 0) problems.push(report.name, ...report.problems);
      }
      expect(problems.join('\n')).toBe('');
    });
  }
});
