import type { ReferenceJob } from '../../src/reference/reference-job.js';

/** A layer as plain nested arrays of float64: weights[input][neuron]. */
interface NaiveLayer {
  readonly f: (z: number) => number;
  readonly slope: (z: number) => number;
  weights: number[][];
  biases: number[];
  readonly feedback: readonly (readonly number[])[];
}

function reshape(values: Float32Array | null, columnCount: number): number[][] {
  const rows: number[][] = [];
  for (let start = 0; start < (values?.length ?? 0); start += columnCount) {
    rows.push([...(values?.subarray(start, start + columnCount) ?? [])]);
  }
  return rows;
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const functions = {
  tanh: { f: Math.tanh, slope: (z: number) => 1 / Math.cosh(z) ** 2 },
  sigmoid: { f: logistic, slope: (z: number) => logistic(z) * logistic(-z) },
};

function at<Element>(list: readonly Element[], index: number): Element {
  const element = list[index];
  if (element === undefined) throw new RangeError(`index ${index} of ${list.length}`);
  return element;
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Gradients of one sample, added to `sums`; straight from the rules' equations, with f′ from z. */
function addGradients(
  job: ReferenceJob,
  layers: readonly NaiveLayer[],
  sample: number,
  batchCount: number,
  sums: readonly { readonly weights: number[][]; readonly biases: number[] }[],
): void {
  const { features, featureScale, labels } = job.train;
  const inputCount = job.topology.inputCount;
  const label = at([...labels], sample);
  let x = [...features.subarray(sample * inputCount, (sample + 1) * inputCount)].map(
    (feature) => feature * featureScale,
  );
  layers.forEach((layer, index) => {
    const z = layer.biases.map((bias, n) =>
      x.reduce((sum, value, i) => sum + value * at(at(layer.weights, i), n), bias),
    );
    const h = z.map((value) => layer.f(value));
    const isOutput = index === layers.length - 1;
    const factor = job.lossReduction === 'mean' ? 1 / (batchCount * h.length) : 1;
    z.forEach((value, n) => {
      const error = at(h, n) - (n === label ? 1 : 0);
      const outputDelta = factor * (job.loss === 'bce' ? error : 2 * error * layer.slope(value));
      const delta = isOutput ? outputDelta : at(at(layer.feedback, label), n) * layer.slope(value);
      const sum = at(sums, index);
      sum.biases[n] = at(sum.biases, n) + delta;
      x.forEach((input, i) => {
        const row = at(sum.weights, i);
        row[n] = at(row, n) + delta * input;
      });
    });
    x = h;
  });
}

/**
 * DRTP one update after the other in float64, with no blocks and no matrix products: the independent calculation that
 * `trainReference` is compared with. Returns weights and biases of every layer, flat.
 */
export function trainNaively(job: ReferenceJob): { weights: number[]; biases: number[] }[] {
  const layers = job.topology.layers.map((spec, index): NaiveLayer => {
    const initial = at(job.initial, index);
    return {
      ...functions[spec.activation],
      weights: reshape(initial.weights, spec.neuronCount),
      biases: [...initial.biases],
      feedback: reshape(initial.feedback, spec.neuronCount),
    };
  });
  for (let epoch = 1; epoch <= job.epochs; epoch += 1) {
    const order = [...job.orders(epoch)];
    for (let start = 0; start < order.length; start += job.batch) {
      const batch = order.slice(start, start + job.batch);
      const sums = layers.map((layer) => ({
        weights: layer.weights.map((row) => zeros(row.length)),
        biases: zeros(layer.biases.length),
      }));
      for (const sample of batch) addGradients(job, layers, sample, batch.length, sums);
      layers.forEach((layer, index) => {
        const { weights, biases } = at(sums, index);
        const learn = (value: number, sum: number): number => value - job.learningRate * sum;
        layer.weights = layer.weights.map((row, i) =>
          row.map((value, n) => learn(value, at(at(weights, i), n))),
        );
        layer.biases = layer.biases.map((value, n) => learn(value, at(biases, n)));
      });
    }
  }
  return layers.map((layer) => ({ weights: layer.weights.flat(), biases: layer.biases }));
}
