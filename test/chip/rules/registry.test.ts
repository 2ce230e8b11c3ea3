import test from 'ava';
import { AccessLedger } from '../../../src/ledger/access-ledger.js';
import { Drtp } from '../../../src/chip/rules/drtp.js';
import { OutputLoss } from '../../../src/chip/rules/output-loss.js';
import { makeErrorSource } from '../../../src/chip/rules/registry.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { tinyImage } from '../tiny-image.js';

const image = tinyImage([
  { weights: [1, 2], biases: [0, 0], feedback: [1, 2, 3, 4], function: 'tanh' },
  { weights: [1, 2, 3, 4], biases: [0, 0], function: 'sigmoid' },
]);

function sourceOf(
  index: number,
  feedbackRaw = elementAt(image.layers, index, 'layers').feedbackRaw,
) {
  const layer = { ...elementAt(image.layers, index, 'layers'), feedbackRaw };
  return makeErrorSource(layer, image, { layer: layer.layer, core: 0 }, new AccessLedger());
}

test('hidden layers learn by the rule of the image, the output layer by its loss (spec §2.6 step 3)', (t) => {
  t.true(sourceOf(0) instanceof Drtp);
  t.true(sourceOf(1) instanceof OutputLoss);
});

test('a hidden layer without feedback matrix is refused with the shape it needs', (t) => {
  t.throws(() => sourceOf(0, null), {
    instanceOf: RangeError,
    message: /layer 1: feedbackRaw is null; rule drtp needs B_1, 2 × 2 raw values/,
  });
});
