import test from 'ava';
import { accessBars } from '../../../../src/report/run/charts/access-chart.js';
import { sampleResult } from '../../samples/sample-result.js';

test('access bars hold reads and writes of every memory per sample and phase, layers added (spec §4.2)', (t) => {
  const bars = accessBars(sampleResult());
  const training = new Map(
    bars.map((bar) => [`${bar.component}.${bar.action} ${bar.phase}`, bar.trainingPerSample]),
  );
  // A_0 = 32.42, A_1 = 92.31; R = 25 and 3 words; ⌈N/Ph⌉ = 25 and 3, ⌈N/Pb⌉ = 50 and 5, ⌈N/Pf⌉ = 25.
  const synapses = 32.42 * 25 + 92.31 * 3;
  const expected: readonly (readonly [string, number])[] = [
    ['synapses.read forward', synapses],
    ['synapses.read update', synapses],
    ['synapses.write update', synapses],
    ['neurons.read update', 28],
    ['neurons.read readout', 0],
    ['neurons.write forward', 28],
    ['bias.read forward', 55],
    ['bias.read update', 55],
    ['bias.write update', 55],
    ['feedback.read feedback', 25],
    ['eventBuffer.read update', 32.42 + 92.31],
    ['eventBuffer.write forward', 32.42 + 92.31],
  ];
  t.deepEqual(
    [...training.keys()],
    expected.map(([key]) => key),
  );
  for (const [key, perSample] of expected) {
    t.true(Math.abs((training.get(key) ?? Number.NaN) - perSample) < 1e-9, key);
  }
  const readout = bars.find((bar) => bar.component === 'neurons' && bar.phase === 'readout');
  t.is(readout?.inferencePerSample, 3);
});
