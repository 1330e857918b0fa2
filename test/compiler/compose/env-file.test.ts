import { describe, expect, it } from 'vitest';
import { readEnvFile, readRawEnvFile } from '../../../src/compiler/compose/env-file.ts';

const ENVIRONMENT: Readonly<Record<string, string>> = { HOST: 'here', WINS: 'outside' };

function read(text: string, reader = readEnvFile) {
  const into = new Map<string, string>();
  const { diagnostics } = reader(text, '.env', into, (name) => ENVIRONMENT[name]);
  return { variables: Object.fromEntries(into), findings: diagnostics.map((d) => `${d.position?.line} ${d.message}`) };
}

describe('.env files', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['A=1 # note', { A: '1' }],
    ['A=a#b', { A: 'a#b' }],
    ['A= # x', { A: '# x' }],
    ['export A=1', { A: '1' }],
    ['A: 1', { A: '1' }],
    ['A = 1 ', { A: '1' }],
    ['A="a\\nb"', { A: 'a\nb' }],
    ['A="two\nlines"\nB=1', { A: 'two\nlines', B: '1' }],
    ["A='$HOST \\n'", { A: '$HOST \\n' }],
    ["A='it\\'s'", { A: "it's" }],
    ['A="\\$HOST"', { A: '$HOST' }],
    ['A="\\0101"', { A: 'A' }],
    ['A=$HOST', { A: 'here' }],
    ['A=1\nB=$A$A', { A: '1', B: '11' }],
    ['WINS=inside\nB=$WINS', { WINS: 'inside', B: 'outside' }],
    ['A=${NONE:-x}', { A: 'x' }],
    ['HOST\n', { HOST: 'here' }],
    ['NONE\n', {}],
    ['\uFEFF# note\n\nA=1\n', { A: '1' }],
    ['A.b-c[0]=1', { 'A.b-c[0]': '1' }],
  ])('%j', (text, variables) => {
    expect(read(text)).toEqual({ variables, findings: [] });
  });

  it.each([
    ['A=1\nA B=2', '2 a variable name contains a space'],
    ['A="x', '1 a quoted value is not closed'],
    ['A=1\n\nB$=2', '3 a variable name has a character it may not have'],
    ['A=${NONE:?missing}', '1 a required variable has no value'],
  ])('%j', (text, finding) => {
    expect(read(text).findings).toEqual([finding]);
  });

  it('reads raw files as they are', () => {
    expect(read('# x\nA="1" # y\nHOST\nNONE\n', readRawEnvFile)).toEqual({
      variables: { A: '"1" # y', HOST: 'here' },
      findings: [],
    });
    expect(read('A B=1', readRawEnvFile).findings).toEqual(['1 a variable name contains a space']);
  });
});
