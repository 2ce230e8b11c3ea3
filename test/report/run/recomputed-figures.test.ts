import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../../src/package-root.js';
import { renderMarkdown } from '../../../src/report/run/result-markdown.js';

/*
 * Key figures worked out again from the rows of the record, as the contract of result.json defines them: nothing here is
 * taken from what the record says of the figure itself.
 */

const factors: Readonly<Record<string, number>> = {
  pJ: 1e-3,
  nJ: 1,
  µJ: 1e3,
  mJ: 1e6,
  '%': 1,
  µW: 1,
  mW: 1e3,
  W: 1e6,
  nW: 1e-3,
  µs: 1,
  ms: 1e3,
  s: 1e6,
  ns: 1e-3,
  points: 1,
  point: 1,
};

/** The first figure of a text with its unit, in nJ, µW, µs, per cent or points. */
function figureIn(text: string): number {
  const [, number = '', unit = ''] = /^([+−-]?[\d.,]+)\s(\S+?)(?:[\s,;)]|$)/.exec(text) ?? [];
  const factor = factors[unit];
  if (factor === undefined) throw new RangeError(`"${text}" begins with no figure that has a unit`);
  return Number(number.replace('−', '-').replaceAll(',', '')) * factor;
}

type Run = 'inference' | 'training';

function energyNj({ ledger }: ResultRecord, run: Run): number {
  return ledger
    .filter((row) => row.run === run)
    .reduce((sum, { energyPj, samples }) => sum + (energyPj ?? 0) / samples / 1000, 0);
}

/** Every core in use leaks through all cycles of a run. */
function latencyUs({ ledger, hardware }: ResultRecord, run: Run): number {
  const row = ledger.find((one) => one.run === run && one.component === 'leakage');
  return (row?.count ?? NaN) / (row?.samples ?? NaN) / hardware.clockMhz;
}

function memoryPercent({ memory }: ResultRecord): number {
  const bits = (isTraining: boolean) =>
    memory
      .filter(({ trainingOnly }) => trainingOnly === isTraining)
      .reduce((sum, { usedBits }) => sum + usedBits, 0);
  return (100 * bits(true)) / bits(false);
}

test('the figures of the summary are those of the rows of result.json', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'figures-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  cpSync(path.join(packageRoot, 'test', 'cases', 'recorded-time'), folder, { recursive: true });
  for (const name of ['deployment.yaml', 'ttfs.yaml']) {
    const overrides = ['deployment.samplesPerSecond=300'];
    const prepared = await prepareExperiment(path.join(folder, name), overrides, folder);
    const result = await runExperiment(prepared, {
      outputFolder: path.join(folder, 'out'),
      cacheFolder: path.join(folder, 'cache'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const lines = renderMarkdown(result).replaceAll('\u00a0', ' ').split('\n');
    const printed = (label: string): number => {
      const line = lines.find((one) => one.startsWith(`| ${label} |`)) ?? '';
      const cell = line.split('|')[2]?.trim() ?? '';
      // `1,234 cycles, 12.3 µs`: the time.
      return figureIn(cell.replace(/^[\d,]+ cycles, /, ''));
    };
    const time = {
      inference: latencyUs(result, 'inference'),
      training: latencyUs(result, 'training'),
    };
    const energy = {
      inference: energyNj(result, 'inference'),
      training: energyNj(result, 'training'),
    };
    const idle =
      (result.ledger.find((row) => row.component === 'leakage')?.energyPj ?? NaN) /
      (result.ledger.find((row) => row.component === 'leakage')?.count ?? NaN);
    const cores = new Set(
      result.ledger.filter(({ component }) => component === 'leakage').map(({ core }) => core),
    ).size;
    const rate = 300;
    const duty = rate * (0.9 * time.inference + 0.1 * time.training) * 1e-6;
    // pJ per cycle × cycles per µs = µW.
    const idleUw = idle * cores * result.hardware.clockMhz;
    const expected: readonly (readonly [string, number])[] = [
      ['Energy per inference', energy.inference],
      ['Energy per training sample', energy.training],
      ['Latency of an inference', time.inference],
      ['Latency of a training sample', time.training],
      [
        'Learning overhead, energy',
        (100 * (energy.training - energy.inference)) / energy.inference,
      ],
      ['Learning overhead, latency', (100 * (time.training - time.inference)) / time.inference],
      ['Learning overhead, memory', memoryPercent(result)],
      ['Average power, inference at full speed', (1000 * energy.inference) / time.inference],
      ['Average power, training at full speed', (1000 * energy.training) / time.training],
      [
        'Average power at 300 samples/s',
        1e-3 * rate * (0.9 * energy.inference + 0.1 * energy.training) + idleUw * (1 - duty),
      ],
    ];
    for (const [label, value] of expected) {
      // Three significant digits are printed.
      const deviation = Math.abs(printed(label) - value);
      t.true(
        deviation <= Math.abs(value) * 0.006,
        `${name}: ${label}: ${printed(label)}, ${value}`,
      );
    }
  }
});
