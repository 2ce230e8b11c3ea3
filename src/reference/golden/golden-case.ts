import { keepsDelayedErrors } from '../rules/rules.js';
import { factsOf, isDelayedErrorRule, ruleNames } from '../../network/rule-facts.js';
import path from 'node:path';
import { z } from 'zod';
import type { LayerParameters } from '../../network/parameters.js';
import {
  activationNames,
  buildTopology,
  type NetworkLayer,
  type NetworkTopology,
  parseTopologyString,
  weightShape,
} from '../../network/topology.js';
import { readGivenText } from '../../units/given-file.js';
import { largestFileBytes } from '../../units/limits.js';
import type { BackendRequest } from '../backend/backend.js';
import type { LossName } from '../loss.js';
import type { OptimizerName } from '../optimizers/optimizers.js';
import { plainTraining, type ReferenceJob } from '../reference-job.js';
import type { RuleSpec } from '../rules/rules.js';
import { GoldenCaseError, readGoldenBytes, readGoldenFloats } from './golden-array.js';

/** Rules by the algorithm that a case names: the label, behind it what a delayed-error rule keeps. */
const ruleByAlgorithm: Readonly<Record<string, RuleSpec>> = Object.fromEntries(
  ruleNames.flatMap((name): readonly (readonly [string, RuleSpec])[] => {
    const { label } = factsOf(name);
    if (!isDelayedErrorRule(name)) return [[label, { name }]];
    return (['error', 'loss'] as const).map((variant) => [
      `${label}-${variant}`,
      { name, variant, init: 'targets' },
    ]);
  }),
);

/** The originals call momentum SGD; SGD0 has none. */
const optimizerByName = {
  SGD0: 'sgd',
  SGD: 'momentum',
  NAG: 'nag',
  RMSprop: 'rmsprop',
  Adam: 'adam',
} as const satisfies Record<string, OptimizerName>;

const lossByName = { BCE: 'bce', MSE: 'mse', CE: 'ce' } as const satisfies Record<string, LossName>;

function oneOf<Key extends string, Value>(table: Readonly<Record<Key, Value>>) {
  return z.string().transform((key, context): Value => {
    const found = Object.entries<Value>(table).find(([name]) => name === key);
    if (found !== undefined) return found[1];
    const names = Object.keys(table).join(', ');
    context.addIssue({ code: 'custom', message: `"${key}" is unknown; allowed are ${names}` });
    return z.NEVER;
  });
}

const count = z.int().min(1);
const caseSchema = z.object({
  topology: z.string(),
  hidden: z.enum(activationNames),
  output: z.enum(activationNames),
  loss: oneOf<string, LossName>(lossByName),
  optimizer: oneOf<string, OptimizerName>(optimizerByName),
  algorithm: oneOf<string, RuleSpec>(ruleByAlgorithm),
  lr: z.number().positive(),
  batch: count,
  batches: count,
  epochs: count,
  inputShape: z.tuple([count, count, count]),
  inputScale: z.number().positive(),
});
type CaseFile = z.output<typeof caseSchema>;

/** A published training run: the job that repeats it, and what it gave. */
export interface GoldenCase {
  readonly job: ReferenceJob;
  /** After the last step; `feedback` is that of the start, which no run changes. */
  readonly final: readonly LayerParameters[];
  /** One a step. */
  readonly losses: Float32Array;
  /** Shape (steps × batch × classes). */
  readonly outputs: Float32Array;
  /** DEFP: what is kept of each sample after the last step (samples × classes); else null. */
  readonly delayed: Float32Array | null;
}

