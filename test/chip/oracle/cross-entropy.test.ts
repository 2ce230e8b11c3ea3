import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { observeSamples } from '../../../src/chip/oracle/observe-sample.js';
import {
  countsOf,
  samples,
  smallDefp,
  chipImage,
  type SmallLayer,
  type ImageOptions,
} from '../images/chip-image.js';

/*
 * 1-1-2, hidden tanh and linear outputs, s8.4 throughout. x = 1: hidden z = 8 at 5 bits = ¼ → table input 1 → entry 2:
 * h = 6/16. Outputs: ±w·h = ±8·6 at 7 bits → ±12 at 5 bits → ±6 at 4: y = ¾·½ = 6, −6. u = 0, 12·16 = 192:
 * E = 65536, 65536·e^(−0.75) = 30957; S = 96493: p = 44511, 21025 (65536·65536 = 44510.9·96493).
 */
const hidden: SmallLayer = {
  weights: [2],
  biases: [0],
  feedback: [3, -4],
  function: 'tanh',
};
const output: SmallLayer = { weights: [8, -8], biases: [0, 0], function: 'none' };
const options: ImageOptions = { loss: 'ce', formats: { output: 's8.4', delta: 's20.16' } };
const sample = samples([4], [0], [0]);

function imageOf(more: ImageOptions = {}, layers: readonly SmallLayer[] = [hidden, output]) {
  return chipImage(layers, {
    ...options,
    ...more,
    formats: { ...options.formats, ...more.formats },
  });
}

/** The errors of one sample at the beginning. */
function errorsOf(image: ReturnType<typeof imageOf>) {
  const state = new OracleEngine(image).learnedState();
  const [layers] = observeSamples(image, state, sample);
  return layers ?? [];
}

test('the error of the output layer is p − t, times f′ (spec §2.13)', (t) => {
  const [, linear] = errorsOf(imageOf());
  t.deepEqual(linear?.outputsRaw, Float64Array.of(6, -6));
  t.deepEqual(linear?.deltaHRaw, Float64Array.of(44511 - 65536, 21025));
  t.deepEqual(linear?.deltaZRaw, Float64Array.of(44511 - 65536, 21025));
  // relu: y = 6, 0: u = 96: E = 65536·e^(−0.375) = 45042; S = 110578: p = 38841, 26695; f′ = 1, 0.
  const [, relu] = errorsOf(imageOf({}, [hidden, { ...output, function: 'relu' }]));
  t.deepEqual(relu?.deltaHRaw, Float64Array.of(38841 - 65536, 26695));
  t.deepEqual(relu?.deltaZRaw, Float64Array.of(38841 - 65536, 0));
});

test('dfa and sdfa take p − t where outputs are linear, else y − t (spec §2.13)', (t) => {
  const rules = [
    // −21025·3 + 21025·(−4) at 18 bits: −147175/4 = −36793.75.
    ['dfa', 'none', -36794],
    // −3 − 4 = −7 at 2 bits.
    ['sdfa', 'none', -7 * 2 ** 14],
    // relu: y − t = 6 − 16, 0: −10·3 = −30 at 6 bits.
    ['dfa', 'relu', -30 * 2 ** 10],
    ['sdfa', 'relu', -3 * 2 ** 14],
  ] as const;
  for (const [kind, name, deltaH] of rules) {
    const image = imageOf({ rule: { kind } }, [hidden, { ...output, function: name }]);
    t.deepEqual(errorsOf(image)[0]?.deltaHRaw, Float64Array.of(deltaH), `${kind} ${name}`);
  }
});

test('defp loss keeps 1 − p_c, defp error 1 − y_c (spec §2.13)', (t) => {
  const kept = (variant: 'loss' | 'error') => {
    const dut = new OracleEngine(
      imageOf({ rule: smallDefp(variant, 1), formats: { delayedError: 's12.8' } }),
    );
    dut.measure(sample);
    return dut.learnedState().delayedErrors?.raw;
  };
  // 21025/256 = 82.1; (16 − 6)·16.
  t.deepEqual(kept('loss'), Int32Array.of(82));
  t.deepEqual(kept('error'), Int32Array.of(160));
});

/** Rows of layer 2 that the softmax books, and the subtraction p − t. */
function softmaxRows(dut: OracleEngine): Record<string, number> {
  const actions = [
    'compare',
    'lookup/16',
    'reciprocal',
    'add/8',
    'add/32',
    'multiply/32',
    'add/20',
  ];
  return Object.fromEntries(
    Object.entries(countsOf(dut.ledgerRows())).filter(
      ([key]) => key.includes('update 2') && actions.some((action) => key.includes(action)),
    ),
  );
}

const onceASample = {
  'training update 2 datapath.compare/8': 1,
  'training update 2 datapath.add/8': 2,
  'training update 2 activation.lookup/16': 2,
  'training update 2 datapath.add/32': 1,
  'training update 2 datapath.reciprocal/32': 1,
  'training update 2 datapath.multiply/32': 2,
};

test('the softmax is booked once in a sample that needs p, the subtraction where δz is made (spec §4.5)', (t) => {
  const trained = (more: ImageOptions, isTrainable = true) => {
    const dut = new OracleEngine(imageOf(more, [hidden, { ...output, isTrainable }]));
    dut.train(sample);
    return softmaxRows(dut);
  };
  const subtraction = { 'training update 2 datapath.add/20': 2 };
  t.deepEqual(trained({ rule: { kind: 'dfa' } }), { ...onceASample, ...subtraction });
  t.deepEqual(trained({ rule: { kind: 'dfa' } }, false), onceASample);
  t.deepEqual(trained({ rule: smallDefp('loss', 1) }, false), onceASample);
  t.deepEqual(trained({ rule: smallDefp('error', 1) }, false), {});
  t.deepEqual(trained({}, false), {});
});

test('the measuring pass books the softmax for defp loss only, inference never (spec §4.5)', (t) => {
  for (const [variant, rows] of [
    ['loss', onceASample],
    ['error', {}],
  ] as const) {
    const dut = new OracleEngine(imageOf({ rule: smallDefp(variant, 1) }));
    dut.measure(sample);
    dut.infer(sample);
    t.deepEqual(softmaxRows(dut), rows, variant);
  }
});
