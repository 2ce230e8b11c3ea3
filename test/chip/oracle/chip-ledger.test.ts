import { tableOf } from '../../../src/chip/image/activation-table.js';
import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { confine } from '../../../src/numerics/format.js';
import { lookUp } from '../../../src/numerics/function-table.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { rescale } from '../../../src/numerics/rounding.js';
import { changedWords, closedFormRows, type LayerActivity } from '../counts/closed-form.js';
import { randomChips } from '../images/random-chips.js';
import { plainImage, randomSamples } from '../images/random-image.js';
import {
  countsOf,
  samples,
  chipImage,
  type SmallLayer,
  type ImageOptions,
} from '../images/chip-image.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

/** Hidden 3-2 and output 2-2 network whose hidden outputs are both events whatever the weights: see §4.3. */
const hidden: SmallLayer = {
  weights: [1, 1, 1, 1, 1, 1],
  biases: [8, -8],
  feedback: [3, -3, -2, 2],
  function: 'tanh',
};
const output: SmallLayer = { weights: [1, -1, -1, 1], biases: [0, 0], function: 'sigmoid' };

function trainedCounts(options: ImageOptions = {}, layers = [hidden, output]) {
  const dut = new OracleEngine(
    chipImage(layers, { ...options, formats: { weight: 's8.3', ...options.formats } }),
  );
  dut.train(samples([1, 2, 3], [0]));
  return countsOf(dut.ledgerRows());
}

test('the worked example counts as the specification says (spec §4.3)', (t) => {
  const counts = trainedCounts({ rounding: { weight: 'stochastic' } });
  t.like(counts, {
    'training forward - io.eventIn/11': 3,
    'training forward 1 synapses.read/16': 3,
    'training forward 1 datapath.multiplyAccumulate/8': 6,
    'training feedback 1 feedback.read/16': 1,
    'training update 1 synapses.read/16': 3,
    'training update 1 synapses.write/16': 3,
    'training update 1 random.draw/4': 6,
    'training forward 2 synapses.read/16': 2,
    'training forward 2 datapath.multiplyAccumulate/8': 4,
    'training update 2 synapses.read/16': 2,
    'training update 2 synapses.write/16': 2,
    'training update 2 random.draw/4': 4,
  });
  t.false('training feedback 2 feedback.read/16' in counts);
});

test('training makes exactly the rows of the table, each once (spec §4.2)', (t) => {
  // Word 16: two 8-bit weights, one accumulator (10), three h (5) or four y (4), two biases (6), four B (4).
  t.deepEqual(trainedCounts(), {
    'training forward - io.eventIn/11': 3,
    'training forward 1 synapses.read/16': 3,
    'training forward 1 neurons.write/16': 1,
    'training forward 1 bias.read/16': 1,
    'training forward 1 eventBuffer.write/20': 3,
    'training forward 1 activation.lookup/5': 2,
    'training forward 1 datapath.multiplyAccumulate/8': 6,
    'training forward 1 router.hop/11': 2,
    'training forward 2 synapses.read/16': 2,
    'training forward 2 neurons.write/16': 1,
    'training forward 2 bias.read/16': 1,
    'training forward 2 eventBuffer.write/20': 2,
    'training forward 2 activation.lookup/4': 2,
    'training forward 2 datapath.multiplyAccumulate/8': 4,
    'training feedback - io.label/3': 1,
    'training feedback 1 feedback.read/16': 1,
    'training feedback 1 router.hop/3': 5,
    'training update 1 synapses.read/16': 3,
    'training update 1 synapses.write/16': 3,
    'training update 1 neurons.read/16': 1,
    'training update 1 bias.read/16': 1,
    'training update 1 bias.write/16': 1,
    'training update 1 eventBuffer.read/20': 3,
    'training update 1 datapath.multiplyAccumulate/8': 6,
    // f′ at 5 bits, δz at 8 bits.
    'training update 1 datapath.multiply/5': 2,
    'training update 1 datapath.multiply/8': 2,
    'training update 1 datapath.add/5': 2,
    'training update 1 datapath.add/6': 2,
    'training update 2 synapses.read/16': 2,
    'training update 2 synapses.write/16': 2,
    'training update 2 neurons.read/16': 1,
    'training update 2 bias.read/16': 1,
    'training update 2 bias.write/16': 1,
    'training update 2 eventBuffer.read/20': 2,
    'training update 2 datapath.multiplyAccumulate/8': 4,
    // y − t at 8 bits, the bias at 6.
    'training update 2 datapath.add/6': 2,
    'training update 2 datapath.add/8': 2,
  });
});

