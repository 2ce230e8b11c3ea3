import { factsOf, isDelayedErrorRule, ruleNames } from '../../network/rule-facts.js';
import { z } from 'zod';
import { describeNetwork } from '../../experiment/file/describe-network.js';
import { experimentSchema } from '../../experiment/file/experiment-schema.js';
import { defpOptions } from '../../experiment/file/training-schema.js';
import { hasChip, type RunRecord } from '../../experiment/record/run-record.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { formatCount, formatNumber, formatPercent, withUnit } from './quantity.js';
import { updateFacts } from './update-text.js';

/** The parts of a resolved experiment that the report names; a record without them still has a report. */
const factsSchema = z.looseObject({
  name: z.string().catch('unnamed experiment'),
  dataset: z
    .looseObject({
      path: z.string().optional(),
      scale: z.union([z.number(), z.string()]).optional(),
      normalise: z.string().optional(),
    })
    .nullable()
    .catch(null),
  network: experimentSchema.shape.network.nullable().catch(null),
  training: z
    .looseObject({
      rule: z.string().nullable().catch(null),
      defp: z
        .looseObject({
          variant: z.string(),
          init: z.string(),
          averageShift: z.number().optional().catch(undefined),
        })
        .nullable()
        .catch(null),
      feedback: z.string().nullable().catch(null),
    })
    .catch({ rule: null, defp: null, feedback: null }),
});

export interface ExperimentFact {
  readonly label: string;
  readonly value: string;
}

export function experimentName(result: RunRecord): string {
  return factsSchema.parse(result.experiment).name;
}

/** `DRTP`, `DEFP (loss, init measure)`: a rule with the options that make it another; null where none is named. */
function ruleName(result: RunRecord): string | null {
  const { rule, defp } = factsSchema.parse(result.experiment).training;
  if (rule === null) return null;
  const known = ruleNames.find((name) => name === rule);
  if (known === undefined) return rule;
  const { label } = factsOf(known);
  return isDelayedErrorRule(known) && defp !== null ? label + defpOptions(defp) : label;
}

/** Data set by name, one of the user's own with the beginning of its files' hash: many folders are called `data`. */
function datasetName({ dataset }: RunRecord, isOwn: boolean): string {
  const [first] = dataset.files;
  if (!isOwn || first === undefined) return dataset.name;
  const hash = canonicalHash(dataset.files.map(({ sha256 }) => sha256));
  return `${dataset.name} #${hash.slice(0, shortHashLength)}`;
}

/** `, scale 1/16`, `, normalised by range`: what the experiment states of the values of its data; empty where it does not. */
function scalingOf(dataset: z.infer<typeof factsSchema>['dataset']): string {
  const { scale, normalise } = dataset ?? {};
  return [
    scale === undefined ? '' : `, scale ${String(scale)}`,
    normalise === undefined || normalise === 'none' ? '' : `, normalised by ${normalise}`,
  ].join('');
}

/** `1 498 training, 299 test samples`, `20 000 of 50 000 training, …` where not all of the set are in use. */
function samplesText({ dataset }: RunRecord): string {
  const { trainSamples, testSamples, trainSamplesInSet, testSamplesInSet } = dataset;
  const of = (inUse: number, inSet: number | null): string =>
    formatCount(inUse) + (inSet === null || inSet === inUse ? '' : ` of ${formatCount(inSet)}`);
  return `${of(trainSamples, trainSamplesInSet)} training, ${of(testSamples, testSamplesInSet)} test samples`;
}

/** Digits of a hash that tell results apart side by side. */
const shortHashLength = 6;

/** `64–100–10`: inputs, then the neurons of every layer; a convolution as `CONV 8,3,1,1`: channels, kernel, stride, padding. */
export function networkShape(result: RunRecord): string {
  const layers = [...result.activity].sort((left, right) => left.layer - right.layer);
  const { network } = factsSchema.parse(result.experiment);
  const described = network === null ? [] : describeNetwork(network);
  // Without a chip no layer has a place on it, and the experiment alone says what there is.
  const names = (layers.length === 0 ? described : layers).map((_, index) => {
    const layer = described[index];
    if (layer?.type === 'conv')
      return `CONV ${layer.channels},${layer.kernelSize},${layer.stride},${layer.padding}`;
    return layers[index]?.neuronCount ?? layer?.neurons ?? '?';
  });
  return [layers[0]?.inputCount ?? result.dataset.inputCount, ...names].map(String).join('–');
}

/** Most epochs whose share of skipped samples is written out; of more the first and the last are. */
const listedEpochs = 6;

/** Mean share of the training samples that the chip did not learn from; null where it learned from all. */
export function meanSkipped({ epochs }: RunRecord): number | null {
  const shares = epochs.flatMap(({ skippedPercent }) => skippedPercent ?? []);
  return shares.length === 0 ? null : meanOf(shares);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `34.2 % of the training samples; by epoch 12.0 %, 56.4 %`; null where all samples were learned from. */
function skippedText(shares: readonly number[]): string | null {
  const [first, ...others] = shares;
  if (first === undefined) return null;
  const last = others.at(-1);
  const byEpoch =
    last === undefined
      ? ''
      : shares.length <= listedEpochs
        ? `; by epoch ${shares.map((share) => formatPercent(share)).join(', ')}`
        : `; ${formatPercent(first)} in epoch 1, ${formatPercent(last)} in epoch ${shares.length}`;
  return `${formatPercent(meanOf(shares))} of the training samples${byEpoch}`;
}

/** Shares of the samples that chip and reference left out, each side's that leaves some out. */
function skipFacts({ epochs }: RunRecord): readonly ExperimentFact[] {
  const sides = [
    ['Not learned from', epochs.flatMap(({ skippedPercent }) => skippedPercent ?? [])],
    [
      'Not learned from, reference',
      epochs.flatMap(({ referenceSkippedPercent }) => referenceSkippedPercent ?? []),
    ],
  ] as const;
  return sides.flatMap(([label, shares]) => {
    const value = skippedText(shares);
    return value === null ? [] : [{ label, value }];
  });
}

/** What was run on what: the line below the title. */
export function experimentFacts(result: RunRecord): readonly ExperimentFact[] {
  const { hardware } = result;
  const { dataset: described, training } = factsSchema.parse(result.experiment);
  const isOwn = described?.path !== undefined;
  return [
    {
      label: 'Data set',
      value: `${datasetName(result, isOwn)} (${samplesText(result)})${scalingOf(described)}`,
    },
    { label: 'Network', value: networkShape(result) },
    { label: 'Rule', value: ruleName(result) ?? 'not stated' },
    ...(training.feedback === null || training.feedback === 'heUniform'
      ? []
      : [{ label: 'Feedback weights', value: training.feedback }]),
    ...skipFacts(result),
    { label: 'Seed', value: formatCount(result.seed) },
    { label: 'Chip', value: hasChip(result) ? hardware.name : `left out (${hardware.name})` },
    ...updateFacts(hardware.update),
    { label: 'Node', value: withUnit(formatNumber(hardware.nodeNm), 'nm') },
    { label: 'Voltage', value: withUnit(formatNumber(hardware.voltageV), 'V') },
    { label: 'Clock', value: withUnit(formatNumber(hardware.clockMhz), 'MHz') },
  ];
}
