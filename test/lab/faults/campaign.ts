import type { Lab } from '../harness/lab.ts';
import type { CommandResult } from '../harness/process.ts';
import type { App } from './apps.ts';
import { askStore, findings, historyFindings, leaks } from './invariants.ts';
import type { Fault, Moment } from './kinds.ts';

/** A step as `plan --json` has it. */
export interface PlannedStep {
  readonly id: number;
  readonly kind: string;
  readonly host: string;
  readonly after: readonly number[];
  /** Of an `image.pull`. */
  readonly image?: string;
}

export interface Case {
  readonly app: App;
  /** Nothing of the stack is there before. */
  readonly isFresh: boolean;
  readonly fault: Fault;
  readonly moment: Moment;
  /** Chooses the step among those of the plan. */
  readonly choose: (steps: readonly PlannedStep[]) => PlannedStep | undefined;
  /** After a kill: `apply --resume` without the files, in place of a plain apply. */
  readonly resumes: boolean;
}

export interface Report {
  readonly name: string;
  readonly fault: string;
  /** False when the run was over before the fault could strike. */
  readonly wasStruck: boolean;
  readonly problems: readonly string[];
  readonly seconds: number;
}

/** Strikes one run with one fault, and looks whether the next commands put everything right. */
export class Campaign {
  readonly #lab: Lab;
  readonly #folders = new Map<string, string>();
  #lastRevision = new Map<string, number>();
  /** What is applied now, by stack. */
  readonly #editions = new Map<string, 0 | 1>();
  readonly #fetched = new Set<string>();
  readonly #plans = new Map<string, readonly PlannedStep[]>();
  #marks = 0;
  /** A case went wrong: faults may be in force still, and the state is not what it should be. */
  #isSuspect = false;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Makes room for another app: takes everything of all stacks away; images stay. */
  async empty(): Promise<void> {
    await this.#lab.cleanup();
    this.#lastRevision = new Map();
    this.#editions.clear();
  }

  /** Applies an edition without any fault, as the state a case begins with. */
  async settle(app: App, edition: 0 | 1): Promise<void> {
    const result = await this.#cli(app, edition, ['apply', '--yes', '--lock-timeout', '60s']);
    if (result.exitCode !== 0) throw new Error(`${app.stack} could not be applied:\n${result.all}`);
    this.#editions.set(app.stack, edition);
  }

  /** The steps of the plan that leads to an edition from what is there. */
  async steps(app: App, edition: 0 | 1): Promise<readonly PlannedStep[]> {
    const { exitCode, stdout, all } = await this.#cli(app, edition, ['plan', '--json']);
    if (exitCode !== 0) throw new Error(`plan failed:\n${all}`);
    return (JSON.parse(stdout) as { steps: PlannedStep[] }).steps;
  }

