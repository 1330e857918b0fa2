interface BackupLine {
  readonly volume: string;
  readonly host: string;
  readonly file: string;
  readonly tarBytes: number;
  readonly fileBytes: number;
  readonly sha256: string;
  readonly seconds: number;
  readonly running: readonly string[];
  readonly remarks?: readonly string[];
}

/** What a backup came to, in a few lines. */
export async function backupLine(report: BackupLine): Promise<string> {
  const { default: prettyBytes } = await import('pretty-bytes');
  const { volume, host, file, tarBytes, fileBytes, sha256, seconds, running, remarks = [] } = report;
  const rate = `${prettyBytes(tarBytes / Math.max(seconds, 0.001))}/s`;
  const packed = fileBytes === tarBytes ? '' : `, ${prettyBytes(fileBytes)} packed`;
  const meanwhile =
    running.length === 0 ? '' : `It was in use by ${running.join(', ')} meanwhile; --pause holds them still.\n`;
  const said = remarks.length === 0 ? '' : `The host said:\n${remarks.map((line) => `  ${line}\n`).join('')}`;
  return `${volume} on ${host} → ${file}: ${prettyBytes(tarBytes)}${packed}, in ${seconds.toFixed(1)} s (${rate})\nsha256 ${sha256}\n${meanwhile}${said}`;
}

const EVERY_MS = 500;

/** Writes how much has come so far over and over in one line of a terminal; nothing without one. */
export function backupProgress(stream: NodeJS.WriteStream, isQuiet: boolean): (total: number) => void {
  if (isQuiet || !stream.isTTY) return () => undefined;
  let nextMs = 0;
  return (total) => {
    const now = performance.now();
    if (now < nextMs) return;
    nextMs = now + EVERY_MS;
    stream.write(`\r\u001b[K${(total / 1e6).toFixed(0)} MB\r`);
  };
}
