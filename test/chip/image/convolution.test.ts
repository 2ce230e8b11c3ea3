import test from 'ava';
import { convolutionVisits, largestVisitCount } from '../../../src/chip/image/convolution.js';

test('an input visits the positions whose field it is in, ascending, each by its place in the kernel (spec §2.10)', (t) => {
  // 3 × 3, kernel 2, stride 1: maps 2 × 2. The middle is in all four fields, in each at another place.
  const visits = convolutionVisits({
    inputShape: [1, 3, 3],
    kernelSize: 2,
    stride: 1,
    padding: 0,
    mapShape: [1, 2, 2],
    pooledShape: [1, 1, 1],
  });
  t.deepEqual(visits[4], [
    { row: 3, position: 0 },
    { row: 2, position: 1 },
    { row: 1, position: 2 },
    { row: 0, position: 3 },
  ]);
  t.deepEqual(visits[0], [{ row: 0, position: 0 }]);
  t.deepEqual(visits[5], [
    { row: 3, position: 1 },
    { row: 1, position: 3 },
  ]);
});

test('stride leaves inputs out, padding moves the fields, channels have rows of their own (spec §2.10)', (t) => {
  // 2 × 4 × 4, kernel 1, stride 2, padding 1: positions at −1, 1 and 3.
  const convolution = {
    inputShape: [2, 4, 4],
    kernelSize: 1,
    stride: 2,
    padding: 1,
    mapShape: [5, 3, 3],
    pooledShape: [5, 1, 1],
  } as const;
  const visits = convolutionVisits(convolution);
  t.deepEqual(
    visits.map((list) => list.length),
    [
      0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0,
      1,
    ],
  );
  t.deepEqual(visits[7], [{ row: 0, position: 5 }]);
  t.deepEqual(visits[31], [{ row: 1, position: 8 }]);
  t.is(largestVisitCount(convolution), 1);
});
