import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeEstimate } from '../../../experiment/estimate/make-estimate.js';
import { equalStages } from '../../../experiment/estimate/pipeline-slots.js';
import { prepareEstimate } from '../../../experiment/estimate/prepare-estimate.js';
import { commonSettings, groupsOf } from '../../../experiment/study/summarise.js';
import { StudyStore } from '../../../experiment/study/study-store.js';
import { packageRoot } from '../../../package-root.js';
import type { KeptStudy } from '../../../report/study/kept/kept-study.js';
import {
  type PipelinedInterval,
  renderStudies,
} from '../../../report/study/kept/render-studies.js';
import { renderThesis } from '../../../report/study/kept/render-thesis.js';

/** A study below `reports/`, without groups where it was not run yet. @throws InputError where it is no study of this program */
async function readKept(name: string, only: 'chip' | 'reference' | null): Promise<KeptStudy> {
  const folder = `reports/${name}`;
  const store = new StudyStore(path.join(packageRoot, folder));
  const plan = store.readPlan();
  const side = only === null ? '' : ` --only ${only}`;
  return {
    folder,
    command: `npx spikeledger sweep ${folder}/sweep.yaml${side} --data FOLDER --out ${folder} --overwrite`,
    groups: plan === null ? [] : groupsOf(plan, await store.records()),
    common: plan === null ? null : commonSettings(plan.points),
  };
}

/** Chips whose pace is compared. */
const chips = ['edge-28nm', 'edge-28nm-fused'] as const;

async function intervalsOf(chip: (typeof chips)[number]): Promise<readonly PipelinedInterval[]> {
  const prepared = await prepareEstimate(path.join(packageRoot, 'examples/mnist-drtp.yaml'), {
    overrides: [
      `hardware=${chip}`,
      'dataset={ inputShape: [1, 28, 28], classCount: 10, trainSamples: 60000 }',
    ],
    dataFolder: packageRoot,
    rules: 'all',
    result: path.join(packageRoot, 'reports/mnist-drtp'),
  });
  return makeEstimate(prepared).record.rules.flatMap(({ rule, perSample }) => {
    if (perSample === null) return [];
    const { training, trainingInterval } = perSample;
    const { isPipelined, cycles } = trainingInterval;
    return [
      { chip, rule, isPipelined, serialCycles: training.latencyCycles, intervalCycles: cycles },
    ];
  });
}

/** The text of `docs/studies.md`, from what is kept alone. */
export async function studiesText(): Promise<string> {
  return renderStudies({
    widths: await readKept('studies/weight-widths', null),
    delayedErrors: await readKept('studies/delayed-errors', 'chip'),
    schedules: await readKept('studies/rules-and-schedules', 'chip'),
    energy: await readKept('studies/energy-to-reach', 'chip'),
    intervals: (await Promise.all(chips.map(intervalsOf))).flat(),
  });
}

const curvesSchema = z.record(z.string(), z.array(z.object({ testError: z.number() })));

/** Test errors, per cent, of each kept run of the published code, by epoch. */
async function publishedErrors(): Promise<Readonly<Record<string, readonly number[]>>> {
  const file = path.join(packageRoot, 'reports/thesis/pytorch-curves.json');
  const curves = curvesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return Object.fromEntries(
    Object.entries(curves).map(([name, epochs]) => [
      name,
      epochs.map(({ testError }) => 100 * testError),
    ]),
  );
}

/** The text of `docs/thesis.md`, from what is kept alone. */
export async function thesisText(): Promise<string> {
  return renderThesis({
    mnist: await readKept('thesis/mnist', null),
    synthetic: await readKept('thesis/synthetic', null),
    optimizers: await readKept('thesis/optimizers', 'reference'),
    feedback: await readKept('thesis/feedback', 'reference'),
    cifar10: await readKept('thesis/cifar10', 'reference'),
    convolution: await readKept('thesis/convolution', 'reference'),
    slots: equalStages(4, 4),
    published: await publishedErrors(),
  });
}
