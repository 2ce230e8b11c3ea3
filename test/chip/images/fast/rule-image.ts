import type {
  ChipImage,
  DefpSpec,
  LayerImage,
  RuleSpec,
} from '../../../../src/chip/image/chip-image.js';
import { makeFastEngine } from '../../../../src/chip/engines.js';
import type { FastEngine } from '../../../../src/chip/fast/fast-engine.js';
import { parseFormat } from '../../../../src/numerics/format.js';
import { workedImage } from '../worked-image.js';

/** What a test may change of the network below. */
interface RuleOverrides {
  readonly chip?: Partial<Omit<ChipImage, 'layers' | 'rule'>>;
  readonly formats?: Partial<ChipImage['numerics']['formats']>;
  readonly hidden?: Partial<LayerImage>;
  readonly output?: Partial<LayerImage>;
}

/** DEFP with four words. */
export function defp(variant: DefpSpec['variant'], averageShift?: number): RuleSpec {
  const average = averageShift === undefined ? {} : { averageShift };
  return {
    kind: 'defp',
    variant,
    ...average,
    sampleCount: 4,
    wordBits: 24,
    delayedErrorsPerWord: 2,
  };
}

/**
 * 3-2-2 with numbers for pencil and paper. Whatever is learned, h = [½, ½] in the hidden layer and y = [−½, ½]:
 * weights round to nearest and are moved by less than half a bit. η = 2^−8 and biases with 16 fraction bits that start
 * at 0, delta with 8: after one sample b = −δz, raw for raw. f′ = 1 − ¼ = ¾ everywhere.
 * B = [[32, −32], [16, −16]] at 7 fraction bits; weights of the output layer [[−8, 8], [−8, 8]].
 */
export function ruleImage(rule: RuleSpec, overrides: RuleOverrides = {}): ChipImage {
  const base = workedImage({ chip: { loss: overrides.chip?.loss ?? 'bce' } });
  const { numerics } = base;
  const hasFeedback = rule.kind !== 'bp' && rule.kind !== 'shallow';
  const layers = base.layers.map((layer): LayerImage => {
    const common: LayerImage = {
      ...layer,
      learningRate: { kind: 'shift', shiftBits: 8 },
      feedbackRaw: hasFeedback ? layer.feedbackRaw : null,
    };
    return layer.isOutput
      ? { ...common, weightsRaw: Int32Array.of(-8, 8, -8, 8), ...overrides.output }
      : { ...common, ...overrides.hidden };
  });
  return {
    ...base,
    rule,
    numerics: {
      ...numerics,
      formats: {
        ...numerics.formats,
        bias: parseFormat('s16.16'),
        delta: parseFormat('s12.8'),
        delayedError: parseFormat('s12.8'),
        ...overrides.formats,
      },
      rounding: { ...numerics.rounding, weight: 'nearest' },
    },
    ...overrides.chip,
    layers,
  };
}

/** One sample: three events. */
export const inputsRaw = Int32Array.of(40, 80, 120);
/** b = −δz of the output layer after a sample of label 0. */
export const outputBias = [384, -128];

/** Samples of these labels; a sample's place in the training set is its label. */
export function batchOf(...labels: readonly number[]) {
  return {
    inputsRaw: Int32Array.from(labels.flatMap(() => [...inputsRaw])),
    labels: Uint8Array.from(labels),
    sampleIndices: Uint32Array.from(labels),
  };
}

export function biasesOf(engine: FastEngine): readonly (readonly number[])[] {
  return engine.learnedState().biasesRaw.map((biases) => [...biases]);
}

/** Biases of both layers after training on samples of these labels, on both paths. */
export async function trained(
  rule: RuleSpec,
  labels: readonly number[],
  overrides: RuleOverrides = {},
): Promise<readonly (readonly number[])[]> {
  const both = await Promise.all(
    (['vector', 'general'] as const).map(async (path) => {
      const engine = await makeFastEngine(ruleImage(rule, overrides), { path });
      engine.train(batchOf(...labels));
      return biasesOf(engine);
    }),
  );
  const [vector, general] = both;
  if (vector === undefined || JSON.stringify(vector) !== JSON.stringify(general)) {
    throw new Error(`the paths differ: ${JSON.stringify(both)}`);
  }
  return vector;
}
