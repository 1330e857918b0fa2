import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../src/app/logs/merge.ts';
import { after, parseSince } from '../../src/app/logs/time.ts';

async function* stream(...timestamps: string[]) {
  for (const timestamp of timestamps) yield { timestamp };
}

describe('lines of several replicas', () => {
  it('come in order of time', async () => {
    const merged: string[] = [];
    for await (const { timestamp } of mergeByTime([stream('1', '4', '5'), stream(), stream('2', '3', '6')])) {
      merged.push(timestamp);
    }
    expect(merged).toEqual(['1', '2', '3', '4', '5', '6']);
  });
});

describe('--since', () => {
  const NOW = Date.parse('2026-01-02T00:00:00Z');
  it.each([
    ['10m', '1767311400.000000000'],
    ['1h30m', '1767306600.000000000'],
    ['2d', '1767139200.000000000'],
    ['2026-01-01', '1767225600.000000000'],
    ['2026-01-01T01:00', '1767229200.000000000'],
    ['2026-01-01 01:00:00+01:00', '1767225600.000000000'],
    ['1767225600', '1767225600'],
    ['yesterday', undefined],
    ['', undefined],
    ['10', undefined],
  ])('%s', (text, expected) => {
    expect(parseSince(text, NOW)).toBe(expected);
  });
});

describe('going on after a line', () => {
  it.each([
    ['2026-01-01T00:00:00.000000001Z', '1767225600.000000002'],
    ['2026-01-01T00:00:00.999999999Z', '1767225601.000000000'],
    ['2026-01-01T00:00:00Z', '1767225600.000000001'],
    ['2026-01-01T00:00:00.5Z', '1767225600.500000001'],
  ])('%s', (timestamp, expected) => {
    expect(after(timestamp)).toBe(expected);
  });
});
