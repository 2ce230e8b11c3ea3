import test from 'ava';
import type { ChipEngine } from '../../../src/chip/engine.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { chipImage, countsOf, samples } from '../images/chip-image.js';

/*
 * A 1-2-2-2 network for pencil and paper: weights s6.3, feedback s4.2 (−8…7). W_2 = [1 2; −3 4], W_3 = [5 −6; 7 8] in steps of 1/8.
 */
function imageOf(kind: 'drtp' | 'dfa' | 'fa', options: Partial<ChipImage> = {}) {
  return chipImage(
    [
      { weights: [1, 1], biases: [0, 0], feedback: [1, 1, 1, 1], function: 'tanh' },
      { weights: [8, 16, -24, 31], biases: [0, 0], feedback: [1, 1, 1, 1], function: 'tanh' },
      { weights: [5, -6, 7, 8], biases: [0, 0], function: 'sigmoid' },
    ],
    { rule: { kind }, organisation: { weightsPerWord: 1, feedbacksPerWord: 2 }, ...options },
  );
}

async function enginesOf(image: ChipImage): Promise<readonly ChipEngine[]> {
  return [new OracleEngine(image), await makeFastEngine(image), await makeEventDrivenEngine(image)];
}

test('B is transported as the product of the weights above, minus for drtp, plus for dfa, rounded once in each layer (spec §2.16)', async (t) => {
  // B_2[c][n] = s·w_3[n][c]/8 at 2 fraction bits: 5/2 → 3 (half away from zero), 7/2 → 4; −6/2 = −3, 8/2 = 4.
  // B_1[c][n] = Σ_m w_2[n][m]·B_2[c][m] at 3 + 2 fraction bits → 2: (8·3 + 16·4)/8 = 11 → 7 saturates; (−24·3 + 31·4)/8 = 6.5 → 7.
  const dfa = { above: [3, 4, -3, 4], below: [7, 7, 5, 7], saturated: 2 };
  // s = −1: B_2 = −(…), B_1 = −11 → −8, −6.5 → −7; class 1: (24 − 64)/8 = −5, (−72 − 124)/8 = −24.5 → −8.
  const drtp = { above: [-3, -4, 3, -4], below: [-8, -7, -5, -8], saturated: 2 };
  for (const [kind, expected] of [
    ['dfa', dfa],
    ['drtp', drtp],
  ] as const) {
    for (const engine of await enginesOf(imageOf(kind))) {
      engine.updateFeedback({ kind: 'transported' });
      const [below, above, output] = engine.learnedState().feedbackRaw;
      t.deepEqual(above, Int32Array.from(expected.above), kind);
      t.deepEqual(below, Int32Array.from(expected.below), kind);
      t.is(output, null);
      const health = engine.tensorHealth().find((of) => of.layer === 1 && of.tensor === 'feedback');
      t.like(health, { saturationCount: expected.saturated, firstTrainingSample: null });
    }
  }
});

test('B of fa becomes the weights above (spec §2.16)', async (t) => {
  // W at 3 fraction bits → 2: 8/2 = 4, 16/2 = 8 → 7, −12 → −8, 31/2 = 15.5 → 16 → 7; 5/2 → 3, −3, 7/2 → 4, 4.
  for (const engine of await enginesOf(imageOf('fa'))) {
    engine.updateFeedback({ kind: 'transported' });
    const [below, above] = engine.learnedState().feedbackRaw;
    t.deepEqual(below, Int32Array.of(4, 7, -8, 7));
    t.deepEqual(above, Int32Array.of(3, -3, 4, 4));
  }
});

