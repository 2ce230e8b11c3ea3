import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import {
  AccessMeter,
  type Moment,
  type Place,
  trainingUpdate,
} from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import type { UpdateHealth } from '../../engine.js';
import { GradientUnit } from '../units/gradient-unit.js';
import { hasGradientMemory } from '../../image/layer-geometry.js';
import type { LearningParts, LearningPath, StepState } from './learning-path.js';
import { makeOptimizer } from '../optimizers/make-optimizer.js';
import { blankState, type Optimizer, type OptimizerState } from '../optimizers/optimizer.js';
import { ParameterUpdate } from './parameter-update.js';
import { RateMultiplier, type RateScale } from './rate-multiplier.js';
import { RowMemory } from '../memories/row-memory.js';
import { UpdateTally } from './update-tally.js';
import { atPosition } from '../core/wiring.js';

/**
 * Learning in steps: gradients of a batch are summed, then every weight and bias takes one step.
 *
 * Implements: docs/spec.md §2.11, §4.5 (a layer that learns in steps). The gradient memory and the memory of optimizer
 * states have a row for every row of weights, and where the core has biases a last one for them.
 */
export class StepLearning implements LearningPath {
  readonly #parts: LearningParts;
  readonly #gradientUnit: GradientUnit;
  readonly #gradients: RowMemory<bigint>;
  readonly #optimizer: Optimizer;
  readonly #states: RowMemory<OptimizerState>;
  readonly #rate: RateMultiplier;
  readonly #changeFractionBits: number;
  readonly #weights: ParameterUpdate;
  readonly #biases: ParameterUpdate;
  readonly #weightAdditions: AccessMeter;
  readonly #biasAdditions: AccessMeter;
  readonly #tally = new UpdateTally();

