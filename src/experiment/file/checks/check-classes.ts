import type { DatasetParts } from '../../../datasets/dataset.js';
import type { LayerDescription } from '../../../network/topology.js';
import type { StrictYaml } from '../../../units/strict-yaml.js';
import type { Experiment } from '../experiment-schema.js';

/** The network with another number of neurons in its last layer, as the user writes it. */
function networkWith({ network }: Experiment, classCount: number): string {
  return typeof network === 'string'
    ? `write network: ${network.replace(/\d+$/, String(classCount))}`
    : `give the last layer ${classCount} neurons`;
}

/** What to do where the labels show other classes than the last layer has neurons. */
function remedyOf(
  experiment: Experiment,
  { train, test }: DatasetParts,
  neuronCount: number,
): string {
  const { classCount } = train;
  const labels = [...new Set([...train.labels, ...test.labels])].sort((a, b) => a - b);
  const { dataset } = experiment;
  const isOwn = 'path' in dataset;
  const isStated = 'classCount' in dataset && dataset.classCount !== undefined;
  if (neuronCount < classCount && labels.length === neuronCount && !isStated && isOwn) {
    if (labels.at(-1) === neuronCount - 1) {
      return `the labels are 0 to ${neuronCount - 1}: write dataset.classCount: ${neuronCount}, or ${networkWith(experiment, classCount)}`;
    }
    return labels[0] === 1 && labels.at(-1) === neuronCount
      ? `the labels run from 1 to ${neuronCount}: subtract 1, in both parts alike (y - 1)`
      : `the labels are ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ', …' : ''}: number the classes without gaps, in both parts alike, with numpy.searchsorted(numpy.unique(train_y), y)`;
  }
  const network = networkWith(experiment, classCount);
  if (neuronCount === 1) {
    return `the answer is the class of the largest output, and rules with a B select its row by the label, so each class needs an output of its own, two classes two; ${network}`;
  }
  return isOwn && neuronCount > classCount && neuronCount <= 256
    ? `${network}, or dataset.classCount: ${neuronCount} if there are classes without samples here`
    : network;
}

/** @throws InputError where the last layer has not one neuron per class. */
export function checkClasses(
  read: StrictYaml<Experiment>,
  layers: readonly LayerDescription[],
  data: DatasetParts,
): void {
  const last = layers.at(-1);
  const { classCount } = data.train;
  if (last?.type !== 'fc' || last.neurons === classCount) return;
  const neurons = `${last.neurons} ${last.neurons === 1 ? 'neuron' : 'neurons'}`;
  throw read.problem(
    ['network'],
    `the last layer has ${neurons}, the data set has ${classCount} classes; ${remedyOf(read.value, data, last.neurons)}`,
  );
}
