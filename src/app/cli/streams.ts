/**
 * Lets a closed pipe end the process quietly: `stowage ps | head -1` is no failure. Other stream errors
 * are failures.
 */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}
