import test from 'ava';
import fc from 'fast-check';
import { totalVisits } from '../../../src/chip/image/total-visits.js';
import { holds } from '../../support/holds.js';

/** V(a) of §2.10 by its definition: positions (oy, ox) whose field the input at (y, x) is in. */
function visitsOf(
  { y, x }: { readonly y: number; readonly x: number },
  geometry: { kernelSize: number; stride: number; padding: number; height: number; width: number },
): number {
  const { kernelSize, stride, padding, height, width } = geometry;
  let visits = 0;
  for (let oy = 0; oy < height; oy += 1) {
    for (let ox = 0; ox < width; ox += 1) {
      const ky = y + padding - oy * stride;
      const kx = x + padding - ox * stride;
      if (ky >= 0 && ky < kernelSize && kx >= 0 && kx < kernelSize) visits += 1;
    }
  }
  return visits;
}

test('every input of a fully-connected layer has one visit (spec §2.10)', (t) => {
  t.is(totalVisits({ convolution: null, inputCount: 784 }), 784);
});

test('X of a kernel of 5 with stride 2 and padding 2 on 28×28 is the square of 67 (spec §2.10)', (t) => {
  // Fields at −2, 0, …, 24: 14 a side. The first has 3 of 5 coordinates inside, the last (24…28) has 4: 5·14 − 2 − 1 = 67.
  const convolution = {
    inputShape: [1, 28, 28],
    kernelSize: 5,
    stride: 2,
    padding: 2,
    mapShape: [32, 14, 14],
    pooledShape: [32, 7, 7],
  } as const;
  t.is(totalVisits({ convolution, inputCount: 784 }), 67 * 67);
});

test('X is the sum of V over all inputs, for any kernel, stride and padding (spec §2.10)', (t) => {
  const geometries = fc.record({
    channels: fc.integer({ min: 1, max: 3 }),
    inputHeight: fc.integer({ min: 1, max: 9 }),
    inputWidth: fc.integer({ min: 1, max: 9 }),
    kernelSize: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 6 }),
  });
  holds(
    t,
    fc.property(geometries, (geometry) => {
      const { channels, inputHeight, inputWidth, kernelSize, stride, padding } = geometry;
      const positions = (side: number) =>
        Math.floor((side + 2 * padding - kernelSize) / stride) + 1;
      const height = positions(inputHeight);
      const width = positions(inputWidth);
      fc.pre(height > 0 && width > 0);
      let expected = 0;
      for (let y = 0; y < inputHeight; y += 1) {
        for (let x = 0; x < inputWidth; x += 1) {
          expected += channels * visitsOf({ y, x }, { ...geometry, height, width });
        }
      }
      const convolution = {
        inputShape: [channels, inputHeight, inputWidth],
        kernelSize,
        stride,
        padding,
        mapShape: [1, height, width],
        pooledShape: [1, 0, 0],
      } as const;
      const inputCount = channels * inputHeight * inputWidth;
      t.is(totalVisits({ convolution, inputCount }), expected);
    }),
    { seed: 210, numRuns: 300 },
  );
});
