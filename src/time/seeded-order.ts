import seedrandom from 'seedrandom';

/**
 * Order of the training samples in one epoch (1, 2, …): a Fisher–Yates shuffle from `seed` and the epoch's number, so that a
 * resumed run and the float reference see the same samples in the same order. `isShuffled: false` keeps file order.
 */
export function sampleOrder(
  sampleCount: number,
  seed: number,
  epoch: number,
  isShuffled: boolean,
): Uint32Array {
  const order = Uint32Array.from({ length: sampleCount }, (_, index) => index);
  if (!isShuffled) return order;
  const generator = seedrandom(`${seed}/order/${epoch}`);
  for (let last = sampleCount - 1; last > 0; last -= 1) {
    const chosen = Math.floor(generator() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = moved;
  }
  return order;
}
