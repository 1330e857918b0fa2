#!/usr/bin/env node
/**
 * Runs the Kubernetes conformance cases through the command, a process each, and ends with `N passed, N failed`.
 * `STOWAGE_KUBERNETES_CASES` names the folder; arguments choose cases by a part of their id, --verbose shows paths that
 * the command reports and the API server does not, --no-build takes the build that is there.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compareError, compareObjects, extraPaths } from './conformance/kubernetes-compare.mjs';
import { build, installDependencies } from './lib/prepare.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = join(ROOT, 'bin', 'run.cjs');
const FOLDER = resolve(ROOT, process.env.STOWAGE_KUBERNETES_CASES ?? '../shared/conformance/kubernetes');
const run = promisify(execFile);

/** What `stowage config --objects` says: the objects, or the findings it fails with. */
async function objects(view, directory, params) {
  const flags = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const args = [COMMAND, 'config', '--objects', view, '--show-secrets', '--json', '-f', 'input.yaml', ...flags];
  const options = { cwd: directory, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } };
  try {
    const { stdout } = await run(process.execPath, args, options);
    return { objects: JSON.parse(stdout), diagnostics: [] };
  } catch (error) {
    if (error.code !== 64) throw new Error(`exit code ${error.code}: ${error.stderr || error.message}`);
    return { diagnostics: JSON.parse(error.stdout).error.diagnostics };
  }
}

async function runCase(id) {
  const directory = join(FOLDER, 'cases', id);
  const folder = existsSync(directory) ? directory : join(FOLDER, id);
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const kase = read('case.json');
  const params = kase.params ?? {};
  if (kase.gold === 'template-substitution' && kase.expect === 'ok') return await checkTemplate(folder, params, read);
  const said = await objects('defaulted', folder, params);
  if (kase.expect === 'error') {
    const expected = read('expected-error.json');
    const extras = extraPaths(said.diagnostics, expected, kase.mutation);
    return { problems: compareError(said.diagnostics, expected, kase.mutation), extras };
  }
  const refused = errorsOf(said).map((d) => `refused: ${d.code} ${d.where ?? ''} ${d.path ?? ''} ${d.detail ?? ''}`);
  if (refused.length > 0 || kase.expect !== 'ok') return { problems: refused };
  return { problems: compareObjects(said.objects, read('expected.json'), { gateDropped: kase.gateDropped }) };
}

const errorsOf = ({ diagnostics }) => diagnostics.filter((d) => d.severity === 'error');

/** The objects as the template gives them, and what the server makes of those it knows. */
async function checkTemplate(folder, params, read) {
  const written = await objects('input', folder, params);
  if (!written.objects) return { problems: errorsOf(written).map((d) => `refused: ${d.code} ${d.path ?? ''}`) };
  const expected = read('expected.json');
  const problems = compareObjects(written.objects, expected);
  const said = await objects('defaulted', folder, params);
  const rest = [...(said.objects ?? [])];
  for (const { index, object, error } of read('expected-defaulted.json')) {
    const { kind, metadata } = expected[index];
    if (error) {
      const entries = error.map((entry) => ({ ...entry, kind, name: metadata.name, origin: 'server' }));
      problems.push(...compareError(said.diagnostics, entries));
    } else if (said.objects) {
      const found = rest.findIndex((o) => o.kind === object.kind && o.metadata.name === object.metadata.name);
      const [actual] = found === -1 ? [undefined] : rest.splice(found, 1);
      problems.push(...(actual ? compareObjects([actual], [object]) : [`${kind} ${metadata.name} is missing`]));
    } else {
      const where = `${kind} ${metadata.name}`;
      problems.push(
        ...errorsOf(said)
          .filter((d) => d.where === where)
          .map((d) => `refused: ${where} ${d.path}`),
      );
    }
  }
  return { problems };
}

async function main(args) {
  const isVerbose = args.includes('--verbose');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const index = join(FOLDER, 'index.json');
  if (!existsSync(index)) {
    console.log(`no cases in ${FOLDER}\n0 passed, 0 failed`);
    return 0;
  }
  if (!args.includes('--no-build')) {
    await installDependencies();
    await build();
  }
  const { cases } = JSON.parse(readFileSync(index, 'utf8'));
  const queue = cases
    .map(({ id }) => id)
    .filter((id) => wanted.length === 0 || wanted.some((part) => id.includes(part)));
  let passed = 0;
  let failed = 0;
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const { problems, extras = [] } = await runCase(id).catch((error) => ({ problems: [error.message] }));
      if (problems.length === 0) passed++;
      else failed++;
      for (const problem of problems) console.log(`✗ ${id}\n    ${problem}`);
      if (isVerbose && extras.length > 0) console.log(`+ ${id}\n    ${extras.join('\n    ')}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
