import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import type { RunSettings } from '../../../src/experiment/run/sides/run-settings.js';
import { packageRoot } from '../../../src/package-root.js';

/* Records of small runs that differ in what their pages show. */

/** A few of the packaged digits; further keys by `--set`. */
const digits = [
  'name: small',
  'dataset: { name: digits, trainSamples: 40, testSamples: 30 }',
  'network: FC_6_FC_10',
  'training: { rule: drtp, epochs: 2, learningRate: 2^-4, loss: bce, seed: 3 }',
  'hardware: edge-28nm',
  'reference: { enabled: true, backend: cpu }',
  '',
].join('\n');

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'records-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

async function run(
  folder: string,
  name: string,
  overrides: readonly string[],
  settings: RunSettings = {},
): Promise<ResultRecord> {
  const prepared = await prepareExperiment(path.join(folder, name), overrides, folder);
  return runExperiment(prepared, {
    outputFolder: path.join(folder, 'out'),
    cacheFolder: path.join(folder, 'cache'),
    ...settings,
  });
}

/** A run on the digits. */
export async function runDigits(
  t: ExecutionContext,
  overrides: readonly string[],
): Promise<ResultRecord> {
  const folder = folderOf(t);
  writeFileSync(path.join(folder, 'e.yaml'), digits);
  return run(folder, 'e.yaml', overrides);
}

/** The same, stopped after its first epoch and gone on with. */
export async function runResumed(
  t: ExecutionContext,
  overrides: readonly string[],
): Promise<ResultRecord> {
  const folder = folderOf(t);
  writeFileSync(path.join(folder, 'e.yaml'), digits);
  const interruption = new AbortController();
  await t.throwsAsync(
    run(folder, 'e.yaml', overrides, {
      signal: interruption.signal,
      onProgress: ({ samplesDone }) => {
        if (samplesDone >= 40) interruption.abort();
      },
    }),
  );
  return run(folder, 'e.yaml', overrides);
}

/** A run of one of the cases. */
export async function runCase(
  t: ExecutionContext,
  folder: string,
  name: string,
  overrides: readonly string[],
): Promise<ResultRecord> {
  const copy = folderOf(t);
  cpSync(path.join(packageRoot, 'test', 'cases', folder), copy, { recursive: true });
  return run(copy, name, overrides);
}

/** A run of an experiment file where it stands. */
export async function runFile(
  t: ExecutionContext,
  file: string,
  overrides: readonly string[],
): Promise<ResultRecord> {
  const folder = folderOf(t);
  return runExperiment(await prepareExperiment(file, overrides, folder), {
    outputFolder: path.join(folder, 'out'),
    cacheFolder: path.join(folder, 'cache'),
  });
}

/** The price of a name, taken out of a technology file. */
function withoutPrice(technology: string, name: string): string {
  const block = new RegExp(`^  ${name.replace('.', '\\.')}:\\n(?: {4}.*\\n)+`, 'm');
  if (!block.test(technology)) throw new RangeError(`${name} has no price to take out`);
  return technology.replace(
    block,
    `  ${name}:\n    energy: null\n    kind: unknown\n    source: Not known.\n`,
  );
}

/** A run on chip edge-28nm whose technology does not know some prices; null: it knows none. */
export async function runUnpriced(
  t: ExecutionContext,
  names: readonly string[] | null,
  overrides: readonly string[],
): Promise<ResultRecord> {
  const folder = folderOf(t);
  const models = path.join(packageRoot, 'hardware-models');
  const table = 'cacti-7-sram.csv';
  cpSync(path.join(models, 'technologies', table), path.join(folder, table));
  const shipped = readFileSync(path.join(models, 'technologies', 'generic-28nm.yaml'), 'utf8');
  const empty =
    'name: t\ndescription: d\nnode: 28 nm\nvoltage: { lowest: 0.6 V, highest: 1 V }\nprices: {}\n';
  const technology = names === null ? empty : names.reduce(withoutPrice, shipped);
  writeFileSync(path.join(folder, 'technology.yaml'), technology);
  const chip = readFileSync(path.join(models, 'chips', 'edge-28nm.yaml'), 'utf8');
  writeFileSync(
    path.join(folder, 'chip.yaml'),
    chip.replace(/^technology: .*$/m, 'technology: ./technology.yaml'),
  );
  writeFileSync(path.join(folder, 'e.yaml'), digits);
  return run(folder, 'e.yaml', ['hardware=./chip.yaml', ...overrides]);
}
