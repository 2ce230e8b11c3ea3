import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Estimate, makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { prepareEstimate } from '../../../src/experiment/estimate/prepare-estimate.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../../src/package-root.js';

const text = `name: small
dataset: { name: digits, trainSamples: 210, testSamples: 40 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;

interface Run {
  readonly file: string;
  readonly folder: string;
  readonly overrides: readonly string[];
  readonly result: ResultRecord;
}

/** Runs the experiment and keeps its record where `estimate` looks for it. */
export async function run(overrides: readonly string[]): Promise<Run> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  for (const [shipped, name] of [
    ['edge-28nm', 'gated'],
    ['edge-28nm-fused', 'gated-fused'],
  ] as const) {
    const chip = await readFile(
      path.join(packageRoot, 'hardware-models/chips', `${shipped}.yaml`),
      'utf8',
    );
    const gated = chip
      .replace(`name: ${shipped}`, `name: ${name}`)
      .replace('writeGating: none', 'writeGating: word');
    await writeFile(path.join(folder, `${name}.yaml`), gated);
    const beside = gated
      .replace(`name: ${name}`, 'name: beside')
      .replace('schedule: fused', 'schedule: beside');
    await writeFile(path.join(folder, 'beside.yaml'), beside);
  }
  const result = await runExperiment(await prepareExperiment(file, overrides, folder), {
    outputFolder: folder,
    cacheFolder: folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await writeFile(path.join(folder, 'result.json'), JSON.stringify(result));
  return { file, folder, overrides, result };
}

/** What an estimate of the same experiment, with other settings too, starts from. */
export async function estimate({ file, folder, overrides }: Run, more: readonly string[] = []) {
  return prepareEstimate(file, {
    overrides: [...overrides, ...more],
    dataFolder: folder,
    rules: null,
    coreCount: null,
    result: folder,
  });
}

/** Runs the experiment and checks that its estimate from that run's activity has every row of the run's ledger. */
export async function hasSameLedger(
  t: ExecutionContext,
  overrides: readonly string[],
): Promise<Estimate> {
  const ran = await run(overrides);
  const made = makeEstimate(await estimate(ran));
  const { record, ledgers } = made;
  const [ledger] = ledgers;
  const rows = ledger?.rows.map((row) => {
    const [component, action] = row.componentAction.split('.');
    const { phase, layer, core, bits, count } = row;
    return { run: row.run, phase, layer, core, component, action, bits, count };
  });
  const expected = ran.result.ledger.map(
    ({ run: kind, phase, layer, core, component, action, bits, count }) => ({
      run: kind,
      phase,
      layer,
      core,
      component,
      action,
      bits,
      count,
    }),
  );
  t.deepEqual(rows, expected);
  const cost = record.rules[0]?.perSample;
  t.deepEqual(cost?.training, ran.result.perSample.training);
  t.deepEqual(cost?.inference, ran.result.perSample.inference);
  t.is(
    record.rules[0]?.memory.chip?.totalBits,
    ran.result.memory.reduce((sum, { usedBits }) => sum + usedBits, 0),
  );
  return made;
}