test('inference makes forward and readout rows only, without event buffer (spec §4.2)', (t) => {
  const dut = new OracleEngine(chipImage([hidden, output], { formats: { weight: 's8.3' } }));
  dut.infer(samples([1, 2, 3, 0, 0, 3], [0, 1]));
  t.deepEqual(countsOf(dut.ledgerRows()), {
    'inference forward - io.eventIn/11': 4,
    'inference forward 1 synapses.read/16': 4,
    'inference forward 1 neurons.write/16': 2,
    'inference forward 1 bias.read/16': 2,
    'inference forward 1 activation.lookup/5': 4,
    'inference forward 1 datapath.multiplyAccumulate/8': 8,
    'inference forward 1 router.hop/11': 4,
    'inference forward 2 synapses.read/16': 4,
    'inference forward 2 neurons.write/16': 2,
    'inference forward 2 bias.read/16': 2,
    'inference forward 2 activation.lookup/4': 4,
    'inference forward 2 datapath.multiplyAccumulate/8': 8,
    'inference readout 2 neurons.read/16': 2,
    'inference readout 2 datapath.compare/4': 2,
    'inference readout 2 io.eventOut/3': 2,
  });
});

test('partial sums in memory are read and written once an event and once more (spec §4.2)', (t) => {
  // One 10-bit accumulator a word: 2 words; A = 3 and 2; h takes one more write.
  t.like(trainedCounts({ organisation: { accumulate: 'memory' } }), {
    'training forward 1 neurons.read/16': 4 * 2,
    'training forward 1 neurons.write/16': 4 * 2 + 1,
    'training forward 2 neurons.read/16': 3 * 2,
    'training forward 2 neurons.write/16': 3 * 2 + 1,
  });
});

test('mean squared error adds f′ and one multiplication of δz in the output layer (spec §4.2)', (t) => {
  t.like(trainedCounts({ loss: 'mse' }), {
    'training update 2 datapath.multiply/4': 2,
    'training update 2 datapath.add/4': 2,
    'training update 2 datapath.multiply/8': 2,
    'training update 2 datapath.add/8': 2,
    'training update 2 datapath.add/6': 2,
  });
});

test('a learning rate that is no power of two costs N multiplications and widens g (spec §4.2)', (t) => {
  const learningRate = { kind: 'factor', mantissaRaw: 49152, fractionBits: 16 } as const;
  const layers = [
    { ...hidden, learningRate },
    { ...output, learningRate },
  ];
  const counts = trainedCounts({ formats: { update: 's11.6' } }, layers);
  t.like(counts, {
    'training update 1 datapath.multiply/16': 2,
    'training update 1 datapath.multiplyAccumulate/11': 6,
    'training update 2 datapath.multiply/16': 2,
    'training update 2 datapath.multiplyAccumulate/11': 4,
  });
  t.false('training update 1 datapath.multiplyAccumulate/8' in counts);
});

test('a stochastic bias draws once a neuron, with or without stochastic weights (spec §2.5, §4.2)', (t) => {
  t.like(trainedCounts({ rounding: { bias: 'stochastic' } }), {
    'training update 1 random.draw/4': 2,
    'training update 2 random.draw/4': 2,
  });
  t.like(trainedCounts({ rounding: { weight: 'stochastic', bias: 'stochastic' } }), {
    'training update 1 random.draw/4': 6 + 2,
    'training update 2 random.draw/4': 4 + 2,
  });
});

test('rows of equal key are one row (spec §4.2)', (t) => {
  // Delta, h and bias all 6 bits: f′ and δz share multiply (2 + 2); f′ and bias share add (2 + 2).
  const formats = { delta: 's6.4', activation: 's6.5', bias: 's6.3' };
  t.like(trainedCounts({ formats }), {
    'training update 1 datapath.multiply/6': 4,
    'training update 1 datapath.add/6': 4,
    'training update 2 datapath.add/6': 4,
  });
});

test('write gating writes only words that changed (spec §4.2)', (t) => {
  // One weight a word. Neuron 1 has no error. Neuron 0: z = 32 + 6 = 38 → 5 → entry 3: h = 14, f′ = 256 − 196 = 60,
  // δz = 28·60/256 = 6.56 → 7; weights 1 at 7 bits: (16 − 7·x)/16 = 0.56 → 1, 0.13 → 0, −0.31 → 0: two words change.
  const layers = [{ ...hidden, feedback: [7, 0, 0, 0] }, output];
  const organisation = { hasWordWriteGating: true, weightsPerWord: 1 };
  const gated = trainedCounts({ organisation }, layers);
  t.like(gated, {
    'training update 1 synapses.read/16': 6,
    'training update 1 synapses.write/16': 2,
  });
  const open = trainedCounts({ organisation: { weightsPerWord: 1 } }, layers);
  t.like(open, { 'training update 1 synapses.write/16': 6 });
});

test('values within the threshold cost nothing, in dense mode everything but draws (spec §1, §4.2)', (t) => {
  const layers = [{ ...hidden, eventThresholdRaw: 2 }, output];
  const rounding = { weight: 'stochastic' } as const;
  t.like(trainedCounts({ rounding }, layers), {
    'training forward - io.eventIn/11': 1,
    'training forward 1 synapses.read/16': 1,
    'training forward 1 eventBuffer.write/20': 1,
    'training update 1 synapses.write/16': 1,
    'training update 1 random.draw/4': 2,
  });
  t.like(trainedCounts({ rounding, isDense: true }, layers), {
    'training forward - io.eventIn/11': 3,
    'training forward 1 synapses.read/16': 3,
    'training forward 1 eventBuffer.write/20': 3,
    'training update 1 datapath.multiplyAccumulate/8': 6,
    'training update 1 synapses.write/16': 3,
    'training update 1 random.draw/4': 2,
  });
  const organisation = { hasWordWriteGating: true };
  t.like(trainedCounts({ rounding, isDense: true, organisation }, layers), {
    'training update 1 synapses.read/16': 3,
    'training update 1 synapses.write/16': 1,
  });
});

