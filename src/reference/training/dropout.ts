import seedrandom from 'seedrandom';

/** Dropout on the inputs of every FC layer, as in both original codes; rate 0 is none. */
export interface DropoutSpec {
  /** Probability with which an input is 0 in training. */
  readonly rate: number;
  readonly seed: number;
}

/** Where in a training a mask is drawn: its only source of randomness, so that a training can be repeated. */
export interface DropoutMoment {
  readonly epoch: number;
  readonly batch: number;
  readonly layer: number;
}

/** `count` factors for inputs: 0 with probability `rate`, else 1/(1 − rate), which keeps the mean. */
export function dropoutMask(spec: DropoutSpec, moment: DropoutMoment, count: number): Float32Array {
  const { epoch, batch, layer } = moment;
  const uniform = seedrandom(`${spec.seed}/dropout/${epoch}/${batch}/layer${layer}`);
  const kept = 1 / (1 - spec.rate);
  return Float32Array.from({ length: count }, () => (uniform() < spec.rate ? 0 : kept));
}
