import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readPublishedRows } from '../../../src/experiment/validation/published-rows.js';
import { readValidation } from '../../../src/experiment/validation/read-validation.js';
import { validateChip, type Verdict } from '../../../src/experiment/validation/validate.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { shippedModel } from '../../../src/hardware/model-files.js';
import type { ComponentAction } from '../../../src/ledger/components.js';
import { packageRoot } from '../../../src/package-root.js';

const published = readPublishedRows();

async function verdictsOf(nameOrPath: string): Promise<ReadonlyMap<string, Verdict>> {
  const { verdicts } = await validateChip(readValidation(nameOrPath, published));
  return new Map(verdicts.map((verdict) => [verdict.claim.name, verdict]));
}

function predicted(verdicts: ReadonlyMap<string, Verdict>, name: string): number {
  return verdicts.get(name)?.predicted.value ?? NaN;
}

/** Relative to what was calculated by hand. */
function isNear(t: ExecutionContext, actual: number, expected: number, relative: number): void {
  t.true(Math.abs(actual - expected) <= relative * expected, `${actual} is not near ${expected}`);
}

test("ODIN's points are those of its published power model, on which the overhead was fixed (Frenkel 2019, Eq. 2)", async (t) => {
  const verdicts = await verdictsOf('odin-28nm');
  // P = 27.3 µW + 1.78 pJ · f + 8.43 pJ · r. The overhead was computed with SRAM and arithmetic to three digits: 0.1 %.
  isNear(t, predicted(verdicts, 'power-75-mhz'), 27.3 + 1.78 * 75 + 8.43 * 37.5, 1e-3);
  isNear(t, predicted(verdicts, 'power-1.3-mhz'), 27.3 + 1.78 * 1.3 + 8.43 * 0.65, 1e-3);
  isNear(t, predicted(verdicts, 'energy-per-operation'), 476.925 / 37.5, 1e-3);
  t.is(predicted(verdicts, 'cycles-per-operation'), 2);
  t.is(predicted(verdicts, 'cycles-per-event'), 1 + 2 * 256);
  for (const { isWithin } of verdicts.values()) t.true(isWithin);
});

test("Loihi's queries are spikes times synapses times 23.6 pJ and neurons times 52 pJ (Davies 2018, Table 2)", async (t) => {
  const verdicts = await verdictsOf('loihi-14nm');
  const neuronsPj = 4_608_000 * 52;
  isNear(t, predicted(verdicts, 'query-fewest-spikes'), 667 * 76_800 * 23.6 + neuronsPj, 1e-9);
  isNear(t, predicted(verdicts, 'query-most-spikes'), 750 * 76_800 * 23.6 + neuronsPj, 1e-9);
});

test("TrueNorth's third point follows from two others: static power as V, events as V² (Merolla 2014)", async (t) => {
  const verdicts = await verdictsOf('truenorth-28nm');
  const eventsPerUs = (1_048_576 * 20 * 128) / 1e6;
  const powerUw = 64_430 * (0.775 / 0.8) + eventsPerUs * 2.297 * (0.775 / 0.8) ** 2;
  isNear(t, predicted(verdicts, 'power'), powerUw, 1e-9);
  isNear(t, predicted(verdicts, 'energy-per-event'), powerUw / eventsPerUs, 1e-9);
});

test('cycles, accesses and the share of traces are those of the code of tinyODIN and the documents of ReckOn', async (t) => {
  const tiny = await verdictsOf('tinyodin-28nm');
  t.is(predicted(tiny, 'cycles-between-queued-events'), 2 + 2 * (255 + 1));
  // 256 synapses of 4 bits in words of 32; its code reads each word twice, which the simulator does not.
  t.is(predicted(tiny, 'synapse-reads-per-event'), (256 * 4) / 32);
  t.is(predicted(tiny, 'neuron-reads-per-event'), 256);
  const reckon = await verdictsOf('reckon-28nm');
  t.is(predicted(reckon, 'cycles-per-event'), 256);
  t.is(predicted(reckon, 'cycles-per-operation'), 1);
  // 100 axons of ⌈100 / 16⌉ words, two cycles each; 100 biases of a word each, rewritten in two; δz of 100 neurons in 16 lanes.
  t.is(predicted(reckon, 'cycles-of-an-e-prop-step'), 100 * 7 * 2 + 100 * 2 + 7);
  t.is(predicted(reckon, 'weight-reads-of-an-e-prop-step'), (40 + 100) * 7);
  // 256 neurons with traces of 12, 12 and 10 bits; 2 + 64 + 64 + 8 KiB.
  isNear(t, predicted(reckon, 'memory-overhead'), (100 * 256 * 34) / (138 * 8192), 1e-9);
});

test('accuracies are those of the kept runs, 100 less the test error', async (t) => {
  const verdicts = await verdictsOf('spoon-28nm');
  const kept = (folder: string) =>
    JSON.parse(readFileSync(path.join(packageRoot, 'reports', folder, 'result.json'), 'utf8')) as {
      accuracy: Record<'chip' | 'reference', { testErrorPercent: number } | null>;
    };
  const chip = kept('spoon-mnist').accuracy.chip?.testErrorPercent ?? NaN;
  const reference = kept('spoon-mnist-bp').accuracy.reference?.testErrorPercent ?? NaN;
  t.is(predicted(verdicts, 'accuracy-on-chip'), 100 - chip);
  t.is(predicted(verdicts, 'accuracy-off-chip'), 100 - reference);
});

