import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type {
  ChipImage,
  DefpSpec,
  LayerImage,
  RuleSpec,
} from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { roleOf } from '../counts/closed-form.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { randomChips } from '../images/random-chips.js';
import { plainImage, randomSamples } from '../images/random-image.js';
import { smallDefp } from '../images/chip-image.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

/*
 * Rules that must agree where their equations do: witnesses that need no second implementation. They run on every
 * random image that fits with both rules.
 */

/** The image with another rule; layers changed by `change`. */
function withRule(
  image: ChipImage,
  rule: RuleSpec,
  change: (layer: LayerImage) => Partial<LayerImage> = () => ({}),
): ChipImage {
  const layers = image.layers.map((layer) => ({ ...layer, ...change(layer) }));
  return { ...image, rule, layers };
}

function train(image: ChipImage, batch: SampleBatch) {
  const dut = new OracleEngine(image);
  const outputs = dut.train(batch);
  const { weightsRaw, biasesRaw, laneStates } = dut.learnedState();
  return { outputs, weightsRaw, biasesRaw, laneStates, updates: dut.updateHealth() };
}

/** B (classes × neurons) of random signs for images whose rule has another, or none. */
function classFeedback(image: ChipImage, layer: LayerImage): Int32Array | null {
  if (layer.isOutput) return null;
  const { feedback } = image.numerics.formats;
  const largest = 2 ** (feedback.totalBits - 1) - 1;
  return Int32Array.from({ length: image.classCount * layer.neuronCount }, (_, index) =>
    feedback.isSigned && index % 3 === 0 ? -largest : largest,
  );
}

test('fa whose B are the weights of the layers above teaches what bp teaches, one sample (spec §2.9)', (t) => {
  let compared = 0;
  holds(
    t,
    fc.property(randomChips(plainImage), ({ image: drawn, seed }) => {
      const { formats } = drawn.numerics;
      const image = {
        ...drawn,
        numerics: { ...drawn.numerics, formats: { ...formats, feedback: formats.weight } },
      };
      const bp = withRule(image, { kind: 'bp' }, () => ({ feedbackRaw: null }));
      const fa = withRule(image, { kind: 'fa' }, ({ layer }) => ({
        feedbackRaw: image.layers[layer]?.weightsRaw ?? null,
      }));
      if (!fitsDatapath(bp) || !fitsDatapath(fa)) return;
      compared += image.layers.length > 1 ? 1 : 0;
      const batch = randomSamples(bp, seed, 1);
      agree(t, bp, { fa: train(fa, batch), bp: train(bp, batch) });
    }),
    { seed: 61, numRuns: 40 },
  );
  t.true(compared >= 20, `${compared} compared`);
});

test('defp at first visits, with a format that holds 1, teaches what drtp teaches (spec §2.9)', (t) => {
  let compared = 0;
  const variants = fc.constantFrom<DefpSpec['variant']>(
    'error',
    'loss',
    'aggregated',
    'fullVector',
  );
  holds(
    t,
    fc.property(randomChips(plainImage), variants, ({ image: drawn, seed }, variant) => {
      const delayedError = { isSigned: true, totalBits: 8, fractionBits: 6 };
      const formats = { ...drawn.numerics.formats, delayedError };
      const image = { ...drawn, numerics: { ...drawn.numerics, formats } };
      const feedback = (layer: LayerImage) => ({ feedbackRaw: classFeedback(image, layer) });
      const drtp = withRule(image, { kind: 'drtp' }, feedback);
      const defp = withRule(image, smallDefp(variant, 4), feedback);
      if (!fitsDatapath(drtp) || !fitsDatapath(defp)) return;
      compared += image.layers.length > 1 ? 1 : 0;
      const batch = randomSamples(drtp, seed, 4);
      const placed = { ...batch, sampleIndices: Uint32Array.of(2, 0, 3, 1) };
      agree(t, defp, { defp: train(defp, placed), drtp: train(drtp, batch) });
    }),
    { seed: 62, numRuns: 40 },
  );
  t.true(compared >= 20, `${compared} compared`);
});

