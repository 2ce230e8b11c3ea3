import {
  type ChipNumerics,
  everyTensor,
  type TensorName,
} from '../../../src/chip/image/chip-image.js';
import { type FixedPointFormat, parseFormat } from '../../../src/numerics/format.js';

/** What a test says of a chip's numbers; formats as texts or as they are. */
export interface NumericsOptions {
  readonly formats?: Partial<Record<TensorName, string | FixedPointFormat>> | undefined;
  readonly overflow?: Partial<ChipNumerics['overflow']> | undefined;
  readonly rounding?: Partial<ChipNumerics['rounding']> | undefined;
}

const defaultFormats: Readonly<Record<TensorName, string>> = {
  input: 'u4.2',
  weight: 's6.3',
  bias: 's6.3',
  accumulator: 's10.5',
  activation: 's5.4',
  output: 'u4.4',
  delta: 's8.4',
  feedback: 's4.2',
  update: 's8.6',
  delayedError: 'u4.4',
  gradient: 's12.6',
  momentum: 's12.6',
  secondMoment: 'u12.8',
};

/** Formats with `text` where named, else the small defaults. */
export function smallNumerics({ formats, overflow, rounding }: NumericsOptions = {}): ChipNumerics {
  const format = (tensor: TensorName): FixedPointFormat => {
    const stated = formats?.[tensor] ?? defaultFormats[tensor];
    return typeof stated === 'string' ? parseFormat(stated, 64) : stated;
  };
  return {
    formats: everyTensor(format),
    overflow: { ...everyTensor(() => 'saturate' as const), ...overflow },
    rounding: { ...everyTensor(() => 'nearest' as const), ...rounding },
  };
}
