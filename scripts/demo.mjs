/**
 * npm run demo                  plan, apply and call a small app: on the local engine, else on three lab hosts
 * npm run demo -- COMMAND …     any stowage command on the running demo: ps, logs web, plan, …
 * npm run demo -- down          take the demo down again
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';

const [command] = process.argv.slice(2);
try {
  await installDependencies();
  if (command === undefined || !existsSync(join(ROOT, 'dist', 'bundle.cjs'))) await build();
} catch (problem) {
  process.stderr.write(`demo: ${problem.message}\n`);
  process.exit(1);
}
const main = join(ROOT, 'scripts', 'demo', 'main.ts');
const { status } = spawnSync(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
