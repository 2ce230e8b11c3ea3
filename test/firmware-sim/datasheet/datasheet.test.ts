import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { withGeneratedBlocks } from '../../../firmware-sim/datasheet/datasheet.js';
import { readShippedSource, registerMap } from '../../../firmware-sim/index.js';
import { packageRoot } from '../../../src/package-root.js';

test('the datasheet’s tables are those of the code; npm run datasheet writes them (README §5)', async (t) => {
  const datasheet = await readFile(path.join(packageRoot, 'firmware-sim', 'README.md'), 'utf8');
  t.is(withGeneratedBlocks(datasheet, await readShippedSource('inference')), datasheet);
  for (const { name } of registerMap) t.true(datasheet.includes(`\`${name}\``), name);
});

test('a datasheet without the marks of a block is refused with the marks (README §5)', (t) => {
  t.throws(() => withGeneratedBlocks('# nothing\n', 'halt'), {
    instanceOf: RangeError,
    message: /the marks "<!-- generated: instructions -->" and/,
  });
});