test('what a transport and a redrawn B cost: accesses, products, hops and cycles (spec §2.16)', async (t) => {
  const image = imageOf('dfa');
  const feedbackRaw = [Int32Array.of(1, 2, 3, 4), Int32Array.of(5, 6, 7, -8), null];
  const redrawn = { kind: 'redrawn', feedbackRaw, overflowCounts: [0, 3, 0] } as const;
  const costs = async (update: Parameters<ChipEngine['updateFeedback']>[0]) => {
    const engine = await makeEventDrivenEngine(image);
    engine.updateFeedback(update);
    return countsOf(engine.ledgerRows());
  };
  // C = 2, N = 2; a word holds one weight (R = 2) and two values of B (⌈N/Pf⌉ = 1); layer i is i hops from the next; one lane.
  t.like(await costs({ kind: 'transported' }), {
    'training update 3 synapses.read/16': 8,
    'training update 2 synapses.read/16': 8,
    'training update 2 feedback.read/16': 2,
    'training update 1 datapath.multiplyAccumulate/6': 8,
    'training update 2 router.hop/11': 8,
    'training update 1 router.hop/11': 4,
    'training update 2 feedback.write/16': 2,
    'training update 1 feedback.write/16': 2,
    // C·(N·R + hops + words) = 2·(4 + 2 + 1); C·(read + N·max(R, ⌈N/Ll⌉) + hops + words) = 2·(1 + 4 + 1 + 1).
    'training update 2 clock.cycle/-': 14,
    'training update 1 clock.cycle/-': 14,
    'training update 1 clock.update/-': 14,
    'training idle - leakage.shared/-': 28,
  });
  t.deepEqual(
    Object.entries(await costs(redrawn)).filter(([key]) => !key.includes('idle')),
    Object.entries({
      'training update 1 feedback.write/16': 2,
      'training update 1 clock.cycle/-': 2,
      'training update 1 clock.update/-': 2,
      'training update 2 feedback.write/16': 2,
      'training update 2 clock.cycle/-': 2,
      'training update 2 clock.update/-': 2,
    }),
  );
  for (const engine of await enginesOf(image)) {
    engine.updateFeedback(redrawn);
    t.deepEqual(engine.learnedState().feedbackRaw, feedbackRaw);
    const health = engine.tensorHealth().find((of) => of.layer === 2 && of.tensor === 'feedback');
    t.is(health?.saturationCount, 3);
  }
});

test('a generator that is redrawn has another seed, and counts nothing (spec §2.16)', async (t) => {
  const image = imageOf('drtp', { feedbackSource: 'generator' });
  const feedbackRaw = [Int32Array.of(1, 2, 3, 4), Int32Array.of(5, 6, 7, -8), null];
  for (const engine of await enginesOf(image)) {
    engine.updateFeedback({ kind: 'redrawn', feedbackRaw, overflowCounts: [0, 0, 0] });
    t.deepEqual(engine.learnedState().feedbackRaw, feedbackRaw);
    t.deepEqual(engine.ledgerRows(), []);
    t.throws(
      () => {
        engine.updateFeedback({ kind: 'transported' });
      },
      { message: /no memory to write; use a feedback memory/ },
    );
  }
});

test('the column of a silent relu unit closes for an epoch, or for good; an epoch without samples moves nothing (spec §2.16)', async (t) => {
  for (const dyingReluGate of ['epoch', 'permanent'] as const) {
    // h_1 > 0 for positive inputs, h_2 for none; their weights do not change.
    const image = chipImage(
      [
        {
          ...{ weights: [8, -8, -8, 8], biases: [0, 0], feedback: [1, 2, 3, 4] },
          ...{ function: 'relu', learningRate: { kind: 'shift', shiftBits: 40 } },
        },
        { weights: [0, 0, 0, 0], biases: [0, 0], function: 'sigmoid' },
      ],
      { dyingReluGate, formats: { update: 's8.6' } },
    );
    // Input 1 opens unit 1 and silences unit 2, input 2 the other way round.
    const [first, second] = [samples([4, 0], [0]), samples([0, 4], [1])];
    for (const engine of await enginesOf(image)) {
      const met = () => engine.learnedState().feedbackRaw[0];
      engine.train(first);
      t.deepEqual(met(), Int32Array.of(1, 2, 3, 4), 'open until the epoch ends');
      engine.endEpoch();
      t.deepEqual(met(), Int32Array.of(1, 0, 3, 0), 'unit 2 was silent');
      engine.endEpoch();
      t.deepEqual(met(), Int32Array.of(1, 0, 3, 0), 'no sample in between');
      engine.train(second);
      engine.endEpoch();
      const afterwards = dyingReluGate === 'epoch' ? [0, 2, 0, 4] : [0, 0, 0, 0];
      t.deepEqual(met(), Int32Array.from(afterwards), dyingReluGate);
      const { 'training forward 1 datapath.compare/5': compared } = countsOf(engine.ledgerRows());
      t.is(compared, 4, 'two units, two samples');
    }
  }
});
