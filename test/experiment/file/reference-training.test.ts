import test from 'ava';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runText } from '../small-run.js';

const text = `
name: otherwise
dataset: { name: digits, trainSamples: 200, testSamples: 60 }
network: FC_16_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { backend: cpu }
`;

function referenceErrors({ epochs }: ResultRecord) {
  return epochs.map(({ reference }) => reference?.testErrorPercent);
}

test('the reference is trained with reference.training, the chip with training, each for its own epochs', async (t) => {
  const otherwise = await runText(text, [
    'reference.training={ epochs: 3, learningRate: 2^-3, lossReduction: mean }',
  ]);
  const alike = await runText(text, [
    'training.epochs=3',
    'training.learningRate=2^-3',
    'training.lossReduction=mean',
  ]);
  const plain = await runText(text, []);
  t.deepEqual(referenceErrors(otherwise), referenceErrors(alike));
  t.deepEqual(otherwise.epochs[0]?.chip, plain.epochs[0]?.chip);
  t.deepEqual(
    otherwise.epochs.map(({ chip, trainingEnergyUj }) => [
      chip.testErrorPercent === null,
      trainingEnergyUj === null,
    ]),
    [
      [false, false],
      [true, true],
      [true, true],
    ],
  );
  const { chip, reference, lossPoints } = otherwise.accuracy;
  t.is(chip.testErrorPercent, plain.accuracy.chip.testErrorPercent);
  t.is(reference?.testErrorPercent, alike.accuracy.reference?.testErrorPercent);
  t.is(lossPoints, (chip.testErrorPercent ?? NaN) - (reference?.testErrorPercent ?? NaN));
});

test('the record shows the settings of both, and says where they differ and that the points lost are of two trainings', async (t) => {
  const result = await runText(text, [
    'reference.training={ epochs: 2, optimizer: adam, batch: 20, learningRate: 0.005 }',
  ]);
  t.like(result.referenceTraining?.settings, {
    rule: 'drtp',
    epochs: 2,
    optimizer: 'adam',
    batch: 20,
    learningRate: 0.005,
    loss: 'bce',
  });
  t.deepEqual(result.referenceTraining?.settingsDiffer, [
    'epochs',
    'batch',
    'optimizer',
    'learningRate',
  ]);
  const note = result.notes.find((candidate) => candidate.includes('other settings')) ?? '';
  t.regex(note, /epochs 2 \(chip 1\)/);
  t.regex(note, /optimizer adam \(chip sgd\)/);
  t.regex(note, /compare two trainings/);
});

test('settings that are only written otherwise do not differ', async (t) => {
  // 2^-5 = 0.03125, and options of a rule that is not trained mean nothing.
  const result = await runText(text, [
    'reference.training={ learningRate: 0.03125, defp: { variant: loss }, batch: 1 }',
  ]);
  t.deepEqual(result.referenceTraining?.settingsDiffer, []);
  t.false(result.notes.some((note) => note.includes('other settings')));
});

test('dropout, and a B drawn again or transported, change what the reference learns', async (t) => {
  const plain = referenceErrors(await runText(text, ['reference.training.epochs=3']));
  const more = [
    '{ epochs: 3, dropout: 0.5 }',
    '{ epochs: 3, feedbackPolicy: { name: redrawn, everyEpochs: 1 } }',
    '{ epochs: 3, feedbackPolicy: { name: transported, everyEpochs: 1 } }',
  ];
  for (const settings of more) {
    const result = await runText(text, [`reference.training=${settings}`]);
    t.notDeepEqual(referenceErrors(result), plain, settings);
  }
});