  async run(test: Case): Promise<Report> {
    const begun = Date.now();
    const { app, fault, moment } = test;
    const problems: string[] = [];
    const outputs: CommandResult[] = [];
    const to = await this.#prepare(test);
    const mark = `mark-${++this.#marks}`;
    if (!test.isFresh) await askStore(this.#lab, app, `/put?mark=${mark}`);
    const step = test.choose(await this.#stepsOf(test, to));
    const what = `${app.stack} ${test.isFresh ? 'fresh' : 'update'}: ${fault.name} ${moment} step ${step?.id} ${step?.kind} on ${step?.host}`;
    if (step === undefined) {
      this.#isSuspect = false;
      return { name: what, fault: fault.name, wasStruck: false, problems, seconds: 0 };
    }
    this.#editions.set(app.stack, to);

    const run = this.#lab.startCli(['apply', '--yes', '--json'], { cwd: this.#folder(app, to) });
    const wasStruck = await run.waitForOutput(sign(step, moment)).then(
      () => true,
      () => false,
    );
    if (wasStruck) {
      const on = {
        lab: this.#lab,
        host: step.host,
        run,
        second: () => this.#cli(app, to, ['apply', '--yes']),
        plan: () => this.#cli(app, to, ['plan']),
        complain: (text: string) => problems.push(text),
      };
      await fault.strike(on).catch((error: unknown) => problems.push(`the fault itself: ${words(error)}`));
    }
    const struck = await run.done;
    outputs.push(struck);
    const endsWith = wasStruck ? fault.endsWith : [0];
    if (!endsWith.includes(struck.exitCode)) {
      problems.push(`apply ended with ${struck.exitCode ?? struck.signal}:\n${tail(struck)}`);
    }
    problems.push(...(await this.#recover(test, to, outputs)));
    problems.push(...(await this.#losses(test, to, mark, outputs)));
    this.#isSuspect = problems.length > 0;
    return { name: what, fault: fault.name, wasStruck, problems, seconds: (Date.now() - begun) / 1000 };
  }

  /** Makes the state a case begins with; gives the edition it leads to. */
  async #prepare({ app, isFresh, fault }: Case): Promise<0 | 1> {
    const isSuspect = this.#isSuspect;
    this.#isSuspect = true; // until it is found to be right at the end
    if (isSuspect) await this.#lab.need(1);
    if (isSuspect || isFresh || [...this.#editions.keys()].some((stack) => stack !== app.stack)) await this.empty();
    if (!isFresh && !this.#editions.has(app.stack)) await this.settle(app, 0);
    await this.#fetchImages(app);
    const to = this.#editions.get(app.stack) === 0 ? 1 : 0;
    if (fault.needsPull) await this.#forgetImage(app.images?.[to]);
    return to;
  }

  /** The plan is the same each time, as nothing is pulled but where a fault needs it; it is asked for once. */
  async #stepsOf({ app, isFresh, fault }: Case, to: 0 | 1): Promise<readonly PlannedStep[]> {
    const key = `${app.stack} ${isFresh} ${fault.needsPull ?? false} ${to}`;
    const steps = this.#plans.get(key) ?? (await this.#stepsWithImages(app, to, fault.needsPull));
    this.#plans.set(key, steps);
    return steps;
  }

  async #stepsWithImages(app: App, to: 0 | 1, needsPull = false): Promise<readonly PlannedStep[]> {
    const steps = await this.steps(app, to);
    const pulls = steps.flatMap(({ host, image }) => (image === undefined ? [] : [{ host, image }]));
    if (needsPull || pulls.length === 0) return steps;
    await Promise.all(pulls.map(({ host, image }) => this.#lab.docker(host, ['pull', '-q', image])));
    return this.steps(app, to);
  }

  /** What does not hold once everything was said to be right again. */
  async #losses({ app, isFresh }: Case, to: 0 | 1, mark: string, outputs: readonly CommandResult[]): Promise<string[]> {
    const { secret } = app;
    const [found, kept, history, leaked] = await Promise.all([
      findings(this.#lab, app),
      isFresh ? undefined : askStore(this.#lab, app, '/get?mark').catch(words),
      this.#history(app, to),
      secret === undefined ? [] : leaks(this.#lab, secret),
    ]);
    return [
      ...found,
      ...(kept !== undefined && !kept.includes(mark) ? [`data is lost: ${kept} in place of ${mark}`] : []),
      ...history,
      ...(secret !== undefined && outputs.some((o) => o.all.includes(secret))
        ? ['the secret stands in the output']
        : []),
      ...leaked,
    ];
  }

  /** plan, apply, plan: the three commands anybody would run next. */
  async #recover({ app, resumes }: Case, to: 0 | 1, outputs: CommandResult[]): Promise<string[]> {
    const problems: string[] = [];
    const plan = await this.#cli(app, to, ['plan']);
    outputs.push(plan);
    if (plan.exitCode !== 0) problems.push(`plan after the fault ended with ${plan.exitCode}:\n${tail(plan)}`);
    const share = /revision \d+ is \d+ % applied/.test(plan.all);
    const args = resumes && share ? ['--resume'] : [];
    const apply = await this.#cli(app, to, ['apply', '--yes', ...args], resumes && share);
    outputs.push(apply);
    if (apply.exitCode !== 0) problems.push(`apply after the fault ended with ${apply.exitCode}:\n${tail(apply)}`);
    const again = await this.#cli(app, to, ['plan', '--detailed-exitcode']);
    outputs.push(again);
    if (again.exitCode !== 0) problems.push(`the plan after that ended with ${again.exitCode}:\n${tail(again)}`);
    if (/% applied/.test(again.all)) problems.push(`a revision is still unfinished:\n${tail(again)}`);
    return problems;
  }

  async #history(app: App, to: 0 | 1): Promise<string[]> {
    const result = await this.#cli(app, to, ['history', '--json']);
    if (result.exitCode !== 0) return [`history ended with ${result.exitCode}:\n${tail(result)}`];
    const { findings: found, last } = historyFindings(result.stdout, this.#lastRevision.get(app.stack) ?? 0);
    this.#lastRevision.set(app.stack, last);
    return found;
  }

  /** The images of both editions are on their hosts, so that the plan of an edition is the same each time. */
  async #fetchImages({ stack, hosts, images }: App): Promise<void> {
    if (this.#fetched.has(stack)) return;
    this.#fetched.add(stack);
    const pulls = hosts.flatMap((host) => (images ?? []).map((image) => this.#lab.docker(host, ['pull', '-q', image])));
    await Promise.all(pulls);
  }

  async #forgetImage(image: string | undefined): Promise<void> {
    if (image === undefined) return;
    this.#fetched.clear();
    await Promise.all(
      this.#lab.hosts.map(({ name }) => this.#lab.docker(name, ['rmi', '-f', image]).catch(() => undefined)),
    );
  }

  #cli(app: App, edition: 0 | 1, args: readonly string[], withoutFiles = false): Promise<CommandResult> {
    const cwd = withoutFiles ? this.#folder(app, edition, true) : this.#folder(app, edition);
    return this.#lab.cli(args, { cwd });
  }

  #folder(app: App, edition: 0 | 1, withoutFiles = false): string {
    const key = `${app.stack} ${edition} ${withoutFiles}`;
    const files = app.editions[edition];
    const chosen = withoutFiles ? { 'stowage.yaml': files['stowage.yaml'] ?? '' } : files;
    const folder = this.#folders.get(key) ?? this.#lab.workspace(chosen);
    this.#folders.set(key, folder);
    return folder;
  }
}

/** The line of output at which a fault strikes. */
function sign({ id, after }: PlannedStep, moment: Moment): RegExp {
  const line = (type: string, step: number) => new RegExp(`"type":"${type}","step":\\{"id":${step},`);
  if (moment === 'during') return line('step.started', id);
  if (moment === 'after') return line('step.done', id);
  const last = Math.max(0, ...after);
  return last === 0 ? /"type":"run.started"/ : line('step.done', last);
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The end of an output, without the lines of progress. */
function tail({ stdout, stderr }: CommandResult): string {
  const plain = stdout.split('\n').filter((line) => !line.startsWith('{"type":"step.'));
  return [...plain, stderr].join('\n').slice(-2500);
}