/** The activity of one sample where the values that enter each layer are known. */
function activityOf(
  image: ChipImage,
  incoming: readonly (readonly number[])[],
  change: readonly number[],
): LayerActivity[] {
  return image.layers.map((layer, index) => {
    const values = elementAt(incoming, index, 'incoming');
    const nonZeroEventCount = values.filter((v) => Math.abs(v) > layer.eventThresholdRaw).length;
    return {
      eventCount: image.isDense ? values.length : nonZeroEventCount,
      nonZeroEventCount,
      changedWordCount: elementAt(change, index, 'changes'),
    };
  });
}

/** Words each layer's weights changed in while `work` ran. */
function changesDuring(dut: OracleEngine, image: ChipImage, work: () => void): number[] {
  const before = dut.learnedState().weightsRaw;
  work();
  const after = dut.learnedState().weightsRaw;
  return image.layers.map((layer, index) =>
    changedWords(layer, elementAt(before, index, 'before'), elementAt(after, index, 'after')),
  );
}

const inputsOf = (batch: SampleBatch, sample: number, inputCount: number) => [
  ...batch.inputsRaw.slice(sample * inputCount, (sample + 1) * inputCount),
];

test('the ledger of a random one-layer chip has the closed form, several samples (spec §4.2)', (t) => {
  holds(
    t,
    fc.property(randomChips(plainImage), ({ image: drawn, seed }) => {
      const last = elementAt(drawn.layers, drawn.layers.length - 1, 'layers');
      const { inputFormat } = elementAt(drawn.layers, 0, 'layers');
      // The threshold fits half of `activation`; as layer 1 the layer takes values of `input`.
      const image = { ...drawn, layers: [{ ...last, layer: 1, inputFormat }] };
      const dut = new OracleEngine(image);
      const batch = randomSamples(image, seed, 3);
      const trained: LayerActivity[][] = [];
      const inferred: LayerActivity[][] = [];
      for (const [sample, label] of batch.labels.entries()) {
        const inputs = inputsOf(batch, sample, last.inputCount);
        const one = samples(inputs, [label], [batch.sampleIndices?.[sample] ?? 0]);
        const change = changesDuring(dut, image, () => dut.train(one));
        trained.push(activityOf(image, [inputs], change));
        dut.infer(one);
        inferred.push(activityOf(image, [inputs], [0]));
      }
      const expected = [
        ...closedFormRows(image, 'inference', inferred),
        ...closedFormRows(image, 'training', trained),
      ];
      agree(t, image, { oracle: dut.ledgerRows(), 'closed form': expected });
    }),
    { seed: 11, numRuns: 40 },
  );
});

test('the ledger of a random chip of several layers has the closed form, first sample (spec §4.2)', (t) => {
  holds(
    t,
    fc.property(randomChips(plainImage), ({ image: drawn, seed }) => {
      const { formats, overflow, rounding } = drawn.numerics;
      // With weights of 0 the hidden outputs follow from the biases alone.
      const layers = drawn.layers.map((layer) => ({
        ...layer,
        weightsRaw: layer.weightsRaw.map(() => 0),
      }));
      const image = { ...drawn, layers };
      const dut = new OracleEngine(image);
      const batch = randomSamples(image, seed, 1);
      const outputs = layers.map((layer) =>
        Array.from(layer.biasesRaw, (bias) => {
          const { fractionBits } = formats.accumulator;
          const aligned = rescale(
            BigInt(bias),
            formats.bias.fractionBits,
            fractionBits,
            rounding.accumulator,
          );
          const sum = confine(aligned, formats.accumulator, overflow.accumulator).raw;
          return Number(lookUp(tableOf(layer), sum, fractionBits));
        }),
      );
      const incoming = [[...batch.inputsRaw], ...outputs.slice(0, -1)];
      t.deepEqual([...dut.infer(batch)], outputs.at(-1));
      const change = changesDuring(dut, image, () => dut.train(batch));
      const expected = [
        ...closedFormRows(image, 'inference', [activityOf(image, incoming, change)]),
        ...closedFormRows(image, 'training', [activityOf(image, incoming, change)]),
      ];
      agree(t, image, { oracle: dut.ledgerRows(), 'closed form': expected });
      for (const [index, { wordCount, totalWrites, largestWritesPerWord }] of dut
        .wear()
        .entries()) {
        const layer = elementAt(layers, index, 'layers');
        const rowWords = Math.ceil(layer.neuronCount / layer.organisation.weightsPerWord);
        t.is(wordCount, layer.inputCount * rowWords);
        t.is(largestWritesPerWord, totalWrites > 0 ? 1 : 0);
      }
    }),
    { seed: 12, numRuns: 50 },
  );
});
