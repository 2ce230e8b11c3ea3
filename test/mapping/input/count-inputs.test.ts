import test from 'ava';

import type { Dataset } from '../../../src/datasets/dataset.js';
import { countInputs } from '../../../src/mapping/input/count-inputs.js';
import { InputEncoder } from '../../../src/mapping/input/input-encoder.js';
import { parseFormat } from '../../../src/numerics/format.js';

/** One sample of four inputs with these counts. */
function counted(features: Uint8Array | Float32Array): Dataset {
  return {
    name: 'counts',
    classCount: 2,
    inputShape: [1, 1, 4],
    inputCount: 4,
    sampleCount: 1,
    setSampleCount: 1,
    features,
    featureScale: 1,
    normalise: null,
    channels: null,
    labels: Uint8Array.of(1),
    events: {
      offsets: Uint32Array.of(0, 0),
      timesUs: new Uint32Array(0),
      addresses: new Uint32Array(0),
      polarities: new Uint8Array(0),
    },
    sourceFiles: [],
    note: null,
  };
}

/** What the encoder makes of counts, and the scales of both parts. */
function encode(
  features: Uint8Array | Float32Array,
  format: string,
): {
  readonly raw: readonly number[];
  readonly scales: readonly number[];
  readonly overflowCount: number;
} {
  const part = counted(features);
  const { data, quantiser } = countInputs({
    data: { train: part, test: part },
    quantiser: { format: parseFormat(format), rounding: 'truncate', overflow: 'wrap' },
  });
  const encoder = new InputEncoder(data.train, quantiser);
  const { inputsRaw } = encoder.encode(Uint32Array.of(0), 0, 1);
  const scales = [data.train.featureScale, data.test.featureScale];
  return { raw: [...inputsRaw], scales, overflowCount: encoder.overflowCount };
}

test('the raw input is the number of events in any format, and an event weighs 2^−F (spec §9)', (t) => {
  for (const [format, scale] of [
    ['u8.8', 2 ** -8],
    ['u8.4', 2 ** -4],
    ['u8.0', 1],
    ['u8.-3', 8],
    ['s16.20', 2 ** -20],
  ] as const) {
    const expected = { raw: [0, 1, 25, 127], scales: [scale, scale], overflowCount: 0 };
    t.deepEqual(encode(Uint8Array.of(0, 1, 25, 127), format), expected);
    t.deepEqual(encode(Float32Array.of(0, 1, 25, 127), format), expected);
  }
});

test('counts above the maximum of the format saturate whatever its overflow mode, and are counted (spec §9)', (t) => {
  t.deepEqual(encode(Uint8Array.of(15, 16, 17, 255), 'u4.2'), {
    raw: [15, 15, 15, 15],
    scales: [0.25, 0.25],
    overflowCount: 3,
  });
  t.deepEqual(encode(Float32Array.of(126, 127, 128, 1000), 's8.4').raw, [126, 127, 127, 127]);
});

test('a set without events passes through', (t) => {
  const part: Dataset = {
    ...counted(Uint8Array.of(1, 2, 3, 4)),
    featureScale: 1 / 255,
    events: null,
  };
  const inputs = {
    data: { train: part, test: part },
    quantiser: { format: parseFormat('u8.8'), rounding: 'nearest', overflow: 'wrap' },
  } as const;
  t.deepEqual(countInputs(inputs), inputs);
});
