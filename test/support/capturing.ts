/** Keeps what is written to a stream, until it is given back. */
function capture(stream: NodeJS.WriteStream): { text: string; readonly release: () => void } {
  const write = stream.write.bind(stream);
  const captured = {
    text: '',
    release: () => {
      stream.write = write;
    },
  };
  stream.write = (chunk: Uint8Array | string): boolean => {
    captured.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return captured;
}

/** What an action gives, and what it wrote to stdout and stderr meanwhile. One at a time: the streams are the process's. */
export async function capturing<Result>(
  action: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  try {
    const result = await action();
    return { result, stdout: stdout.text, stderr: stderr.text };
  } finally {
    stdout.release();
    stderr.release();
  }
}
