import path from 'node:path';
import { InputError } from '../../units/input-error.js';
import type { RuleEstimate } from '../estimate/estimate-record.js';
import { makeEstimate } from '../estimate/make-estimate.js';
import { prepareEstimate } from '../estimate/prepare-estimate.js';
import { readResult } from '../record/read-result.js';
import { type Predicted, withoutBand } from './predicted.js';
import type { Prediction, ValidationFile } from './validation-schema.js';

/** What a training and an inference sample cost by one rule. */
export type RuleCost = NonNullable<RuleEstimate['perSample']>;

/** Costs of a network's samples by `spikeledger estimate`. @param folder of the validation file. @throws InputError */
export async function estimateCost(
  { experiment, result, set }: ValidationFile['estimates'][string],
  folder: string,
): Promise<RuleCost> {
  const prepared = await prepareEstimate(path.resolve(folder, experiment), {
    overrides: set,
    dataFolder: folder,
    rules: null,
    coreCount: null,
    result: result === undefined ? null : path.resolve(folder, result),
  });
  const { rules } = makeEstimate(prepared).record;
  const cost = rules[0]?.perSample ?? null;
  if (cost === null) throw new InputError(`${experiment}: ${rules[0]?.problem ?? 'no rule'}`);
  return cost;
}

/** A figure of these costs, with what of them has no price. @throws InputError where it is unknown */
export function predictEstimate(
  { figure }: Prediction & { readonly kind: 'estimate' },
  { inference, training, learningOverheadPercent, unpriced }: RuleCost,
  refuse: (sentence: string) => InputError,
): Predicted {
  const known = (value: number | null): number => {
    if (value === null) throw refuse('is unknown of this estimate');
    return value;
  };
  switch (figure) {
    case 'inferenceEnergy': {
      const { energyNj, energyLowNj, energyHighNj } = inference;
      const [value, low, high] = [1000 * energyNj, 1000 * energyLowNj, 1000 * energyHighNj];
      return { quantity: 'energy', value, low, high, unpriced };
    }
    case 'inferenceLatency':
      return withoutBand({ quantity: 'time', value: 1000 * known(inference.latencyUs) });
    case 'trainingLatency':
      return withoutBand({ quantity: 'time', value: 1000 * known(training.latencyUs) });
    case 'learningEnergyOverhead': {
      const value = known(learningOverheadPercent.energy);
      return { ...withoutBand({ quantity: 'percent', value }), unpriced };
    }
  }
}

/** A figure of a kept run. @param folder of the validation file. @throws InputError where the run did not measure it */
export function predictResult(
  { figure, result }: Prediction & { readonly kind: 'result' },
  folder: string,
): Predicted {
  const { accuracy } = readResult(path.resolve(folder, result));
  const side = figure === 'chipAccuracy' ? accuracy.chip : accuracy.reference;
  const errorPercent = side?.testErrorPercent ?? null;
  if (errorPercent === null) {
    throw new InputError(`${result}: has no test error for ${figure}; run it with a test set`);
  }
  return withoutBand({ quantity: 'percent', value: 100 - errorPercent });
}
