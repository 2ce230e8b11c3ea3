import test from 'ava';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import type { RunKind } from '../../../src/ledger/ledger-row.js';
import { printRows } from './image.js';
import { workedImage } from '../images/worked-image.js';

/** The sample of docs/spec.md §4.3: A_0 = 3, A_1 = 2, once. */
function oneSample(run: RunKind): readonly RunActivity[] {
  const isTraining = run === 'training';
  return [
    {
      run,
      sampleCount: 1,
      stepCount: 0,
      flushCount: 0,
      layers: [
        {
          layer: 1,
          deliveredEventCount: 3,
          deliveredVisitCount: 3,
          nonZeroEventCount: 3,
          sharedEventCount: 0,
          writtenWordCount: isTraining ? 3 : 0,
          parts: null,
          traffic: null,
        },
        {
          layer: 2,
          deliveredEventCount: 2,
          deliveredVisitCount: 2,
          nonZeroEventCount: 2,
          sharedEventCount: 0,
          writtenWordCount: isTraining ? 2 : 0,
          parts: null,
          traffic: null,
        },
      ],
    },
  ];
}

test('training the worked example costs the rows of the specification (spec §4.2, §4.3)', (t) => {
  t.deepEqual(printRows(closedFormCounts(workedImage(), oneSample('training'))), [
    'forward - - io.eventIn 11 3',
    'forward 1 7 synapses.read 16 3',
    'forward 1 7 neurons.write 32 1',
    'forward 1 7 bias.read 16 2',
    'forward 1 7 eventBuffer.write 12 3',
    'forward 1 7 activation.lookup 8 2',
    'forward 1 7 datapath.multiplyAccumulate 8 6',
    'forward 1 7 router.hop 11 6',
    'forward 2 8 synapses.read 16 2',
    'forward 2 8 neurons.write 32 1',
    'forward 2 8 bias.read 16 2',
    'forward 2 8 eventBuffer.write 12 2',
    'forward 2 8 activation.lookup 8 2',
    'forward 2 8 datapath.multiplyAccumulate 8 4',
    'feedback - - io.label 1 1',
    'feedback 1 7 feedback.read 16 1',
    'feedback 1 7 router.hop 1 5',
    'update 1 7 synapses.read 16 3',
    'update 1 7 synapses.write 16 3',
    'update 1 7 neurons.read 32 1',
    'update 1 7 bias.read 16 2',
    'update 1 7 bias.write 16 2',
    'update 1 7 eventBuffer.read 12 3',
    'update 1 7 datapath.multiplyAccumulate 9 6',
    'update 1 7 datapath.multiply 8 2',
    'update 1 7 datapath.multiply 9 2',
    'update 1 7 datapath.add 8 2',
    'update 1 7 datapath.add 12 2',
    'update 1 7 random.draw 16 6',
    'update 2 8 synapses.read 16 2',
    'update 2 8 synapses.write 16 2',
    'update 2 8 neurons.read 32 1',
    'update 2 8 bias.read 16 2',
    'update 2 8 bias.write 16 2',
    'update 2 8 eventBuffer.read 12 2',
    'update 2 8 datapath.multiplyAccumulate 9 4',
    'update 2 8 datapath.add 9 2',
    'update 2 8 datapath.add 12 2',
    'update 2 8 random.draw 16 4',
  ]);
});

test('inferring the worked example reads out and neither buffers events nor learns (spec §4.2)', (t) => {
  const rows = printRows(closedFormCounts(workedImage(), oneSample('inference')));
  t.deepEqual(rows, [
    'forward - - io.eventIn 11 3',
    'forward 1 7 synapses.read 16 3',
    'forward 1 7 neurons.write 32 1',
    'forward 1 7 bias.read 16 2',
    'forward 1 7 activation.lookup 8 2',
    'forward 1 7 datapath.multiplyAccumulate 8 6',
    'forward 1 7 router.hop 11 6',
    'forward 2 8 synapses.read 16 2',
    'forward 2 8 neurons.write 32 1',
    'forward 2 8 bias.read 16 2',
    'forward 2 8 activation.lookup 8 2',
    'forward 2 8 datapath.multiplyAccumulate 8 4',
    'readout 2 8 neurons.read 32 1',
    'readout 2 8 datapath.compare 8 1',
    'readout 2 8 io.eventOut 1 1',
  ]);
});

test('partial sums in memory are read and written once an event and once for the bias (spec §4.2)', (t) => {
  const image = workedImage({ organisation: { accumulate: 'memory' } });
  const rows = printRows(closedFormCounts(image, oneSample('inference')));
  // (3 + 1)·2 sums of layer 1, (2 + 1)·2 of layer 2; one word of h each.
  t.true(rows.includes('forward 1 7 neurons.read 32 8'));
  t.true(rows.includes('forward 1 7 neurons.write 32 9'));
  t.true(rows.includes('forward 2 8 neurons.read 32 6'));
  t.true(rows.includes('forward 2 8 neurons.write 32 7'));
});

test('loss mse adds f′ and a product in the output layer, a factor for η a product of 16 bits (spec §4.2)', (t) => {
  const image = workedImage({
    chip: { loss: 'mse' },
    layer: { learningRate: { kind: 'factor', mantissaRaw: 3, fractionBits: 6 } },
  });
  const rows = printRows(closedFormCounts(image, oneSample('training')));
  t.deepEqual(
    rows.filter((row) => /^update 2 .* datapath\./.test(row)),
    [
      'update 2 8 datapath.multiplyAccumulate 10 4',
      'update 2 8 datapath.multiply 8 2',
      'update 2 8 datapath.multiply 9 2',
      'update 2 8 datapath.multiply 16 2',
      'update 2 8 datapath.add 8 2',
      'update 2 8 datapath.add 9 2',
      'update 2 8 datapath.add 12 2',
    ],
  );
});

test('biases that round stochastically draw once a neuron, also where weights do not (spec §2.5)', (t) => {
  const base = workedImage();
  const image = workedImage({
    chip: {
      numerics: {
        ...base.numerics,
        rounding: { ...base.numerics.rounding, weight: 'nearest', bias: 'stochastic' },
      },
    },
  });
  const draws = printRows(closedFormCounts(image, oneSample('training'))).filter((row) =>
    row.includes('random.draw'),
  );
  t.deepEqual(draws, ['update 1 7 random.draw 16 2', 'update 2 8 random.draw 16 2']);
});

test('rows of equal key are one row where delta and bias have the same bits (spec §4.2)', (t) => {
  const base = workedImage();
  const image = workedImage({
    chip: {
      numerics: {
        ...base.numerics,
        formats: { ...base.numerics.formats, bias: base.numerics.formats.delta },
      },
    },
  });
  const adds = printRows(closedFormCounts(image, oneSample('training'))).filter((row) =>
    /^update 2 .*add/.test(row),
  );
  t.deepEqual(adds, ['update 2 8 datapath.add 9 4']);
});
