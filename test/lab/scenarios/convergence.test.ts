import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everything, generated } from '../convergence/project.ts';
import { describeLab } from '../harness.ts';

/** `npm run test:convergence` asks for more. */
const RUNS = Number(process.env.STOWAGE_CONVERGENCE ?? 0);
const SEED = Number(process.env.STOWAGE_CONVERGENCE_SEED ?? 20_241);
const ONE_HOST = 'stack: conv\nhosts: {host1: ssh://host1}\n';
const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const ENV = { S1: 'hush' };

describeLab('after an apply there is nothing to do', (lab) => {
  let cwd = '';
  const stowage = (...args: string[]) => lab.cli(args, { cwd, env: ENV, timeoutMs: 600_000 });

  /** Applies what is in `cwd`, plans with and without looking at each container, and removes it. */
  async function converges(): Promise<void> {
    const applied = await stowage('apply', '--yes');
    expect(applied.exitCode, applied.all).toBe(0);
    for (const refresh of [[], ['--refresh']]) {
      const again = await stowage('plan', '--detailed-exitcode', ...refresh);
      expect(again.exitCode, again.all).toBe(0);
    }
    const gone = await stowage('destroy', '--yes');
    expect(gone.exitCode, gone.all).toBe(0);
  }

  test('with every attribute of compose in every form', async () => {
    cwd = lab.workspace({ 'compose.yaml': everything(), 'stowage.yaml': ONE_HOST });
    await converges();
  }, 600_000);

  test('with workloads of Kubernetes of every kind', async () => {
    const manifests = readFileSync(join(FIXTURES, 'convergence/kubernetes.yaml'), 'utf8');
    cwd = lab.workspace({ 'app.yaml': manifests, 'stowage.yaml': `${ONE_HOST}files: [app.yaml]\n` });
    await converges();
  }, 600_000);

  test.each(generated(SEED, Math.max(1, RUNS)))(
    'with a generated project: %#',
    async (compose) => {
      cwd = lab.workspace({ 'compose.yaml': compose, 'stowage.yaml': ONE_HOST });
      await converges();
    },
    600_000,
  );

  describe.runIf(RUNS > 0)('with the fixture apps', () => {
    test.each(apps())(
      '%s',
      async (app) => {
        cwd = lab.workspace({ 'stowage.yaml': `${ONE_HOST}files: [${filesOf(app).join(', ')}]\n` });
        cpSync(join(FIXTURES, app), cwd, { recursive: true, force: false });
        for (const file of filesOf(app)) inTheLab(join(cwd, file));
        await converges();
      },
      600_000,
    );
  });
});

/** Fixtures that run with the lab's images on one host; the others need commands or hosts that are not there. */
function apps(): readonly string[] {
  const faults = ['note', 'shop'].flatMap((app) => [`faults/${app}/v1`, `faults/${app}/v2`]);
  return [...faults, ...['downward', 'external-name', 'port-mapping', 'storage'].map((app) => `kubernetes/${app}`)];
}

function filesOf(app: string): string[] {
  return readdirSync(join(FIXTURES, app)).filter((name) => /^(compose|input)\.yaml$/.test(name));
}

/** The lab has no image of these names, one that serves and stays up stands for all; and all is on one host. */
function inTheLab(file: string): void {
  const text = readFileSync(file, 'utf8').replace(/image: *['"]?[\w./:@-]+['"]?/g, 'image: web:nocheck');
  writeFileSync(file, text.replace(/node\.hostname == host\d/g, 'node.hostname == host1'));
}
