import type { Variables } from './environment.ts';
import type { Session } from './session.ts';

/** Where a group of files stands; an included group has one of its own. */
export interface LoadContext {
  readonly session: Session;
  /** The group's folder, absolute. */
  readonly folder: string;
  /** What relative paths of the model become relative to: `folder` itself, or its path from the including folder. */
  readonly base: string;
  readonly environment: Variables;
  /** Files whose includes are being followed. */
  readonly trail: readonly string[];
  readonly resolvePaths: boolean;
}
