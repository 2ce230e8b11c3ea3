import test from 'ava';
import {
  neurobenchOf,
  type NeurobenchRequest,
} from '../../../src/experiment/record/neurobench-record.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { convolutionImage, twoSamples } from '../../chip/counts/image.js';

const memory = { core: 0, component: 'synapses', capacityBits: 4096, wordBits: 16 } as const;

/** The CONV → CONV → FC → FC image of the closed forms; weights are any, none of them 0. */
function request(overrides: Partial<NeurobenchRequest> = {}): NeurobenchRequest {
  return {
    image: convolutionImage(),
    learned: {
      weightsRaw: [Int32Array.of(1, -2, 3), Int32Array.of(4, 5)],
      biasesRaw: [Int32Array.of(0), Int32Array.of(0, 7)],
    },
    memories: [
      { ...memory, usedBits: 800, isTrainingOnly: false },
      { ...memory, component: 'bias', usedBits: 44, isTrainingOnly: false },
      { ...memory, component: 'feedback', usedBits: 320, isTrainingOnly: true },
    ],
    inference: { ...twoSamples, run: 'inference' },
    testErrorPercent: 12.5,
    ...overrides,
  };
}

test('the metrics are those of NeuroBench, worked by hand (doi 10.1038/s41467-025-56739-4)', (t) => {
  const record = neurobenchOf(request());
  t.is(record.footprintBytes, 105.5);
  t.is(record.parameterCount, 8);
  t.is(record.connectionSparsity, 0);
  t.is(record.classificationAccuracy, 0.875);
  // 8 + 3 + 6 events of 2 samples entered layers of 12, 2 and 5 inputs.
  t.is(record.activationSparsity, 1 - 17 / 38);
  // X·κ: 260·3 + 48·2 + 2·5 + 5·3. Visits·κ of two samples: 70·3 + 25·2 + 3·5 + 6·3.
  t.deepEqual(record.synapticOperations, {
    effectiveMacs: 293 / 2,
    effectiveAcs: 0,
    dense: 901,
    nonZeroInputMacs: 293 / 2,
  });
});

test('with weights of 0 effective MACs are unknown, not guessed; biases of 0 are no connections', (t) => {
  const { biasesRaw } = request().learned;
  const learned = { weightsRaw: [Int32Array.of(1, 0, 3), Int32Array.of(4)], biasesRaw };
  const record = neurobenchOf(request({ learned }));
  t.is(record.connectionSparsity, 1 / 4);
  t.is(record.synapticOperations.effectiveMacs, null);
  t.is(record.synapticOperations.effectiveAcs, 0);
  t.is(record.synapticOperations.nonZeroInputMacs, 293 / 2);
});

test('inputs of one bit need no multiplication: their operations are accumulates', (t) => {
  const image = convolutionImage({ layer: { inputFormat: parseFormat('u1.0') } });
  const { synapticOperations } = neurobenchOf(request({ image }));
  t.is(synapticOperations.effectiveAcs, 293 / 2);
  t.is(synapticOperations.effectiveMacs, 0);
});

test('a dense chip meets zeros too: operations are those of other inputs, in convolutions as elsewhere', (t) => {
  const image = convolutionImage({ chip: { isDense: true } });
  // Of 70, 25, 3 and 6 visits 60, 20, 2 and 6 are of events that are not 0.
  const layers = [60, 20, 2, 6].flatMap((nonZeroVisitCount, index) => {
    const layer = twoSamples.layers[index];
    return layer === undefined ? [] : [{ ...layer, nonZeroVisitCount }];
  });
  const inference = { ...twoSamples, run: 'inference', layers } as const;
  const { synapticOperations } = neurobenchOf(request({ image, inference }));
  t.is(synapticOperations.nonZeroInputMacs, (60 * 3 + 20 * 2 + 2 * 5 + 6 * 3) / 2);
  t.is(synapticOperations.effectiveMacs, synapticOperations.nonZeroInputMacs);
  t.is(synapticOperations.dense, 901);
});

test('a network of one layer has no hidden outputs, an untested one no accuracy', (t) => {
  const whole = request();
  const image = { ...whole.image, layers: whole.image.layers.slice(0, 1) };
  const record = neurobenchOf(request({ image, testErrorPercent: null }));
  t.is(record.activationSparsity, null);
  t.is(record.classificationAccuracy, null);
});
