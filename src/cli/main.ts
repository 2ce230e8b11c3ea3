#!/usr/bin/env node
import { exitCodes } from './exit.js';
import { runProgram } from './program.js';

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on('error', (error: Error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(exitCodes.done);
  process.stderr.write(
    `standard output cannot be written (${error.message}); send it somewhere else\n`,
  );
  process.exit(exitCodes.wrongInput);
});
process.exitCode = await runProgram(process.argv);
