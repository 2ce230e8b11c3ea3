/** Signals that end a run with a checkpoint: Ctrl-C, the system's request to end, a terminal that is closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What work is told of the first of these signals; a second one ends the program, and so does one after the work. */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  for (const signal of endingSignals) process.once(signal, interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    for (const signal of endingSignals) process.off(signal, interrupt);
  }
}
