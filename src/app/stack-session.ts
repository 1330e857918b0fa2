import { openOptions } from './cli/open-options.ts';
import { type Session, withSession } from './session.ts';
import { resolveSettings, type Settings, type SettingsFlags } from './settings.ts';
import { stackName } from './stack-name.ts';

export interface StackSession {
  readonly session: Session;
  readonly stack: string;
  readonly settings: Settings;
}

/** Runs with the hosts and the name of the stack the flags mean, without compiling its files. */
export async function withStack<T>(flags: SettingsFlags, use: (on: StackSession) => Promise<T>): Promise<T> {
  const settings = await resolveSettings(flags, process.cwd(), process.env);
  const stack = (await stackName(settings)) ?? settings.defaultStack;
  return await withSession(settings.inventory.hosts, openOptions(settings), (session) =>
    use({ session, stack, settings }),
  );
}
