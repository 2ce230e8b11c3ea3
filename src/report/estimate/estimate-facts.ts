import { factsOf } from '../../network/rule-facts.js';
import type { EstimateRecord, RuleEstimate } from '../../experiment/estimate/estimate-record.js';
import { z } from 'zod';
import type { ExperimentFact } from '../kit/experiment-facts.js';
import { formatCount, formatNumber, formatPercent, withUnit } from '../kit/quantity.js';
import { updateFacts } from '../kit/update-text.js';

/** The parts of a resolved experiment that an estimate's report names. */
const factsSchema = z.looseObject({
  name: z.string().catch('unnamed experiment'),
  dataset: z
    .looseObject({
      name: z.string().nullable().catch(null),
      inputShape: z.array(z.number()).catch([]),
    })
    .catch({ name: null, inputShape: [] }),
  training: z
    .looseObject({ batch: z.number().catch(1), optimizer: z.string().catch('sgd') })
    .catch({ batch: 1, optimizer: 'sgd' }),
});

export function estimateName(estimate: EstimateRecord): string {
  return factsSchema.parse(estimate.experiment).name;
}

/** `DRTP`, `DEFP (error)`. */
export function ruleLabel({ rule, variant }: Pick<RuleEstimate, 'rule' | 'variant'>): string {
  const name = factsOf(rule).label;
  return variant === null ? name : `${name} (${variant})`;
}

/** `784 – FC_1000 ×999 – FC_10`: inputs, then the layers, equal ones together. */
export function networkText({ network }: EstimateRecord): string {
  const groups: { readonly description: string; count: number }[] = [];
  for (const { description, repeat = 1 } of network.layers) {
    const last = groups.at(-1);
    if (last?.description === description) last.count += repeat;
    else groups.push({ description, count: repeat });
  }
  const names = groups.map(({ description, count }) =>
    count === 1 ? description : `${description} ×${formatCount(count)}`,
  );
  return [formatCount(network.inputs), ...names].join(' – ');
}

function kindsText(kinds: Readonly<Record<string, number>> = {}): string {
  const parts = Object.entries(kinds).map(([name, count]) => `${formatCount(count)} ${name}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** What is estimated on what: the line below the title. */
export function estimateFacts(estimate: EstimateRecord): readonly ExperimentFact[] {
  const { hardware, activity } = estimate;
  const { dataset, training } = factsSchema.parse(estimate.experiment);
  const { cores, coresAssumed, kindsAssumed } = hardware;
  const shape = dataset.inputShape.map(String).join('×');
  const samples = `${formatCount(activity.trainSamplesPerEpoch)} training samples`;
  return [
    { label: 'Samples', value: `${dataset.name ?? shape} (${samples})` },
    { label: 'Network', value: networkText(estimate) },
    { label: 'Batch', value: `${formatCount(training.batch)}, ${training.optimizer}` },
    { label: 'Activity', value: activity.source === 'result' ? 'of a run' : 'stated' },
    ...(activity.skippedPercent === undefined
      ? []
      : [
          {
            label: 'Not learned from',
            value: `${formatPercent(activity.skippedPercent)} of the training samples`,
          },
        ]),
    { label: 'Chip', value: hardware.name },
    ...updateFacts(hardware.update),
    {
      label: 'Cores',
      value:
        cores === coresAssumed && kindsAssumed === undefined
          ? formatCount(cores)
          : `${formatCount(coresAssumed)} assumed${kindsText(kindsAssumed)} (it has ${formatCount(cores)})`,
    },
    { label: 'Node', value: withUnit(formatNumber(hardware.nodeNm), 'nm') },
    { label: 'Voltage', value: withUnit(formatNumber(hardware.voltageV), 'V') },
    { label: 'Clock', value: withUnit(formatNumber(hardware.clockMhz), 'MHz') },
  ];
}
