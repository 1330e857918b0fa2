import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OUTPUTS, schemaErrors } from '../commands/output-schemas.ts';
import { describeLab } from './harness.ts';

const COMPOSE = `
services:
  web:
    image: web:nocheck
    volumes: [data:/data]
    restart: unless-stopped
volumes: {data: {}}
`;

/** Every command once or more, in an order in which each has something to do. */
const RUNS: readonly (readonly [schema: string, ...args: string[]])[] = [
  ['validate', 'validate'],
  ['config', 'config'],
  ['convert', 'convert', '--to', 'kubernetes'],
  ['autocomplete', 'autocomplete', 'bash'],
  ['hosts', 'hosts'],
  ['doctor', 'doctor'],
  ['plan', 'plan', '--out', 'first.plan'],
  ['plan', 'show', 'first.plan'],
  ['answers', 'plan', '--explain', 'web', '--explain', '1'],
  ['run-line', 'apply', 'first.plan', '--yes'],
  ['run-line', 'apply', '--yes'],
  ['ps', 'ps'],
  ['log-line', 'logs'],
  ['history', 'history'],
  ['history', 'rollout', 'history'],
  ['audit', 'history', '--audit'],
  ['revision', 'show', 'revision', '1'],
  ['rollout-status', 'rollout', 'status'],
  ['gateway', 'gateway', 'status'],
  ['drift', 'drift'],
  ['drift', 'plan', '--refresh-only'],
  ['snapshot', 'snapshot'],
  ['volumes', 'volume', 'ls'],
  ['backup', 'volume', 'backup', 'data', '--output', 'data.tar.gz'],
  ['run-line', 'volume', 'restore', 'data', 'data.tar.gz', '--yes', '--allow-data-loss', 'j_data'],
  ['run-line', 'scale', 'web=2', '--yes'],
  ['run-line', 'set', 'image', 'web=web:1', '--yes'],
  ['run-line', 'rollout', 'restart', 'web', '--yes'],
  ['plan', 'prune', '--dry-run'],
  ['run-line', 'rollout', 'undo', '--yes'],
  ['rollout-hold', 'rollout', 'pause'],
  ['rollout-hold', 'rollout', 'resume'],
  ['host-mark', 'hosts', 'cordon', 'host1'],
  ['host-mark', 'hosts', 'uncordon', 'host1'],
  ['error', 'rollout', 'promote', '--yes'],
  ['error', 'rollout', 'abort', '--yes'],
  ['error', 'hosts', 'drain', 'nosuch', '--yes'],
  ['error', 'volume', 'move', 'data', '--to', 'host1', '--yes'],
  ['unlock', 'unlock', '--yes'],
  ['import', 'import', '--dry-run'],
  ['run-line', 'prune', '--yes'],
  ['run-line', 'destroy', '--yes'],
  ['init', 'init', '--force'],
];

/** The stream of a run, or the one document there is. */
function documents(stdout: string): unknown[] {
  try {
    return [JSON.parse(stdout)];
  } catch {
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}

describeLab('what commands print with --json', (lab) => {
  let cwd = '';

  test.each(RUNS)('fits %s.schema.json: %s', { timeout: 60_000 }, async (schema, ...args) => {
    cwd ||= lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': 'stack: j\nhosts: {host1: ssh://host1}\n' });
    const result = await lab.cli([...args, '--json'], { cwd });
    const printed = result.stdout === '' ? [] : documents(result.stdout);
    const problems = printed.flatMap((document) => schemaErrors(schema, document));
    expect(problems, result.all.slice(-2000)).toEqual([]);
    if (schema !== 'error') expect(result.exitCode, result.all.slice(-2000)).toBe(0);
    if (schema !== 'log-line') expect(printed, result.all).not.toHaveLength(0);
    if (schema !== 'run-line' && schema !== 'log-line') expect(printed).toHaveLength(1);
  });

  test('the saved plan is of the published format', () => {
    expect(schemaErrors('plan', JSON.parse(readFileSync(join(cwd, 'first.plan'), 'utf8')))).toEqual([]);
  });

  test('was looked at for every command', () => {
    const lines = RUNS.map(([, ...args]) => args.join(' '));
    expect(Object.keys(OUTPUTS).filter((name) => !lines.some((line) => `${line} `.startsWith(`${name} `)))).toEqual([]);
  });
});