test("SPOON's estimates are the energies and the latency of the kept run, with today's prices", async (t) => {
  const verdicts = await verdictsOf('spoon-28nm');
  const { perSample } = JSON.parse(
    readFileSync(path.join(packageRoot, 'reports/spoon-mnist/result.json'), 'utf8'),
  ) as { perSample: Record<'inference' | 'training', { energyNj: number; latencyUs: number }> };
  const { inference, training } = perSample;
  // Prices may have moved since the run by what technologies were corrected by; counts have not.
  isNear(t, predicted(verdicts, 'energy-per-classification'), 1000 * inference.energyNj, 0.02);
  isNear(t, predicted(verdicts, 'latency'), 1000 * inference.latencyUs, 1e-3);
  const overhead = (100 * (training.energyNj - inference.energyNj)) / inference.energyNj;
  isNear(t, predicted(verdicts, 'power-overhead'), overhead, 0.02);
});

test("ReckOn's energies are counts of its published code times prices; an increase is a ratio of two such powers", async (t) => {
  const chip = loadChip('reckon-28nm');
  const price = (componentAction: ComponentAction, bits: number | null) =>
    chip.unitPrice({ componentAction, bits })?.energyPj ?? NaN;
  // Static power goes with the bits: 138 KiB of memories, where a core of the file has those of four arrays.
  const cores = 2.04255;
  const core = 4096 * 128 + 128 * 128 + 256 * 16 + 256 * 34;
  isNear(t, cores, (138 * 8192) / core, 1e-5);
  const everyCycle =
    price('clock.cycle', null) +
    price('clock.ungated', null) +
    cores * price('leakage.cycle', null);
  const operation =
    (price('neurons.read', 128) + price('neurons.write', 128)) / 2 +
    price('synapses.read', 128) / 16 +
    price('datapath.add', 16) +
    everyCycle;
  const weights = 2 * 256 * 256;
  const step =
    (2 * 4096 + 256) * (price('synapses.read', 128) + price('synapses.write', 128)) +
    16 * 136 * price('neurons.read', 128) +
    weights * (price('datapath.multiply', 16) + price('datapath.multiply', 12)) +
    weights * (2 * price('datapath.add', 32) + price('random.draw', 32)) +
    16 * (32 + 512) * (everyCycle + 2 * price('clock.update', null));
  const verdicts = await verdictsOf('reckon-28nm');
  isNear(t, predicted(verdicts, 'energy-per-operation'), operation, 1e-9);
  isNear(t, predicted(verdicts, 'power-of-inference'), 13 * operation, 1e-9);
  // The rate of steps is 13 MHz / 8704, with nine digits.
  isNear(t, predicted(verdicts, 'energy-of-learning'), step, 1e-8);
  isNear(t, predicted(verdicts, 'power-overhead'), 100 * (step / 8704 / operation - 1), 1e-7);
});

/** A shipped file, that of tinyODIN unless another is named, with an edit, beside nothing else. */
function editedFile(
  t: ExecutionContext,
  from: string | RegExp,
  to: string,
  name = 'tinyodin-28nm',
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'validation-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const original = readFileSync(shippedModel('validation', name).absolutePath, 'utf8');
  const text = original.replace(from, to);
  if (text === original) throw new Error(`${String(from)} is not in the file to edit`);
  const file = path.join(folder, 'mine.yaml');
  writeFileSync(file, text);
  return file;
}

test('a verdict is within exactly when the relative error is at most the tolerance', async (t) => {
  // 514 predicted; of 511 it is 3 / 511 = 0.587 % too much.
  const published511 = 'value: 511 cycles';
  for (const [tolerance, isWithin] of [
    [0.58, false],
    [0.59, true],
  ] as const) {
    const file = editedFile(
      t,
      /value: 513 cycles([\s\S]*?)tolerancePercent: 0/,
      `${published511}$1tolerancePercent: ${tolerance}`,
    );
    const verdict = (await verdictsOf(file)).get('cycles-per-event');
    t.is(verdict?.isWithin, isWithin);
    t.true(Math.abs((verdict?.errorPercent ?? NaN) - 300 / 511) < 1e-9);
  }
});

test('the worst of its constants is the basis of a prediction: fitted, calibrated, blind', async (t) => {
  const basisOf = async (file: string) =>
    (await verdictsOf(file)).get('cycles-between-queued-events')?.basis;
  t.is(await basisOf('tinyodin-28nm'), 'fitted');
  t.is(await basisOf(editedFile(t, /basis: fitted/, 'basis: blind')), 'calibrated');
  const allBlind = editedFile(
    t,
    /basis: fitted([\s\S]*?)basis: calibrated/,
    'basis: blind$1basis: blind',
  );
  t.is(await basisOf(allBlind), 'blind');
});

test('an area that is not that of the chip file, and does not say what it leaves out, is refused with file, line and column', async (t) => {
  const refusals = [
    [
      /\n +- \{\s+component: bias,[^}]*\}/,
      '',
      /has bias on 1 cores, the parts count 0: .*cores: 1, why/,
    ],
    [/component: bias,\s+cores: 1/, 'component: bias, cores: 2', /has bias on 1 cores/],
    [/component: bias,\s+cores: 1/, 'component: gradient, cores: 1', /has bias on 1 cores/],
  ] as const;
  for (const [from, to, reason] of refusals) {
    const error = await t.throwsAsync(verdictsOf(editedFile(t, from, to, 'odin-28nm')));
    t.regex(error.message, /mine\.yaml:\d+:\d+: claims\[\d+\]\.prediction\.leavesOut: odin-28nm /);
    t.regex(error.message, reason);
  }
});
