import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { assemble, loadShippedProgram, readShippedSource } from '../../../firmware-sim/index.js';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { runFirmware } from '../../../src/experiment/run/firmware-run.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { firstSamples } from '../../../src/experiment/probe/schedule-probe.js';
import { sampleOrder } from '../../../src/time/seeded-order.js';
import { InputEncoder } from '../../../src/mapping/input/input-encoder.js';
import { InputError } from '../../../src/units/input-error.js';

const sampleCount = 12;
const programWords = 128;

async function prepareDigits(sets: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const file = path.join(folder, 'digits.yaml');
  const text = `name: digits
dataset: { name: digits, trainSamples: 60, testSamples: 10 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;
  await writeFile(file, text);
  return prepareExperiment(file, sets, folder);
}

/** Wrong predictions of the fast engine on the same samples: another witness. */
async function wrongByFastEngine(
  { placement, data, inputQuantiser, experiment }: Awaited<ReturnType<typeof prepareDigits>>,
  run: 'train' | 'infer',
) {
  const engine = await makeFastEngine(placement.image);
  const { seed, shuffle } = experiment.training;
  const order = sampleOrder(data.train.sampleCount, seed, 1, shuffle);
  const encoded = new InputEncoder(data.train, inputQuantiser).encode(order, 0, sampleCount);
  const batch = { ...encoded, sampleIndices: order.slice(0, sampleCount) };
  if (run === 'train' && experiment.training.defp.init === 'measure') engine.measure(batch);
  const outputs = engine[run](batch);
  const { classCount } = placement.image;
  return [...batch.labels].filter((label, sample) => {
    const ofSample = [...outputs.subarray(sample * classCount, (sample + 1) * classCount)];
    return ofSample.indexOf(Math.max(...ofSample)) !== label;
  }).length;
}

const cases = [
  ['train-drtp', ['network=FC_16_FC_12_FC_14_FC_10']],
  ['train-drtp', ['network=FC_300_FC_10', 'hardware=mesh-28nm']],
  ['train-defp', ['training.rule=defp', 'training.defp.init=measure']],
  ['train-dfa', ['training.rule=dfa', 'network=FC_16_FC_12_FC_10']],
  ['train-bp', ['training.rule=bp', 'network=FC_16_FC_12_FC_10']],
  ['train-bp', ['training.rule=fa', 'training.batch=4', 'hardware=large-28nm']],
  ['train-bp', ['training.rule=bp', 'network=CONV_4_3_1_1_FC_10', 'hardware=large-28nm']],
  ['inference', ['network=FC_16_FC_12_FC_10']],
] as const;

for (const [name, sets] of cases) {
  test(`${name} on digits, ${sets.join(', ')}: weights, outputs and layer cycles of the hardwired controller, errors of the fast engine (spec §8)`, async (t) => {
    const prepared = await prepareDigits(sets);
    const program = await loadShippedProgram(name);
    const record = await runFirmware(prepared, { program, programWords, sampleCount });
    t.deepEqual(
      { ...record.hardwired, elapsedCycles: 0 },
      { elapsedCycles: 0, sameWeights: true, sameOutputs: true, sameLayerCycles: true },
    );
    const run = name === 'inference' ? 'infer' : 'train';
    t.is(record.run, name === 'inference' ? 'inference' : 'training');
    t.is(record.isMeasuredFirst, sets.join().includes('measure'));
    t.is(record.wrong, await wrongByFastEngine(prepared, run));
    t.true(record.cycles.forward > 0);
    t.is(record.cycles.readout > 0, name === 'inference');
    t.true(record.cycles.control > record.cycles.asleep);
    t.is(record.fetches, record.executed);
  });
}

test('train-drtp-pipelined on a bus: layers that send at a time wait for each other, so phases take longer than §5 says, to the weights and outputs of the hardwired controller (spec §8)', async (t) => {
  const prepared = await prepareDigits(['network=FC_100_FC_60_FC_10']);
  const program = await loadShippedProgram('train-drtp-pipelined');
  const { hardwired, cycles } = await runFirmware(prepared, { program, programWords, sampleCount });
  t.true(hardwired.sameWeights);
  t.true(hardwired.sameOutputs);
  t.false(hardwired.sameLayerCycles);
  const { image } = prepared.placement;
  const engine = await makeFastEngine(image);
  engine.train(firstSamples(prepared, sampleCount));
  const clocks = cycleRows(image, engine.activity()).filter(
    ({ componentAction }) => componentAction === 'clock.cycle',
  );
  const uncontended = (...wanted: readonly string[]) =>
    clocks.reduce((sum, { phase, count }) => sum + (wanted.includes(phase) ? count : 0), 0);
  t.true(cycles.forward >= uncontended('forward'));
  t.true(cycles.feedback >= uncontended('feedback'));
  t.is(cycles.update, uncontended('update'));
  t.true(cycles.forward + cycles.feedback > uncontended('forward', 'feedback'));
});

test('a changed program is seen to be different: without the update of layer 1, other weights (issue 4 item 5)', async (t) => {
  const prepared = await prepareDigits(['training.rule=bp']);
  const source = await readShippedSource('train-bp');
  const text = source.replace(
    'st   r3, START_UPDATE(r2)',
    'addi r3, r3, -1\n st   r3, START_UPDATE(r2)',
  );
  t.not(text, source);
  const program = assemble(text, 'changed.s');
  const record = await runFirmware(prepared, { program, programWords, sampleCount });
  t.false(record.hardwired.sameWeights);
  t.false(record.hardwired.sameLayerCycles);
});

test('more samples than there are, and a program larger than its memory, are wrong input', async (t) => {
  const prepared = await prepareDigits([]);
  const program = await loadShippedProgram('train-drtp');
  const skipping = await prepareDigits(['training.updateSkip.whenErrorBelow=0.5']);
  await t.throwsAsync(runFirmware(skipping, { program, programWords, sampleCount }), {
    instanceOf: InputError,
    message: /^firmware: training\.updateSkip is not possible, .*leave updateSkip out/,
  });
  await t.throwsAsync(runFirmware(prepared, { program, programWords, sampleCount: 61 }), {
    instanceOf: InputError,
    message: /^firmware: --samples 61 is outside 1\.\.60, the training samples of digits/,
  });
  await t.throwsAsync(runFirmware(prepared, { program, programWords: 16, sampleCount }), {
    instanceOf: InputError,
    message:
      /train-drtp\.s: the program has \d+ words, program memory 16; make the program shorter/,
  });
});
