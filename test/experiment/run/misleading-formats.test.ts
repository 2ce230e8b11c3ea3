import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { InputError } from '../../../src/units/input-error.js';
import { makeFolder, runText } from '../small-run.js';

const text = `
name: small
dataset: { name: digits, trainSamples: 300, testSamples: 100 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;

async function prepare(overrides: readonly string[]) {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  return prepareExperiment(file, overrides, folder);
}

/** The remedy that a sentence ends with, as a setting. */
function remedyIn(message: string): string {
  return (
    /use (?:a signed format such as|a format with more range such as)? ?(?<format>[su]\d+\.-?\d+)/.exec(
      message,
    )?.groups?.['format'] ?? 'none'
  );
}

const refused: readonly (readonly [
  what: string,
  key: string,
  overrides: readonly string[],
  sentence: RegExp,
])[] = [
  [
    'an unsigned delayed error makes fullVector the error variant (rules.md)',
    'delayedError',
    ['training.rule=defp', 'training.defp.variant=fullVector'],
    /precision\.delayedError: u8\.8 is unsigned: .* variant error bit for bit/,
  ],
  [
    '1/y never fits a delayed error below 1: loss would be drtp (rules.md)',
    'delayedError',
    ['training.rule=defp', 'training.defp.variant=loss'],
    /precision\.delayedError: u8\.8 ends at 1: .* the rule would be drtp/,
  ],
  [
    '1/y of the last sample never fits one either',
    'delayedError',
    ['training.rule=defp', 'training.defp.variant=lastLoss'],
    /precision\.delayedError: u8\.8 ends at 1: .* variant lastLoss keeps 1\/y/,
  ],
  [
    'tanh in a format of ±0.5 is another function',
    'activation',
    ['precision.activation=s8.8'],
    /precision\.activation: s8\.8 ends at 0\.5, but tanh of layer 1 reaches 1/,
  ],
  [
    'sigmoid in a format of 0 to 0.25 is another function',
    'output',
    ['precision.output=u6.8'],
    /precision\.output: u6\.8 ends at 0\.25, but sigmoid of layer 2 reaches 1/,
  ],
];

for (const [what, key, overrides, sentence] of refused) {
  test(`${what}: refused, and the format of the remedy runs`, async (t) => {
    const error = await t.throwsAsync(prepare(overrides), { instanceOf: InputError });
    t.regex(error.message, sentence);
    const others = overrides.filter((override) => !override.startsWith('precision.'));
    await t.notThrowsAsync(prepare([...others, `precision.${key}=${remedyIn(error.message)}`]));
  });
}

test('values that end inside the activation unit are not counted, so their saturations are null', async (t) => {
  const result = await runText(text, ['precision.output=u3.3', 'activation.hidden=relu']);
  const ends = result.fixedPoint.filter(({ tensor }) => /^(activation|output)$/.test(tensor));
  t.deepEqual(
    ends.map(({ layer, saturations }) => [layer, saturations]),
    [
      [1, null],
      [2, null],
    ],
  );
});

test('where f of the chip ends and that of the reference does not, a note says so', async (t) => {
  const overrides = ['reference.enabled=true', 'reference.backend=cpu', 'activation.hidden=relu'];
  const { notes } = await runText(text, overrides);
  t.true(notes.some((note) => /do not compute the same f: .*relu of layer 1 ends/.test(note)));
});

test('inputs outside their format are a warning before training and in the record; encoded inputs split the points lost', async (t) => {
  const overrides = [
    'precision.input=u8.10',
    'reference.enabled=true',
    'reference.backend=cpu',
    'reference.inputs=encoded',
  ];
  const { warnings, accuracy, dataset } = await runText(text, overrides);
  const ofInputs = warnings.filter((warning) => warning.startsWith('Inputs do not fit'));
  t.is(ofInputs.length, 1);
  t.regex(
    ofInputs[0] ?? '',
    /range from 0 to 1, and .* lie outside u8\.10.*precision\.input: u8\.8/,
  );
  t.is(dataset.inputs?.fittingFormat, 'u8.8');
  const { encoded, lossPoints } = accuracy;
  const sum = (encoded?.encodingPoints ?? NaN) + (encoded?.formatPoints ?? NaN);
  t.true(Math.abs(sum - (lossPoints ?? NaN)) < 1e-9);
  t.deepEqual((await runText(text, ['precision.input=u8.8'])).warnings, []);
});

test('a tensor most of whose values saturate is a warning, and with the range that it asks for there is none', async (t) => {
  // Weights of ±2^-6 under a step of 2^-1: nearly every update goes to the end of the range.
  const narrow = ['precision.weight=s4.9', 'precision.bias=s16.14', 'training.learningRate=2^-1'];
  const { warnings } = await runText(text, narrow);
  const warning = warnings.find((sentence) => /^weight of layer \d saturates/.test(sentence)) ?? '';
  t.regex(warning, /saturates in \d\d[\d.]* % of its values: .*give precision\.weight more range/);
  const wide = narrow.map((key) => key.replace('s4.9', 's8.4'));
  const after = await runText(text, wide);
  t.false(after.warnings.some((sentence) => /^weight of layer/.test(sentence)));
});

test('saturations of delayed errors are a share of the values kept: C a sample, of a mean one per epoch and measuring pass', async (t) => {
  // Errors near 1 in a format that ends at 0.109 (7 of 64).
  const few = ['dataset.trainSamples=20', 'training.rule=defp', 'precision.delayedError=s4.6'];
  const delayed = async (overrides: readonly string[]) => {
    const result = await runText(text, [...few, ...overrides]);
    const row = result.fixedPoint.find(({ tensor }) => tensor === 'delayedError');
    const warning = result.warnings.find((one) => one.startsWith('the delayed error')) ?? '';
    return { values: row?.values, saturations: row?.saturations ?? NaN, warning };
  };
  const mean = ['training.defp.variant=aggregated', 'training.epochs=2'];
  const measured = await delayed([...mean, 'training.defp.init=measure']);
  t.is(measured.values, 3);
  t.is(measured.saturations, 3);
  t.regex(measured.warning, /saturates in 100 % of its writes/);
  t.is((await delayed(mean)).values, 2);
  const full = await delayed(['training.defp.variant=fullVector', 'training.epochs=2']);
  t.is(full.values, 2 * 20 * 10);
  t.true(full.saturations > 0 && full.saturations <= 400);
});
