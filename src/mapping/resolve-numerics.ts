import { type ChipNumerics, type TensorName, tensorNames } from '../chip/image/chip-image.js';
import type { ChipModel, TensorModels } from '../hardware/chip-model.js';
import {
  maximumAccumulatorBits,
  maximumTensorBits,
  parseFormat,
  type FixedPointFormat,
} from '../numerics/format.js';
import type { DeterministicRoundingMode, OverflowMode, RoundingMode } from '../numerics/modes.js';

type Overridable = Exclude<TensorName, 'activation' | 'output' | 'delayedError'>;

/** What an experiment changes of a chip's number formats; a key left out keeps the chip's. */
interface PrecisionOverrides extends Partial<Readonly<Record<TensorName, string | undefined>>> {
  /** One mode: that of the weight update. */
  readonly rounding?:
    | RoundingMode
    | Readonly<
        Partial<Record<'weight' | 'bias', RoundingMode | undefined>> &
          Partial<
            Record<Exclude<Overridable, 'weight' | 'bias'>, DeterministicRoundingMode | undefined>
          >
      >
    | undefined;
  /** One mode: that of every tensor. */
  readonly overflow?:
    OverflowMode | Readonly<Partial<Record<Overridable, OverflowMode | undefined>>> | undefined;
}

function perTensor<Value>(valueOf: (tensor: TensorName) => Value): Record<TensorName, Value> {
  return Object.fromEntries(tensorNames.map((tensor) => [tensor, valueOf(tensor)])) as Record<
    TensorName,
    Value
  >;
}

function formatOf(
  tensor: TensorName,
  tensors: TensorModels,
  overrides: PrecisionOverrides,
): FixedPointFormat {
  const text = overrides[tensor];
  if (text === undefined) return tensors[tensor].format;
  return parseFormat(text, tensor === 'accumulator' ? maximumAccumulatorBits : maximumTensorBits);
}

/** The chip's formats and modes with the experiment's overrides in place. */
export function resolveNumerics(chip: ChipModel, overrides: PrecisionOverrides): ChipNumerics {
  const { tensors } = chip;
  const { rounding, overflow } = overrides;
  const modes: ChipNumerics['rounding'] = {
    weight: tensors.weight.rounding,
    bias: tensors.bias.rounding,
    input: tensors.input.rounding,
    accumulator: tensors.accumulator.rounding,
    activation: tensors.activation.rounding,
    output: tensors.output.rounding,
    delta: tensors.delta.rounding,
    feedback: tensors.feedback.rounding,
    update: tensors.update.rounding,
    delayedError: tensors.delayedError.rounding,
    gradient: tensors.gradient.rounding,
    momentum: tensors.momentum.rounding,
    secondMoment: tensors.secondMoment.rounding,
  };
  const named = typeof rounding === 'string' ? { weight: rounding } : (rounding ?? {});
  const given = Object.fromEntries(Object.entries(named).filter(([, mode]) => mode !== undefined));
  return {
    formats: perTensor((tensor) => formatOf(tensor, tensors, overrides)),
    overflow: perTensor((tensor) => {
      if (typeof overflow === 'string') return overflow;
      const own: Partial<Record<TensorName, OverflowMode | undefined>> = overflow ?? {};
      return own[tensor] ?? tensors[tensor].overflow;
    }),
    rounding: { ...modes, ...given },
  };
}
