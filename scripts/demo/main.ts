import { styleText } from 'node:util';
import { isLabUp, startLab, stopLab } from './lab.ts';
import { findLocalEngine } from './local.ts';
import type { Target } from './target.ts';

const [command, ...rest] = process.argv.slice(2);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function heading(text: string): void {
  say(`\n${process.stdout.isTTY ? styleText(['bold', 'cyan'], text) : text}`);
}

/** A lab that an earlier demo left running is where this one goes on. */
async function findTarget(): Promise<Target> {
  return (isLabUp() ? undefined : await findLocalEngine()) ?? (await startLab());
}

async function stowage(target: Target, [name = '', ...args]: readonly string[], accept: readonly number[] = [0]) {
  const words = [name, ...target.flags, ...args];
  heading(`$ stowage ${words.join(' ')}`);
  const exitCode = await target.stowage(words);
  if (!accept.includes(exitCode)) throw new Error(`stowage ${name} ended with exit code ${exitCode}`);
  return exitCode;
}

/** Each answer names the replicas it came through, and the count that the database keeps. */
async function callApp(target: Target): Promise<void> {
  for (const url of [...target.urls, ...target.urls.slice(0, 1)]) {
    heading(`GET ${url}`);
    say((await target.fetch(url)).trimEnd());
  }
}

async function tellStory(): Promise<void> {
  const target = await findTarget();
  say(`\nA web tier, an API, a database and a worker (fixtures/demo), on ${target.description}.`);
  await target.prepare();
  await stowage(target, ['plan']);
  await stowage(target, ['apply', '--yes']);
  await stowage(target, ['ps']);
  await callApp(target);
  await stowage(target, ['plan', '--detailed-exitcode']);
  heading('The app runs, and a second plan has nothing to do. From here:');
  say('  npm run demo -- ps             any stowage command: ps, logs web, hosts, plan, …');
  say('  npm run demo -- down           take everything down again');
}

async function main(): Promise<number> {
  if (command === undefined) {
    await tellStory();
    return 0;
  }
  if (command === 'down' && isLabUp()) return await stopLab();
  const target = await findTarget();
  if (command === 'down') return await target.down();
  return await target.stowage([command, ...target.flags, ...rest]);
}

process.exitCode = await main().catch((problem: Error) => {
  process.stderr.write(`demo: ${problem.message}\n      npm run demo -- down   takes down what is there\n`);
  return 1;
});
