import test from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { parseRules } from '../../../src/experiment/estimate/prepare-estimate.js';
import { InputError } from '../../../src/units/input-error.js';
import { prepareText, smallText } from './prepare-text.js';

const digitsText = `name: digits
dataset: { name: digits, trainSamples: 3, testSamples: 2 }
network: FC_20_FC_30_FC_10
activity: { layers: [0.5, 0.25] }
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`;

test('the activity of the input is measured on the data set where it is not stated', async (t) => {
  const { record } = makeEstimate(await prepareText(digitsText));
  // The first three training digits of the packaged set have 35, 30 and 34 pixels above 0: counted in digits-x.npy.
  const [first, second, third] = record.activity.layers;
  t.is(first?.eventsPerTrainingSample, (35 + 30 + 34) / 3);
  t.is(second?.eventsPerTrainingSample, 10);
  t.is(third?.eventsPerTrainingSample, 7.5);
  t.is(third?.activeInputsPercent, 25);
});

test('of inputs normalised by channel those below the mean are events in a signed format, and are not in an unsigned one', async (t) => {
  const eventsIn = async (format: string) => {
    const overrides = ['dataset.normalise=channel', `precision.input=${format}`];
    const { record } = makeEstimate(await prepareText(digitsText, { overrides }));
    return record.activity.layers[0]?.eventsPerTrainingSample;
  };
  // The mean of these 192 pixels is 951/192 = 4.95: pixels of 5 are 0.008 above it and round to 0. Counted in digits-x.npy.
  t.is(await eventsIn('s8.5'), (60 + 63 + 62) / 3);
  t.is(await eventsIn('u8.6'), (24 + 23 + 25) / 3);
});

const wrong: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'no activity of hidden layers',
    'activity: { layers: [0.5, 0.25] }\n',
    '',
    /experiment\.yaml:1:1: activity\.layers: missing; .*there are 2.*--result/,
  ],
  [
    'too few fractions',
    '[0.5, 0.25]',
    '[0.5]',
    /:4:13: activity\.layers: 1 fractions do not fit.*2 hidden/,
  ],
  [
    'a fraction above 1',
    '0.25]',
    '1.5]',
    /:4:27: activity\.layers\[1\]: 1\.5 is too large; it must be at most 1/,
  ],
  [
    'a fraction below 0',
    'layers:',
    'input: -0.1, layers:',
    /:4:20: activity\.input: -0\.1 is too small/,
  ],
];

for (const [what, from, to, message] of wrong) {
  test(`activity with ${what} is refused at its place in the file`, async (t) => {
    await t.throwsAsync(prepareText(digitsText.replace(from, to)), {
      instanceOf: InputError,
      message,
    });
  });
}

test('without samples the activity of the input has to be stated', async (t) => {
  await t.throwsAsync(prepareText(smallText.replace('input: 1, ', '')), {
    instanceOf: InputError,
    message: /:4:1: activity\.input: missing; without samples it cannot be measured/,
  });
});

test('a rule that does not exist is refused with those that do, and the nearest', (t) => {
  t.deepEqual(parseRules('drtp, bp,drtp'), ['drtp', 'bp']);
  t.throws(() => parseRules('drtp,dpf'), {
    instanceOf: InputError,
    message: /--rules drtp,dpf: there is no rule "dpf"; allowed are bp, fa, .*defp/,
  });
});
