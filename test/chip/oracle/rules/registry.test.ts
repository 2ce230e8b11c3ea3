import { readyAfterLayer } from '../../../../src/chip/image/learning-layers.js';
import test from 'ava';
import { LayerCores } from '../../../../src/chip/oracle/layer-cores.js';
import { homesOf, outputsOf } from '../../../../src/chip/image/layer-parts.js';
import type { ChipImage, RuleSpec } from '../../../../src/chip/image/chip-image.js';
import { Bp } from '../../../../src/chip/oracle/rules/bp.js';
import { DefpFullVector } from '../../../../src/chip/oracle/rules/defp-full-vector.js';
import { Defp } from '../../../../src/chip/oracle/rules/defp.js';
import { Dfa } from '../../../../src/chip/oracle/rules/dfa.js';
import { Drtp } from '../../../../src/chip/oracle/rules/drtp.js';
import { Fa } from '../../../../src/chip/oracle/rules/fa.js';
import { OutputLoss } from '../../../../src/chip/oracle/rules/output-loss.js';
import { makeErrorSource, makeRule } from '../../../../src/chip/oracle/rules/registry.js';
import { Sdfa } from '../../../../src/chip/oracle/rules/sdfa.js';
import { FeedbackUpkeep } from '../../../../src/chip/oracle/rules/feedback-upkeep.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { smallDefp, chipImage } from '../../images/chip-image.js';

/** 1-2-2-2; `trainable`: of the three layers. */
function imageOf(rule: RuleSpec, trainable: readonly boolean[] = [true, true, true]): ChipImage {
  const image = chipImage(
    [
      { weights: [1, 2], biases: [0, 0], feedback: [1, 2, 3, 4], function: 'tanh' },
      { weights: [1, 2, 3, 4], biases: [0, 0], feedback: [1, 2, 3, 4], function: 'tanh' },
      { weights: [1, 2, 3, 4], biases: [0, 0], function: 'sigmoid' },
    ],
    { rule },
  );
  const layers = image.layers.map((layer, index) => ({
    ...layer,
    isTrainable: elementAt(trainable, index, 'trainable'),
  }));
  return { ...image, layers };
}

/** The error sources of all layers, lowest first. */
function sourcesOf(image: ChipImage) {
  const ledger = new AccessLedger();
  const checks = makeTensorChecks(3, image.numerics, { trainingOrdinal: null });
  const rule = makeRule({
    image,
    outputChecks: checks,
    softmax: null,
    delayedErrors: null,
    ledger,
    feedback: new FeedbackUpkeep(image, [], ledger),
  });
  const top = elementAt(image.layers, 2, 'layers');
  const above = new LayerCores(top, image, () => null, checks, ledger);
  return image.layers.map((layer) => {
    const home = elementAt(homesOf(layer), 0, 'homes');
    const seen = layer.isOutput ? null : above.seenFrom(outputsOf(layer, home));
    return makeErrorSource({ layer, home, above: seen }, rule, { image, softmax: null, ledger });
  });
}

const classes = [
  [{ kind: 'drtp' }, Drtp, 1],
  [smallDefp('error', 4), Defp, 1],
  [smallDefp('loss', 4), Defp, 1],
  [smallDefp('aggregated', 4), Defp, 1],
  [smallDefp('fullVector', 4), DefpFullVector, 1],
  [{ kind: 'dfa' }, Dfa, 3],
  [{ kind: 'sdfa' }, Sdfa, 3],
  [{ kind: 'fa' }, Fa, 3],
  [{ kind: 'bp' }, Bp, 3],
] as const;
for (const [rule, Source, readyAfter] of classes) {
  const name = 'variant' in rule ? `${rule.kind} ${rule.variant}` : rule.kind;
  test(`hidden layers learn by rule ${name} after layer ${readyAfter}, the output layer by its loss (spec §2.9)`, (t) => {
    const image = imageOf(rule);
    const [first, , last] = sourcesOf(image);
    const [firstLayer, , lastLayer] = image.layers.map((layer) => readyAfterLayer(image, layer));
    t.true(first instanceof Source);
    t.is(firstLayer, readyAfter);
    t.true(last instanceof OutputLoss);
    t.is(lastLayer, 3);
  });
}

/** Whether each layer has an error source. */
const have = (image: ChipImage) => sourcesOf(image).map((source) => source !== null);

test('with rule shallow only the output layer has an error source (spec §2.9)', (t) => {
  t.deepEqual(have(imageOf({ kind: 'shallow' })), [false, false, true]);
});

test('a frozen layer has an error source only where fa or bp hands it on to a trainable layer below (spec §2.9)', (t) => {
  for (const kind of ['drtp', 'dfa', 'sdfa'] as const) {
    t.deepEqual(have(imageOf({ kind }, [true, false, false])), [true, false, false], kind);
  }
  for (const kind of ['fa', 'bp'] as const) {
    t.deepEqual(have(imageOf({ kind }, [true, false, false])), [true, true, true], kind);
    t.deepEqual(have(imageOf({ kind }, [false, true, false])), [false, true, true], kind);
    t.deepEqual(have(imageOf({ kind }, [false, false, true])), [false, false, true], kind);
    t.deepEqual(have(imageOf({ kind }, [false, false, false])), [false, false, false], kind);
  }
});

test('a layer that learns without feedback matrix, or with one of another shape, is refused with the shape it needs', (t) => {
  const withFeedback = (rule: RuleSpec, feedbackRaw: Int32Array | null) => {
    const image = imageOf(rule);
    return { ...image, layers: image.layers.map((layer) => ({ ...layer, feedbackRaw })) };
  };
  t.throws(() => sourcesOf(withFeedback({ kind: 'drtp' }, null)), {
    instanceOf: RangeError,
    message: /layer 1: feedbackRaw has no values; rule drtp needs B_1, 2 × 2 raw values/,
  });
  t.throws(() => sourcesOf(withFeedback({ kind: 'fa' }, Int32Array.of(1, 2, 3))), {
    instanceOf: RangeError,
    message: /layer 1: feedbackRaw has 3 values; rule fa needs B_1, 2 × 2 raw values/,
  });
  t.notThrows(() => sourcesOf(withFeedback({ kind: 'bp' }, null)));
});
