import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import type { LayerParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import { packageRoot } from '../../src/package-root.js';
import type { BackendName } from '../../src/reference/backend.js';
import type { ReferenceJob, ReferenceStep } from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { backendsHere } from './backends.js';
import { fileOrder, largestDeviation } from './make-job.js';
import { readBytes, readFloats } from './npy.js';

/* Witness: runs of the published DRTP code (ChFrenkel/DirectRandomTargetProjection @ b84e3fe), PyTorch 1.13, float32. */

const caseSchema = z.object({
  topology: z.string(),
  hidden: z.literal('tanh'),
  output: z.literal('sigmoid'),
  loss: z.literal('BCE'),
  optimizer: z.literal('SGD0'),
  algorithm: z.literal('DRTP'),
  lr: z.number(),
  batch: z.int(),
  epochs: z.int(),
  inputScale: z.number(),
});

/** PyTorch stores (outputs, inputs), we store (inputs, outputs). */
function transpose(values: Float32Array, rowCount: number): Float32Array {
  const columnCount = values.length / rowCount;
  return values.map((_, index) => {
    const row = index % rowCount;
    const column = Math.floor(index / rowCount);
    return values[row * columnCount + column] ?? NaN;
  });
}

interface GoldenCase {
  readonly job: ReferenceJob;
  readonly final: readonly LayerParameters[];
  readonly losses: Float32Array;
  readonly outputs: Float32Array;
}

function readCase(name: string, backend: BackendName): GoldenCase {
  const file = (fileName: string): string => join(packageRoot, 'test', 'golden', name, fileName);
  const golden = caseSchema.parse(JSON.parse(readFileSync(file('case.json'), 'utf8')));
  const topology = buildTopology(parseTopologyString(golden.topology), 64, 10, {
    hidden: golden.hidden,
    output: golden.output,
  });
  const parameters = (when: string): LayerParameters[] =>
    topology.layers.map(({ neuronCount }, index) => ({
      weights: transpose(readFloats(file(`${when}.layer${index}.weight.npy`)), neuronCount),
      biases: readFloats(file(`${when}.layer${index}.bias.npy`)),
      feedback:
        index === topology.layers.length - 1
          ? null
          : readFloats(file(`initial.layer${index}.feedback.npy`)),
    }));
  const labels = readBytes(file('labels.npy'));
  const samples = {
    sampleCount: labels.length,
    features: readBytes(file('inputs.npy')),
    featureScale: golden.inputScale,
    labels,
  };
  return {
    job: {
      topology,
      initial: parameters('initial'),
      rule: 'drtp',
      loss: 'bce',
      lossReduction: 'mean',
      learningRate: golden.lr,
      epochs: golden.epochs,
      batch: golden.batch,
      orders: fileOrder(labels.length),
      train: samples,
      test: samples,
      backend,
    },
    final: parameters('final'),
    losses: readFloats(file('losses.npy')),
    outputs: readFloats(file('outputs.npy')),
  };
}

const quickBackends = await backendsHere(['tensorflow', 'wasm', 'cpu']);
/** webgpu repeats the smaller case only: on a software GPU the other takes ten seconds. */
const cases = {
  'batch1-drtp': [...quickBackends, ...(await backendsHere(['webgpu']))],
  'drtp-sgd': quickBackends,
};

for (const [name, backends] of Object.entries(cases)) {
  for (const backend of backends) {
    test.serial(
      `the reference repeats the published run ${name} on ${backend} (Frenkel 2021)`,
      async (t) => {
        const golden = readCase(name, backend);
        const steps: ReferenceStep[] = [];
        const result = await trainReference(golden.job, { step: (step) => steps.push(step) });

        t.is(result.backend, backend);
        t.true(
          largestDeviation(
            steps.map((step) => step.loss),
            golden.losses,
          ) <= 1e-4,
        );
        t.true(
          largestDeviation(
            steps.flatMap((step) => [...step.outputs]),
            golden.outputs,
          ) <= 1e-4,
        );
        golden.final.forEach((final, index) => {
          for (const tensor of ['weights', 'biases'] as const) {
            const before = golden.job.initial[index]?.[tensor] ?? [];
            const deviation = largestDeviation(
              result.parameters[index]?.[tensor] ?? [],
              final[tensor],
            );
            const change = largestDeviation(before, final[tensor]);
            t.log(`layer ${index} ${tensor}: deviation ${deviation}, largest change ${change}`);
            t.true(deviation <= 1e-4 && deviation <= 1e-3 * change, `layer ${index} ${tensor}`);
          }
        });
      },
    );
  }
}