function readCaseFile(folder: string): CaseFile {
  const file = path.join(folder, 'case.json');
  let content: unknown;
  try {
    content = JSON.parse(readGivenText(file, largestFileBytes.text));
  } catch {
    throw new GoldenCaseError(`${file}: the file is missing or is not JSON; copy it again`);
  }
  const parsed = caseSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`,
  );
  throw new GoldenCaseError(problems.join('\n'));
}

function topologyOf(folder: string, file: CaseFile): NetworkTopology {
  try {
    const layers = parseTopologyString(file.topology);
    const last = layers.at(-1);
    const classCount = last?.type === 'fc' ? last.neurons : 0;
    return buildTopology(layers, file.inputShape, classCount, file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GoldenCaseError(`${path.join(folder, 'case.json')}: topology: ${error.message}`);
  }
}

/** PyTorch stores weights as (outputs, inputs) and kernels as (out, in, k, k); ours have a column for each output. */
function transpose(values: Float32Array, rowCount: number): Float32Array {
  const columnCount = values.length / rowCount;
  return values.map((_, index) => {
    const row = index % rowCount;
    const column = Math.floor(index / rowCount);
    return values[row * columnCount + column] ?? NaN;
  });
}

/** Shape of a layer's weights in PyTorch. */
function torchShape(layer: NetworkLayer): readonly number[] {
  if (layer.kind === 'fc') return [layer.neuronCount, layer.inputCount];
  return [layer.mapShape[0], layer.inputShape[0], layer.kernelSize, layer.kernelSize];
}

function readWeights(folder: string, name: string, layer: NetworkLayer): Float32Array {
  const values = readGoldenFloats(folder, name, torchShape(layer));
  return transpose(values, weightShape(layer)[1]);
}

/**
 * B of layer `index`. FA's files hold the matrix that carries back *through* a layer, so B_i is that of the next one;
 * the others hold (classes, …shape of h), DEFP's flattened.
 */
function readFeedback(
  folder: string,
  topology: NetworkTopology,
  index: number,
  rule: RuleSpec,
): Float32Array | null {
  const layer = topology.layers[index];
  const next = topology.layers[index + 1];
  if (layer === undefined || next === undefined) return null;
  const { feedback } = factsOf(rule.name);
  if (feedback === 'none') return null;
  if (feedback === 'weights')
    return readWeights(folder, `initial.layer${index + 1}.feedback`, next);
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const flat = [classCount, layer.neuronCount];
  const shapes = layer.kind === 'conv' ? [flat, [classCount, ...layer.mapShape]] : [flat];
  return readGoldenFloats(folder, `initial.layer${index}.feedback`, ...shapes);
}

function readParameters(
  folder: string,
  when: 'initial' | 'final',
  topology: NetworkTopology,
  rule: RuleSpec,
): readonly LayerParameters[] {
  const parameters: LayerParameters[] = [];
  for (const [index, layer] of topology.layers.entries()) {
    const name = `${when}.layer${index}`;
    parameters.push({
      weights: readWeights(folder, `${name}.weight`, layer),
      biases: readGoldenFloats(folder, `${name}.bias`, [weightShape(layer)[1]]),
      feedback: readFeedback(folder, topology, index, rule),
    });
  }
  return parameters;
}

/** Reads the folder of a golden case. @throws GoldenCaseError that names the file which is missing or misshapen. */
export function readGoldenCase(folder: string, backend: BackendRequest): GoldenCase {
  const file = readCaseFile(folder);
  const topology = topologyOf(folder, file);
  const { algorithm: rule, batch, batches, epochs } = file;
  const sampleCount = batch * batches;
  const stepCount = batches * epochs;
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const [channels, height, width] = file.inputShape;
  const plain = [sampleCount, height, width];
  const inputShapes = [[sampleCount, ...file.inputShape], ...(channels === 1 ? [plain] : [])];
  const samples = {
    sampleCount,
    features: readGoldenBytes(folder, 'inputs', ...inputShapes),
    featureScale: file.inputScale,
    labels: readGoldenBytes(folder, 'labels', [sampleCount]),
  };
  const inFileOrder = Uint32Array.from({ length: sampleCount }, (_, index) => index);
  return {
    job: {
      ...plainTraining,
      topology,
      initial: readParameters(folder, 'initial', topology, rule),
      rule,
      loss: file.loss,
      lossReduction: 'mean',
      optimizer: file.optimizer,
      learningRate: file.lr,
      epochs,
      batch,
      orders: () => inFileOrder,
      train: samples,
      test: samples,
      backend,
    },
    final: readParameters(folder, 'final', topology, rule),
    losses: readGoldenFloats(folder, 'losses', [stepCount]),
    outputs: readGoldenFloats(folder, 'outputs', [stepCount, batch, classCount]),
    delayed: keepsDelayedErrors(rule)
      ? readGoldenFloats(folder, 'delayed', [sampleCount, classCount])
      : null,
  };
}
