import type { Readable } from 'node:stream';
import type { LogLine } from '../../model/log-line.ts';
import type { HostReader } from '../transport/connection.ts';
import { FrameReader } from '../transport/http/demux.ts';

export type ContainerLine = Pick<LogLine, 'stream' | 'timestamp' | 'text'>;

export interface LogQuery {
  readonly follow: boolean;
  /** Last lines to begin with; absent is all. */
  readonly tail?: number;
  /** Only lines from this moment on: seconds since the epoch with nanoseconds, `1767225600.000000001`. */
  readonly since?: string;
  readonly until?: string;
  readonly signal?: AbortSignal;
}

/**
 * A container's output, line by line. Follows until the container stops, or the signal; leaving the loop
 * ends the stream.
 *
 * @throws HostError, among them the engine's refusal for a logging driver that cannot be read
 */
export async function* containerLogs(host: HostReader, id: string, query: LogQuery): AsyncGenerator<ContainerLine> {
  const { Config } = await host.get<{ Config: { Tty: boolean } }>(`/containers/${id}/json`, undefined, query);
  const stream = await host.getStream(
    `/containers/${id}/logs`,
    {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: query.follow,
      tail: query.tail ?? 'all',
      since: query.since,
      until: query.until,
    },
    { signal: query.signal },
  );
  try {
    yield* lines(stream, Config.Tty);
  } finally {
    stream.destroy();
  }
}

async function* lines(stream: Readable, tty: boolean): AsyncGenerator<ContainerLine> {
  const frames = new FrameReader();
  const rest: Record<LogLine['stream'], string> = { stdout: '', stderr: '' };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const parts = tty ? [{ stream: 'stdout' as const, data: chunk }] : frames.push(chunk);
    for (const { stream: name, data } of parts) {
      const isContinued = !tty && rest[name] !== '';
      const text = decoders[name].decode(isContinued ? withoutTime(data) : data, { stream: true });
      const texts = (rest[name] + text).split('\n');
      rest[name] = texts.pop() ?? '';
      for (const line of texts) yield parse(name, line);
    }
  }
  for (const name of ['stdout', 'stderr'] as const) if (rest[name] !== '') yield parse(name, rest[name]);
}

/** The engine cuts a line of more than 16 KiB into frames, each of which begins with the time. */
function withoutTime(data: Buffer): Buffer {
  return data.subarray(data.indexOf(' ') + 1);
}

/** `2026-01-01T00:00:00.000000001Z text` */
function parse(stream: LogLine['stream'], line: string): ContainerLine {
  const space = line.indexOf(' ');
  const timestamp = space === -1 ? line : line.slice(0, space);
  return { stream, timestamp, text: space === -1 ? '' : line.slice(space + 1).replace(/\r$/, '') };
}
