interface Timed {
  readonly timestamp: string;
}

/**
 * Merges streams that are each in order of time into one; holds one item of each. RFC 3339 times of equal
 * precision and zone compare as text.
 */
export async function* mergeByTime<T extends Timed>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, head: await stream.next() })));
  let open = heads.filter(({ head }) => !head.done);
  while (open.length > 0) {
    const first = open.reduce((a, b) => (time(b.head) < time(a.head) ? b : a));
    yield first.head.value as T;
    first.head = await first.stream.next();
    if (first.head.done) open = open.filter((entry) => entry !== first);
  }
}

function time<T extends Timed>(head: IteratorResult<T>): string {
  return head.done ? '' : head.value.timestamp;
}
