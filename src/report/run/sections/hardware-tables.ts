import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { coresOf, printCores } from '../../kit/core-list.js';
import type { Markup } from '../../kit/markup.js';
import { formatCount, formatMeanCount, formatShare } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type Wear = ResultRecord['wear'][number];
type Activity = ResultRecord['activity'][number];

const wearColumns: readonly Column<Wear>[] = [
  {
    label: 'Layer',
    unit: '',
    explanation: 'Layer whose synapse array is written.',
    isNumeric: true,
    cell: ({ layer }) => formatCount(layer),
  },
  {
    label: 'Largest',
    unit: 'writes per word',
    explanation: 'Writes of the most written synapse word over all training.',
    isNumeric: true,
    cell: ({ largestWritesPerWord }) => formatCount(largestWritesPerWord),
  },
  {
    label: 'Mean',
    unit: 'writes per word',
    explanation: 'All synapse writes of training divided by the number of words.',
    isNumeric: true,
    cell: ({ meanWritesPerWord }) => formatMeanCount(meanWritesPerWord),
  },
];

/** Writes per synapse word over all training: what a memory with limited endurance must bear. */
export function renderWearTable(result: ResultRecord): Markup {
  return renderPlainTable('Wear', wearColumns, result.wear);
}

const activityColumns: readonly Column<Activity>[] = [
  {
    label: 'Layer',
    unit: '',
    explanation: 'Layer that the events enter.',
    isNumeric: true,
    cell: ({ layer }) => formatCount(layer),
  },
  {
    label: 'Core',
    unit: '',
    explanation:
      'Core that holds the layer; several: each has some of its neurons (n parts) and takes some of its inputs (a parts), written n × a.',
    isNumeric: true,
    cell: (layer) => {
      const cores = coresOf(layer);
      const grid = cores.length === 1 ? '' : ` (${layer.neuronParts} × ${layer.axonParts})`;
      return `${printCores(cores)}${grid}`;
    },
  },
  {
    label: 'Inputs',
    unit: '',
    explanation: 'Axons of the layer: the most events it can receive for a sample.',
    isNumeric: true,
    cell: ({ inputCount }) => formatCount(inputCount),
  },
  {
    label: 'Neurons',
    unit: '',
    explanation: 'Neurons of the layer.',
    isNumeric: true,
    cell: ({ neuronCount }) => formatCount(neuronCount),
  },
  {
    label: 'Events, inference',
    unit: 'per sample',
    explanation: 'Mean events entering the layer for an inference sample.',
    isNumeric: true,
    cell: ({ eventsInPerInferenceSample: events }) =>
      events === null ? '–' : formatMeanCount(events),
  },
  {
    label: 'Events, training',
    unit: 'per sample',
    explanation: 'Mean events entering the layer for a training sample.',
    isNumeric: true,
    cell: ({ eventsInPerTrainingSample }) => formatMeanCount(eventsInPerTrainingSample),
  },
  {
    label: 'Active inputs',
    unit: 'in training',
    explanation:
      'Events of a training sample divided by inputs; what is missing to 100 % is saved.',
    isNumeric: true,
    cell: ({ eventsInPerTrainingSample, inputCount }) =>
      formatShare(eventsInPerTrainingSample, inputCount),
  },
];

/** Events entering each layer: what most counts of the ledger grow with. */
export function renderActivityTable(result: ResultRecord): Markup {
  return renderPlainTable('Activity', activityColumns, result.activity);
}
