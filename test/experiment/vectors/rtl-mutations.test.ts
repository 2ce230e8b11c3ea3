import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { engineFile, hasIcarus, simulateLayer } from './icarus.js';
import { prepareDigits, vectorFolder } from './prepare-digits.js';

/** Narrow weights: some are at the ends of their range from the beginning. */
const vectors = prepareDigits(['precision.weight=s5.7']).then((prepared) =>
  vectorFolder(prepared, 4),
);

/** A mistake of the hardware: what stands in learning_engine.v, and what would stand there. */
const mutations: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'the random word of a rounding inverted',
    "{1'b0}}, random}",
    "{1'b0}}, ~random}",
    /^synapse word \d+ is/m,
  ],
  [
    'halves below 0 rounded up',
    "value < 0 ? half - 64'sd1 : half",
    'half',
    /^dz of neuron \d+ is/m,
  ],
  [
    'the row of the next class',
    'label * FEEDBACK_WORDS',
    '(label + 1) * FEEDBACK_WORDS',
    /^dz of neuron \d+ is/m,
  ],
  [
    'lanes that draw once more a group',
    'if (neuron < NEURONS) begin\n        row',
    'lanes[lane] <= next_word(lanes[lane]);\n      if (neuron < NEURONS) begin\n        row',
    /^synapse word \d+ is/m,
  ],
  [
    'no saturation at the upper end',
    'return value > highest ? highest : value',
    'return value',
    /^synapse word \d+ is/m,
  ],
];

for (const [what, from, to, difference] of mutations) {
  test.serial(
    `a Verilog learning engine with ${what} fails against the vectors (issue 4)`,
    async (t) => {
      if (!hasIcarus(t)) return;
      const folder = await vectors;
      const text = await readFile(engineFile, 'utf8');
      const mutant = path.join(folder, 'mutant.v');
      t.is(text.split(from).length, 2, 'the mutation is made in one place');
      await writeFile(mutant, text.replace(from, to));
      const { code, output } = await simulateLayer(folder, 1, mutant);
      t.regex(output, difference);
      t.regex(output, /^FAIL: layer 1, \d+ of \d+ comparisons differ$/m);
      t.is(code, 1);
    },
  );
}

test.serial(
  'the test bench fails with a sentence on a layer whose errors this engine does not make (spec §10)',
  async (t) => {
    if (!hasIcarus(t)) return;
    const folder = await vectorFolder(await prepareDigits(['training.rule=dfa']), 1);
    const { code, output } = await simulateLayer(folder, 1);
    t.regex(output, /^FAIL: layer 1 has error source 4; this engine knows 1 \(drtp\)/m);
    t.is(code, 1);
  },
);

test.serial(
  'a vector file that is missing makes the test bench fail, not pass (spec §10)',
  async (t) => {
    if (!hasIcarus(t)) return;
    const folder = await vectors;
    await rm(path.join(folder, 'layer1/bias.expected.hex'));
    const { code, output } = await simulateLayer(folder, 1);
    t.regex(output, /^FAIL: layer 1, \d+ of \d+ comparisons differ$/m);
    t.is(code, 1);
  },
);
