import path from 'node:path';
import type { ChipModel } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import { elementAt } from '../../numerics/integer.js';
import { suggestion } from '../../units/nearest-name.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { relativeTo } from '../file/prepare-experiment.js';
import { type NamedWorkload, predictActions, predictIncrease } from './predict-actions.js';
import { predictAccesses, predictCycles } from './predict-cycles.js';
import { predictArea, predictOverhead } from './predict-parts.js';
import { estimateCost, predictEstimate, predictResult, type RuleCost } from './predict-run.js';
import type { Predicted, Refuse } from './predicted.js';
import type { PublishedRow } from './published-rows.js';
import type { Validation } from './read-validation.js';
import { bases, type Basis, type Claim } from './validation-schema.js';

/** A claim and its outcome. */
export interface Verdict {
  readonly claim: Claim;
  readonly row: PublishedRow;
  readonly predicted: Predicted;
  /** (predicted − published) / published. */
  readonly errorPercent: number;
  /** The worst of its constants': a prediction is blind only if all of them are. */
  readonly basis: Basis;
  readonly isWithin: boolean;
}

/** Verdicts on the claims of one validation file. */
export interface ChipValidation {
  readonly chip: ChipModel;
  readonly verdicts: readonly Verdict[];
  readonly notPredicted: Validation['notPredicted'];
}

/** The entry of this name. @throws InputError at the key that names it, with the names that there are */
function named<Entry>(
  entries: Readonly<Record<string, Entry>>,
  name: string,
  at: KeyPath,
  refuse: Refuse,
): Entry {
  const entry = entries[name];
  if (entry !== undefined) return entry;
  const names = Object.keys(entries);
  const known = names.length === 0 ? 'none' : names.join(', ');
  throw refuse(at, `"${name}" is not in the file, which has ${known}${suggestion(name, names)}`);
}

/** Predicts the claims of one file; chips and estimates that several claims share are made once. */
class Predictor {
  readonly #validation: Validation;
  readonly #chips = new Map<string, ChipModel>();
  readonly #costs = new Map<string, Promise<RuleCost>>();

  constructor(validation: Validation) {
    this.#validation = validation;
  }

  /** The chip, at another operating point (V, MHz) where a claim says so, with the keys that do. @throws InputError */
  chip(
    point: { readonly voltage: number; readonly clock: number } | null = null,
    keys: KeyPath = ['chip'],
  ): ChipModel {
    const { found, read } = this.#validation;
    const { line, column } = read.locate(keys);
    const label = `${found.shownPath}:${line}:${column}`;
    const overrides =
      point === null
        ? []
        : [
            { path: ['voltage'], value: `${point.voltage} V`, label },
            { path: ['clock'], value: `${point.clock} MHz`, label },
          ];
    const name = overrides.map(({ value }) => value).join();
    const known = this.#chips.get(name);
    if (known !== undefined) return known;
    const chip = loadChip(relativeTo(found.absolutePath, read.value.chip), overrides);
    this.#chips.set(name, chip);
    return chip;
  }

  async #cost(name: string, keys: KeyPath): Promise<RuleCost> {
    const { found, read } = this.#validation;
    const estimate = named(read.value.estimates, name, keys, read.problem);
    const known = this.#costs.get(name);
    if (known !== undefined) return known;
    const cost = estimateCost(estimate, path.dirname(found.absolutePath));
    this.#costs.set(name, cost);
    return cost;
  }

  #workload(name: string, keys: KeyPath): NamedWorkload {
    const { read } = this.#validation;
    return { name, workload: named(read.value.workloads, name, keys, read.problem) };
  }

  /** @param keys of the prediction in its file. @throws InputError where it cannot be made */
  async predict({ prediction }: Claim, keys: KeyPath): Promise<Predicted> {
    const { found, read } = this.#validation;
    const refuse = read.problem;
    switch (prediction.kind) {
      case 'actions': {
        const workload = this.#workload(prediction.workload, [...keys, 'workload']);
        const chip = this.chip(prediction.operatingPoint, [...keys, 'operatingPoint']);
        return predictActions(prediction, workload, chip, keys, refuse);
      }
      case 'increase': {
        const workload = this.#workload(prediction.workload, [...keys, 'workload']);
        const over = this.#workload(prediction.over, [...keys, 'over']);
        return predictIncrease(prediction, workload, over, this.chip(), refuse);
      }
      case 'cycles':
        return predictCycles(prediction, this.chip(), keys, refuse);
      case 'accesses':
        return predictAccesses(prediction, this.chip(), keys, refuse);
      case 'area':
        return predictArea(prediction, this.chip(), keys, refuse);
      case 'overhead':
        return predictOverhead(prediction, this.chip(), keys, refuse);
      case 'estimate':
        return predictEstimate(
          prediction,
          await this.#cost(prediction.estimate, [...keys, 'estimate']),
          (sentence) => refuse([...keys, 'figure'], sentence),
        );
      case 'result':
        return predictResult(prediction, path.dirname(found.absolutePath));
    }
  }
}

function worstBasis({ constants }: Claim): Basis {
  return (
    bases.findLast((basis) => constants.some((constant) => constant.basis === basis)) ?? 'blind'
  );
}

/**
 * Computes every prediction of a validation file and compares it with what is published.
 * @throws InputError where a prediction cannot be made.
 */
export async function validateChip(validation: Validation): Promise<ChipValidation> {
  const { read, rows, notPredicted } = validation;
  const predictor = new Predictor(validation);
  const verdicts: Verdict[] = [];
  for (const [index, row] of rows.entries()) {
    const claim = elementAt(read.value.claims, index, 'claims');
    const predicted = await predictor.predict(claim, ['claims', index, 'prediction']);
    if (!Number.isFinite(predicted.value)) {
      throw read.problem(
        ['claims', index, 'prediction'],
        'divides by 0: what it is compared with takes nothing; give that actions, parts or a rate',
      );
    }
    const published = claim.published.value.value;
    const errorPercent = (100 * (predicted.value - published)) / published;
    const isWithin = Math.abs(errorPercent) <= claim.tolerancePercent;
    const basis = worstBasis(claim);
    verdicts.push({ claim, row, predicted, errorPercent, basis, isWithin });
  }
  return { chip: predictor.chip(), verdicts, notPredicted };
}
