import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first: what begins late among them keeps the others waiting at the end. */
const LONGEST = [
  'names',
  'rollout',
  'faults',
  'transport',
  'steps-faults',
  'drain',
  'gateway',
  'kubernetes',
  'rollout-policies',
  'volumes',
  'lock',
  'json',
  'concurrent',
  'damage',
  'images-transfer',
  'lease',
  'networks',
  'ledger',
].map((name) => `${name}.test.ts`);

/** Runs the longest files first, then the others by what vitest knows of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.indexOf(basename(moduleId));
      return index < 0 ? LONGEST.length : index;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
