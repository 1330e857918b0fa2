import type { HostReader } from '../executors/transport/connection.ts';
import { DiagnosticError } from '../model/diagnostic.ts';

export type LocalAnswer<T> = { readonly result: T } | { readonly trouble: string };

/**
 * The engine of the machine that stowage runs on, as the docker command line would find it.
 *
 * @throws DiagnosticError when there is none, or it does not answer
 */
export async function openLocalEngine(signal?: AbortSignal): Promise<HostReader> {
  const [{ defaultHost }, { openHosts, readOnly }] = await Promise.all([
    import('../executors/transport/default-host.ts'),
    import('../executors/transport/open.ts'),
  ]);
  const entry = defaultHost(process.env);
  const opened = (await openHosts([entry], signal === undefined ? {} : { signal })).get(entry.name);
  if (opened === undefined || !opened.ok) throw opened?.error ?? new Error('no local engine');
  return readOnly(opened.connection);
}

/** Asks the local engine; that there is none is an answer too. */
export async function withLocalEngine<T>(
  signal: AbortSignal | undefined,
  ask: (engine: HostReader) => Promise<T>,
): Promise<LocalAnswer<T>> {
  let engine: HostReader;
  try {
    engine = await openLocalEngine(signal);
  } catch (error) {
    const first = error instanceof DiagnosticError ? error.diagnostics[0] : undefined;
    return { trouble: first?.message ?? (error as Error).message };
  }
  try {
    return { result: await ask(engine) };
  } finally {
    await engine.close();
  }
}
