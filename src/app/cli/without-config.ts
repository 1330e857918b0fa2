import type { Config } from '@oclif/core/config';
import { VERSION } from './package.ts';

/** The little that oclif's Command asks of its configuration while it parses and runs; there are no hooks. */
export function withoutConfig(): Config {
  const variable = (name: string) => `STOWAGE_${name}`;
  const stand: Partial<Config> = {
    bin: 'stowage',
    version: VERSION,
    userAgent: `stowage/${VERSION}`,
    topicSeparator: ':',
    commandIDs: [],
    findCommand: () => undefined as never,
    runHook: async () => ({ successes: [], failures: [] }),
    scopedEnvVar: (name) => process.env[variable(name)],
    scopedEnvVarTrue: (name) => process.env[variable(name)] === '1',
    scopedEnvVarKey: variable,
    scopedEnvVarKeys: (name) => [variable(name)],
  };
  return stand as Config;
}
