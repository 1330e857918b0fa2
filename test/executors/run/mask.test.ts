import { expect, test } from 'vitest';
import { SecretMask } from '../../../src/executors/run/mask.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { Step } from '../../../src/model/step.ts';

const step = {
  kind: 'container.create',
  spec: {
    env: { PASSWORD: { digest: 'sha256:1' }, PORT: { digest: 'sha256:2' }, PLAIN: { value: 'plain' } },
    files: [
      { digest: 'sha256:3', secret: true },
      { digest: 'sha256:4', secret: false },
    ],
  },
} as unknown as Step;
const texts: Record<string, string> = {
  'sha256:1': 'hunter2',
  'sha256:2': '80',
  'sha256:3': 'key-1\nkey-1-long\n',
  'sha256:4': 'public',
};
const payloads = { bytes: async (digest: string) => Buffer.from(texts[digest] ?? '') };

test('secret values leave all parts of a diagnostic; configs, plain values and very short ones stay', async () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'x/y',
    message: 'failed',
    why: 'connect to db:hunter2@80 failed',
    evidence: [{ title: 'last log lines', lines: ['using key-1-long', 'and key-1', 'public plain'] }],
  };
  expect(await new SecretMask([step], payloads).diagnostics([diagnostic])).toEqual([
    {
      ...diagnostic,
      why: 'connect to db:********@80 failed',
      evidence: [{ title: 'last log lines', lines: ['using ********', 'and ********', 'public plain'] }],
    },
  ]);
});