  constructor(image: ChipImage, parts: LearningParts, place: Place, ledger: AccessLedger) {
    const { layer, wiring, checks, randomLanes } = parts;
    const { organisation, inputFormat, learningRate, gradientScale } = layer;
    const { wordBits, gradientsPerWord, optimizerStatesPerWord } = organisation;
    const { rounding } = image.numerics;
    const biasRowCount = parts.biases === null ? 0 : 1;
    const shape = {
      rowCount: wiring.rowCount + biasRowCount,
      columnCount: wiring.columnCount,
    };
    this.#parts = parts;
    this.#gradientUnit = new GradientUnit(
      { inputFormat, rounding: rounding.gradient },
      checks,
      place,
      ledger,
    );
    const gradientSpec = {
      ...shape,
      wordBits: wordBits.gradient,
      valuesPerWord: gradientsPerWord,
      isStored: hasGradientMemory(image, layer),
    };
    this.#gradients = new RowMemory('gradient', gradientSpec, 0n, place, ledger);
    const optimizerParts = { gradientScale, checks, rounding, place, ledger };
    this.#optimizer = makeOptimizer(image.optimizer, optimizerParts);
    const stateSpec = {
      ...shape,
      wordBits: wordBits.optimizerState,
      valuesPerWord: optimizerStatesPerWord,
      isStored: this.#optimizer.keepsMomentum || this.#optimizer.keepsSecondMoment,
    };
    this.#states = new RowMemory('optimizerState', stateSpec, blankState, place, ledger);
    const { bits, fractionBits } = this.#optimizer.direction;
    this.#rate = new RateMultiplier(learningRate, bits, place, ledger);
    this.#changeFractionBits = fractionBits + this.#rate.gainedFractionBits;
    this.#weights = new ParameterUpdate(checks.weight, rounding.weight, randomLanes);
    this.#biases = new ParameterUpdate(checks.bias, rounding.bias, randomLanes);
    const weightBits = checks.weight.format.totalBits;
    this.#weightAdditions = new AccessMeter(ledger, place, 'datapath.add', weightBits);
    const biasBits = checks.bias.format.totalBits;
    this.#biasAdditions = new AccessMeter(ledger, place, 'datapath.add', biasBits);
  }

  scaleRate(scale: RateScale): void {
    this.#rate.scaleBy(scale);
  }

  learn(deltaZ: readonly bigint[]): void {
    const { eventBuffer, wiring, biases } = this.#parts;
    for (const event of eventBuffer.read(trainingUpdate)) {
      for (const { row, position } of wiring.visits(event.axon)) {
        const gradients = this.#gradients.readRow(row, trainingUpdate);
        const errors = atPosition(deltaZ, position, wiring);
        const sums = this.#gradientUnit.addProducts(gradients, event, errors);
        this.#gradients.writeRow(row, sums, trainingUpdate);
      }
    }
    if (biases === null) return;
    const biasGradients = this.#gradients.readRow(this.#biasRow, trainingUpdate);
    const sums = this.#gradientUnit.addErrors(biasGradients, deltaZ, wiring);
    this.#gradients.writeRow(this.#biasRow, sums, trainingUpdate);
  }

  rowFor(row: number, moment: Moment): readonly bigint[] {
    return this.#parts.synapses.readRow(row, moment);
  }

  finishRows(): void {
    // Rows change in steps only.
  }

  step(): void {
    const { wiring, synapses, biases } = this.#parts;
    this.#optimizer.beginStep();
    for (let row = 0; row < wiring.rowCount; row += 1) {
      const changes = this.#changesOf(row);
      const weights = synapses.readRow(row, trainingUpdate);
      this.#weightAdditions.add(trainingUpdate, weights.length);
      const updated = weights.map((weight, column) => this.#moveWeight(weight, changes, column));
      synapses.writeRow(row, updated, trainingUpdate);
    }
    if (biases === null) return;
    const changes = this.#changesOf(this.#biasRow);
    const stored = biases.read(trainingUpdate);
    this.#biasAdditions.add(trainingUpdate, stored.length);
    const updated = stored.map((bias, column) =>
      this.#biases.subtract(
        bias,
        elementAt(changes, column, 'changes'),
        this.#changeFractionBits,
        column,
      ),
    );
    biases.write(updated, trainingUpdate);
  }

  health(): UpdateHealth {
    return this.#tally.health(this.#parts.layer.layer);
  }

  stepState(): StepState {
    const states = this.#states.contents();
    const { keepsMomentum, keepsSecondMoment } = this.#optimizer;
    return {
      gradientsRaw: Int32Array.from(this.#gradients.contents(), Number),
      momentaRaw: keepsMomentum
        ? Int32Array.from(states, ({ momentum }) => Number(momentum))
        : null,
      secondMomentsRaw: keepsSecondMoment
        ? Int32Array.from(states, ({ secondMoment }) => Number(secondMoment))
        : null,
    };
  }

  /** The last row of gradients and states, where the core has biases. */
  get #biasRow(): number {
    return this.#parts.wiring.rowCount;
  }

  /** u of one row, shape (columnCount); clears its gradients and advances its optimizer states. */
  #changesOf(row: number): readonly bigint[] {
    const gradients = this.#gradients.readRow(row, trainingUpdate);
    this.#gradients.writeRow(
      row,
      gradients.map(() => 0n),
      trainingUpdate,
    );
    const states = this.#states.readRow(row, trainingUpdate);
    const steps = gradients.map((gradient, column) =>
      this.#optimizer.step(gradient, elementAt(states, column, 'states')),
    );
    this.#states.writeRow(
      row,
      steps.map(({ state }) => state),
      trainingUpdate,
    );
    return steps.map(({ directionRaw }) => this.#rate.multiply(directionRaw));
  }

  #moveWeight(weight: bigint, changes: readonly bigint[], column: number): bigint {
    const change = elementAt(changes, column, 'changes');
    const updated = this.#weights.subtract(weight, change, this.#changeFractionBits, column);
    this.#tally.add(change, weight, updated);
    return updated;
  }
}
