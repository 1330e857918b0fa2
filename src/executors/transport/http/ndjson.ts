import type { Readable } from 'node:stream';

/**
 * JSON documents of a stream, one a line, as they come (`/events`, `/images/create`, `/images/load`). A line that
 * is no JSON is given as `{ error: line }`: the engine writes plain text when it breaks midway.
 */
export async function* readJsonLines<T>(stream: Readable): AsyncGenerator<T | { error: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parseLine<T>(line);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield parseLine<T>(rest);
}

function parseLine<T>(line: string): T | { error: string } {
  try {
    return JSON.parse(line) as T;
  } catch {
    return { error: line.trim() };
  }
}
