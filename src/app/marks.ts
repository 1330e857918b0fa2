import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { HostMarks } from '../model/notes.ts';
import type { Step } from '../model/step.ts';
import { openOptions } from './cli/open-options.ts';
import { namedHost } from './named-host.ts';
import { withSession } from './session.ts';
import { resolveSettings, type SettingsFlags } from './settings.ts';

/**
 * `stowage hosts cordon` and `uncordon`: the mark is kept on the host itself, so that every machine that plans sees it;
 * no other host is asked.
 *
 * @returns the marks as they were and as they are
 * @throws DiagnosticError when there is no such host, it cannot be reached, or the mark cannot be written
 */
export async function runMark(
  flags: SettingsFlags & { readonly reason?: string },
  name: string,
  { cordoned, drained }: Pick<HostMarks, 'cordoned' | 'drained'>,
): Promise<{ readonly before: HostMarks; readonly after: HostMarks }> {
  const [settings, { observeHost }, { runSteps }] = await Promise.all([
    resolveSettings(flags, process.cwd(), process.env),
    import('../executors/docker/observe/host.ts'),
    import('../executors/run/run.ts'),
  ]);
  const host = namedHost(name, settings.inventory.hosts);
  return await withSession([host], openOptions(settings), async ({ connections, readers }) => {
    const [reader] = readers;
    if (reader === undefined) throw new Error(`no connection to ${name}`);
    const { marks: before } = await observeHost(reader);
    const reason = flags.reason === undefined ? {} : { reason: flags.reason };
    const inputs = { cordoned, drained, ...reason };
    const step: Step = { id: 1, kind: 'host.mark', host: name, cause: 'as asked', after: [], ...inputs };
    const context = { stack: '', revision: 0, payloads: NO_PAYLOADS, actor: await actor() };
    const { status, diagnostics } = await runSteps([step], connections, context, () => undefined);
    if (status !== 'done') throw new DiagnosticError(diagnostics, EXIT.failed);
    return { before, after: (await observeHost(reader)).marks };
  });
}

/** `ann@laptop`, for the marks. */
export async function actor(): Promise<string> {
  const { describeHolder } = await import('../executors/ledger/lock/holder.ts');
  const { user, host } = describeHolder(process.env);
  return `${user}@${host}`;
}

const NO_PAYLOADS = { bytes: async () => undefined };
