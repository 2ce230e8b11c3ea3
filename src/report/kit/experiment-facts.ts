import { z } from 'zod';
import { describeNetwork } from '../../experiment/file/describe-network.js';
import { experimentSchema } from '../../experiment/file/experiment-schema.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import { formatCount, formatNumber, withUnit } from './quantity.js';

/** The parts of a resolved experiment that the report names; a record without them still has a report. */
const factsSchema = z.looseObject({
  name: z.string().catch('unnamed experiment'),
  network: experimentSchema.shape.network.nullable().catch(null),
  training: z.looseObject({ rule: z.string().nullable().catch(null) }).catch({ rule: null }),
});

export interface ExperimentFact {
  readonly label: string;
  readonly value: string;
}

export function experimentName(result: ResultRecord): string {
  return factsSchema.parse(result.experiment).name;
}

/** `DRTP`, or null where the experiment names no rule. */
export function ruleName(result: ResultRecord): string | null {
  return factsSchema.parse(result.experiment).training.rule?.toUpperCase() ?? null;
}

/** `64–100–10`: inputs, then the neurons of every layer; a convolution as `CONV 8,3`: channels, kernel. */
export function networkShape(result: ResultRecord): string {
  const layers = [...result.activity].sort((left, right) => left.layer - right.layer);
  const { network } = factsSchema.parse(result.experiment);
  const described = network === null ? [] : describeNetwork(network);
  const names = layers.map(({ neuronCount }, index) => {
    const layer = described[index];
    return layer?.type === 'conv' ? `CONV ${layer.channels},${layer.kernelSize}` : neuronCount;
  });
  return [layers[0]?.inputCount ?? result.dataset.inputCount, ...names].map(String).join('–');
}

/** What was run on what: the line below the title. */
export function experimentFacts(result: ResultRecord): readonly ExperimentFact[] {
  const { dataset, hardware } = result;
  const samples = `${formatCount(dataset.trainSamples)} training, ${formatCount(dataset.testSamples)} test samples`;
  return [
    { label: 'Data set', value: `${dataset.name} (${samples})` },
    { label: 'Network', value: networkShape(result) },
    { label: 'Rule', value: ruleName(result) ?? 'not stated' },
    { label: 'Chip', value: hardware.name },
    { label: 'Node', value: withUnit(formatNumber(hardware.nodeNm), 'nm') },
    { label: 'Voltage', value: withUnit(formatNumber(hardware.voltageV), 'V') },
    { label: 'Clock', value: withUnit(formatNumber(hardware.clockMhz), 'MHz') },
  ];
}
