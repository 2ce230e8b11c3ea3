#!/usr/bin/env node
import { codeOf } from '../units/input-error.js';
import { exitCodes } from './exit.js';
import { printProblem } from './output.js';
import { runProgram } from './program.js';

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on('error', (error: Error) => {
  if (codeOf(error) === 'EPIPE') process.exit(exitCodes.done);
  printProblem(`standard output cannot be written (${error.message}); send it somewhere else`);
  process.exit(exitCodes.wrongInput);
});
process.exitCode = await runProgram(process.argv);