test('shallow is any local rule with frozen hidden layers, to the last count (spec §2.9, §4.2)', (t) => {
  holds(
    t,
    fc.property(
      randomChips(plainImage),
      fc.constantFrom('drtp', 'sdfa'),
      ({ image, seed }, kind) => {
        const shallow = withRule(image, { kind: 'shallow' }, () => ({ feedbackRaw: null }));
        const frozen = withRule(image, { kind }, (layer) => ({
          feedbackRaw: null,
          isTrainable: layer.isTrainable && layer.isOutput,
        }));
        if (!fitsDatapath(frozen)) return;
        const batch = randomSamples(shallow, seed, 3);
        const [one, other] = [new OracleEngine(shallow), new OracleEngine(frozen)];
        const shown = (dut: OracleEngine) => ({
          outputs: [dut.train(batch)],
          learned: dut.learnedState(),
          ledger: dut.ledgerRows(),
          tensors: dut.tensorHealth(),
        });
        agree(t, shallow, { shallow: shown(one), frozen: shown(other) });
      },
    ),
    { seed: 63, numRuns: 20 },
  );
});

test('layers that do not learn keep weights, biases and lanes, are never written and buffer no event (spec §2.9)', (t) => {
  holds(
    t,
    fc.property(randomChips(plainImage), ({ image, seed }) => {
      const dut = new OracleEngine(image);
      dut.train(randomSamples(image, seed, 3));
      const { weightsRaw, biasesRaw, laneStates } = dut.learnedState();
      for (const [index, layer] of image.layers.entries()) {
        if (roleOf(image, layer).isLearning) continue;
        t.deepEqual(weightsRaw[index], layer.weightsRaw);
        t.deepEqual(biasesRaw[index], layer.biasesRaw);
        t.deepEqual(laneStates[index], layer.laneSeeds);
        t.is(elementAt(dut.wear(), index, 'wear').totalWrites, 0);
        t.is(elementAt(dut.updateHealth(), index, 'updates').nonZeroUpdateCount, 0);
        const actions = dut
          .ledgerRows()
          .filter((row) => row.layer === layer.layer)
          .map(({ componentAction }) => componentAction);
        const forbidden = ['eventBuffer.write', 'eventBuffer.read', 'random.draw', 'bias.write'];
        t.false(actions.some((action) => forbidden.includes(action)));
      }
    }),
    { seed: 64, numRuns: 40 },
  );
});

test('a measuring pass gives the outputs of inference, changes delayed errors only, and measuring twice changes none (spec §2.9)', (t) => {
  holds(
    t,
    fc.property(
      randomChips(plainImage),
      fc.constantFrom('error', 'loss', 'fullVector'),
      ({ image: drawn, seed }, variant) => {
        const image = withRule(drawn, smallDefp(variant, 3), (layer) => ({
          feedbackRaw: classFeedback(drawn, layer),
        }));
        if (!fitsDatapath(image)) return;
        const batch = { ...randomSamples(image, seed, 3), sampleIndices: Uint32Array.of(1, 2, 0) };
        const dut = new OracleEngine(image);
        const before = dut.learnedState();
        agree(t, image, {
          measured: { outputs: [dut.measure(batch)] },
          inferred: { outputs: [dut.infer(batch)] },
        });
        const measured = dut.learnedState();
        agree(t, image, { measured: { ...measured, delayedErrors: before.delayedErrors }, before });
        t.deepEqual(measured.delayedErrors?.isValid, Uint8Array.of(1, 1, 1));
        dut.measure(batch);
        agree(t, image, { twice: dut.learnedState(), once: measured });
        t.true(dut.wear().every(({ totalWrites }) => totalWrites === 0));
      },
    ),
    { seed: 65, numRuns: 25 },
  );
});
