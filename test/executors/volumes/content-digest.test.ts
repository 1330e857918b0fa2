import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { contentDigest } from '../../../src/executors/volumes/content-digest.ts';

const hasGnuTar = String(spawnSync('tar', ['--version']).stdout).includes('GNU tar');

function folder(fill: (path: string) => void): string {
  const path = mkdtempSync(join(tmpdir(), 'stowage-test-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, 'v'));
  fill(join(path, 'v'));
  return path;
}

/** The digest of a folder's tar, which arrives in pieces of an odd size. */
async function digest(path: string, ...options: string[]): Promise<string> {
  const { stdout } = spawnSync('tar', ['--create', '--sort=name', '--format=posix', ...options, '-C', path, 'v'], {
    maxBuffer: 100_000_000,
  });
  const pieces = async function* () {
    for (let at = 0; at < stdout.length; at += 777) yield stdout.subarray(at, at + 777);
  };
  return await contentDigest(pieces());
}

/** Holes before, between and after two pieces of data. */
function withHoles(path: string): void {
  const file = join(path, 'holes');
  writeFileSync(file, '');
  truncateSync(file, 3_000_000);
  writeFileSync(file, 'first', { flag: 'r+' });
  spawnSync('dd', [`of=${file}`, 'bs=1', 'seek=1500000', 'conv=notrunc'], { input: 'second\n'.repeat(50) });
  writeFileSync(join(path, 'plain'), 'x'.repeat(10_000));
}

it.skipIf(!hasGnuTar)('a file with holes counts as its bytes', async () => {
  const path = folder(withHoles);
  expect(await digest(path, '--sparse')).toBe(await digest(path));
  const before = await digest(path);
  spawnSync('dd', [`of=${join(path, 'v', 'holes')}`, 'bs=1', 'seek=2999999', 'conv=notrunc'], { input: 'z' });
  expect(await digest(path, '--sparse')).not.toBe(before);
});

it.skipIf(!hasGnuTar)('a mode is part of it', async () => {
  const path = folder((p) => writeFileSync(join(p, 'a'), 'a', { mode: 0o600 }));
  const before = await digest(path);
  spawnSync('chmod', ['644', join(path, 'v', 'a')]);
  expect(await digest(path)).not.toBe(before);
});
