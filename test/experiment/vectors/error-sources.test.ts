import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { errorSources } from '../../../src/experiment/vectors/verilog-package.js';
import { packageRoot } from '../../../src/package-root.js';

function verilog(file: string): string {
  return readFileSync(path.join(packageRoot, 'examples/rtl', file), 'utf8');
}

test('the codes of error sources in the example in Verilog are those of the vectors', (t) => {
  const codes = new Map(
    [...verilog('learning_engine.v').matchAll(/localparam integer (FROM_\w+) = (\d+);/g)].map(
      ([, name, code]) => [name, Number(code)],
    ),
  );
  t.deepEqual(
    codes,
    new Map([
      ['FROM_FEEDBACK_ROW', errorSources.feedbackRow.code],
      ['FROM_DIFFERENCE', errorSources.difference.code],
      ['FROM_DOUBLE_DIFFERENCE', errorSources.doubleDifference.code],
    ]),
  );
  // Its test bench loads B for the first, and refuses the others.
  const bench = verilog('tb_learning_engine.v');
  t.true(bench.includes(`if (ERROR_SOURCE == ${errorSources.feedbackRow.code}) $readmemh`));
  t.true(
    bench.includes(
      `ERROR_SOURCE < ${errorSources.feedbackRow.code} || ERROR_SOURCE > ${errorSources.doubleDifference.code}`,
    ),
  );
});
