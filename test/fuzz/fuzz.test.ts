import test from 'ava';
import { readers, runCases } from './run-cases.js';

/* 200 drawn mutants of each kind of input: read or refused in a sentence, and some of those that are legal used. */

const range = { seed: '1', from: 0, count: 200, useShare: 0.01 };

for (const reader of readers) {
  test.serial(
    `${reader.name}: mutants are read or refused, and leave nothing half or senseless`,
    async (t) => {
      await runCases(reader, range, ({ index, what, problems }) => {
        t.deepEqual(
          problems,
          [],
          `npm run fuzz -- --reader ${reader.name} --from ${index} --count 1 --use 1\n${what}`,
        );
      });
    },
  );
}
