import test from 'ava';
import { hasIcarus, simulateLayer } from './icarus.js';
import { type ChipChange, prepareDigits, vectorFolder } from './prepare-digits.js';

/* Witness: the Verilog of examples/rtl, written from docs/spec.md and simulated by Icarus Verilog. */

const sampleCount = 5;

/** 8 lanes and words that whole weights do not fill: rows and groups end in the middle of a word. */
const narrowChip: readonly ChipChange[] = [
  ['learning: 16', 'learning: 8'],
  [
    'synapses: { banks: 4, wordsPerBank: 16384, wordBits: 128 bit }',
    'synapses: { banks: 4, wordsPerBank: 16384, wordBits: 40 bit }',
  ],
  [
    'randomGenerator: { width: 16 bit, mask: 0xB400 }',
    'randomGenerator: { width: 12 bit, mask: 0xE08 }',
  ],
];

const cases: readonly (readonly [string, readonly string[], readonly ChipChange[]])[] = [
  ['stochastic rounding of the weights', [], []],
  ['weights rounded to the nearest', ['precision.rounding=nearest'], []],
  [
    'narrow weights and biases that round stochastically, a rate that is no power of two, loss mse and values of 0 delivered',
    [
      'precision={ weight: s6.7, bias: s12.9, rounding: { weight: stochastic, bias: stochastic, delta: nearestEven, update: truncate }, overflow: { weight: wrap } }',
      'training={ rule: drtp, epochs: 1, learningRate: 0.06, loss: mse }',
      'events={ dense: true, threshold: 0.1 }',
    ],
    narrowChip,
  ],
  [
    'unsigned outputs of sigmoid and weights of more fraction bits than their changes',
    ['activation.hidden=sigmoid', 'precision={ activation: u8.8, weight: s31.30, feedback: s8.5 }'],
    [],
  ],
  ['relu, whose f′ is 1 or 0 (§2.12)', ['activation.hidden=relu'], []],
];

for (const [what, settings, chipChanges] of cases) {
  test.serial(
    `the Verilog learning engine holds the words and generator states of the vectors, hidden and output layer, with ${what} (spec §2.2 to §2.6, §10)`,
    async (t) => {
      if (!hasIcarus(t)) return;
      const folder = await vectorFolder(await prepareDigits(settings, chipChanges), sampleCount);
      for (const layer of [1, 2]) {
        const { code, output } = await simulateLayer(folder, layer);
        t.regex(
          output,
          new RegExp(`^PASS: layer ${layer}, ${sampleCount} samples, \\d{3,} comparisons$`, 'm'),
        );
        t.is(code, 0, output);
      }
    },
  );
}
