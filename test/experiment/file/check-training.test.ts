import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { InputError } from '../../../src/units/input-error.js';
import { makeFolder } from '../small-run.js';

const text = `name: small
dataset: { name: digits, trainSamples: 20, testSamples: 10 }
network: FC_20_FC_10
activation: { hidden: tanh, output: sigmoid }
training:
  rule: drtp
  epochs: 2
  learningRate: 2^-5
hardware: edge-28nm
reference:
  enabled: true
`;

async function refusal(edited: string): Promise<string> {
  const folder = await makeFolder();
  const file = path.join(folder, 'small.yaml');
  await writeFile(file, edited);
  try {
    await prepareExperiment(file, [], folder);
    return 'not refused';
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}${path.sep}`, '');
    throw error;
  }
}

/** The experiment with lines of `training` and `reference` in addition, and others in place of its own. */
function edit(
  training: string,
  reference = '',
  replaced: readonly (readonly [string, string])[] = [],
): string {
  const whole = text
    .replace('hardware:', training === '' ? 'hardware:' : `  ${training}\nhardware:`)
    .concat(reference === '' ? '' : `  training: { ${reference} }\n`);
  return replaced.reduce((edited, [from, to]) => {
    if (!edited.includes(from)) throw new Error(`"${from}" is not in the text to edit`);
    return edited.replace(from, to);
  }, whole);
}

const onlyOutput = ['FC_20_FC_10', 'FC_10'] as const;
const convolution = ['FC_20_FC_10', 'CONV_4_3_1_1_FC_10'] as const;

const refused: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'dropout on the chip',
    edit('dropout: 0.2'),
    /^small\.yaml:9:12: training\.dropout: 0\.2 .*the chip cannot; write it under reference\.training/,
  ],
  [
    'a dying-relu gate without relu, on the chip',
    edit('dyingReluGate: epoch'),
    /^small\.yaml:9:18: training\.dyingReluGate: .*hidden relu/,
  ],
  [
    'a B drawn again on the chip for a rule that has none',
    edit('feedbackPolicy: { name: redrawn, everyEpochs: 2 }', '', [['rule: drtp', 'rule: bp']]),
    /^small\.yaml:9:\d+: training\.feedbackPolicy: rule bp has no feedback weights/,
  ],
  [
    'the loss as the chip’s delayed error',
    edit('defp: { variant: lossValue }', '', [['rule: drtp', 'rule: defp']]),
    /^small\.yaml:9:\d+: training\.defp\.variant: lossValue .*reference\.training/,
  ],
  [
    'η scaled sample by sample in batches',
    edit('defp: { variant: movingRate }', '', [
      ['rule: drtp', 'rule: defp'],
      ['  epochs: 2', '  batch: 4\n  epochs: 2'],
    ]),
    /^small\.yaml:\d+:\d+: training\.batch: with defp movingRate every sample scales η .*use batch: 1/,
  ],
  [
    'fa without a hidden layer',
    edit('', '', [onlyOutput, ['rule: drtp', 'rule: fa']]),
    /^small\.yaml:6:9: training\.rule: fa needs a hidden layer/,
  ],
  [
    'bce with outputs that are no probabilities',
    edit('', '', [['output: sigmoid', 'output: none']]),
    /^small\.yaml:4:\d+: activation\.output: loss bce needs/,
  ],
  [
    'bce in the reference alone, with such outputs',
    edit('loss: mse', 'loss: bce', [['output: sigmoid', 'output: none']]),
    /^small\.yaml:13:\d+: reference\.training\.loss: bce needs .*none.*use mse or ce/,
  ],
  [
    'a B drawn again for a rule that has none',
    edit('', 'feedbackPolicy: { name: redrawn, everyEpochs: 1 }', [['rule: drtp', 'rule: bp']]),
    /^small\.yaml:12:\d+: reference\.training\.feedbackPolicy: rule bp has no feedback weights/,
  ],
  [
    'a transported B of convolutions',
    edit('', 'feedbackPolicy: { name: transported, everyEpochs: 1 }', [convolution]),
    /^small\.yaml:12:\d+: reference\.training\.feedbackPolicy: .*CONV layers cannot be transported/,
  ],
  [
    'a dying-relu gate without relu',
    edit('', 'dyingReluGate: permanent'),
    /^small\.yaml:12:\d+: reference\.training\.dyingReluGate: .*hidden relu/,
  ],
  [
    'a dying-relu gate for a rule without columns of B',
    edit('', 'dyingReluGate: permanent', [
      ['rule: drtp', 'rule: fa'],
      ['hidden: tanh', 'hidden: relu'],
    ]),
    /^small\.yaml:12:\d+: reference\.training\.dyingReluGate: .*rule fa has none/,
  ],
  [
    'width factors for other layers than there are',
    edit('feedbackWidths: [1, 0.5]'),
    /^small\.yaml:9:3: training\.feedbackWidths: 2 factors .*hidden layer of the network \(1\)/,
  ],
  [
    'a frozen layer that does not exist',
    edit('frozenLayers: [3]'),
    /^small\.yaml:9:3: training\.frozenLayers: layer 3 does not exist, the network has 2/,
  ],
  [
    'every layer frozen',
    edit('frozenLayers: [2, 1]'),
    /^small\.yaml:9:3: training\.frozenLayers: every layer is frozen/,
  ],
  [
    'a schedule that ends at a rate of 0',
    edit('schedule: { name: cosine, epochs: 1 }'),
    /^small\.yaml:9:3: training\.schedule: the learning rate comes down to 0/,
  ],
  [
    'a schedule without its parameters',
    edit('schedule: { name: step, factor: 0.5 }'),
    /^small\.yaml:9:3: training\.schedule\.everyEpochs: missing/,
  ],
  [
    'a schedule of no known kind',
    edit('schedule: { name: linear }'),
    /^small\.yaml:9:\d+: training\.schedule\.name: "linear" is not allowed; allowed: constant, step/,
  ],
  [
    'a kernel larger than its input',
    edit('', '', [['FC_20_FC_10', 'CONV_4_9_1_0_FC_10']]),
    /^small\.yaml:3:10: network: layer 1: a kernel of 9×9 is larger than its input of 8×8/,
  ],
  [
    'maps too small to pool',
    edit('', '', [['FC_20_FC_10', 'CONV_4_8_1_0_FC_10']]),
    /^small\.yaml:3:10: network: layer 1: its maps are 1×1, too small .*max pooling/,
  ],
  [
    'a convolution behind a fully-connected layer',
    edit('', '', [
      [
        'FC_20_FC_10',
        '[{ type: fc, neurons: 9 }, { type: conv, channels: 2, kernel: 3 }, { type: fc, neurons: 10 }]',
      ],
    ]),
    /^small\.yaml:3:\d+: network: layer 2: CONV needs maps/,
  ],
  [
    'a convolution without a kernel',
    edit('', '', [['FC_20_FC_10', '[{ type: conv, channels: 2 }, { type: fc, neurons: 10 }]']]),
    /^small\.yaml:3:\d+: network.*kernel: missing/,
  ],
  [
    'a batch of 0',
    edit('batch: 0'),
    /^small\.yaml:9:10: training\.batch: 0 is too small; it must be at least 1/,
  ],
  [
    'a setting that chip and reference always share',
    edit('', 'rule: bp'),
    /^small\.yaml:12:\d+: reference\.training\.rule: unknown key; allowed are .*optimizer/,
  ],
];

for (const [what, edited, message] of refused) {
  test(`${what} is refused at its key`, async (t) => {
    t.regex(await refusal(edited), message);
  });
}

test('the experiment that the others are edits of is not refused', async (t) => {
  t.is(await refusal(text), 'not refused');
});
