import type { ResultRecord } from '../experiment/result-record.js';
import { markup, type Markup } from './markup.js';
import { formatCount, formatMeanCount, formatNumber, formatPercent, withUnit } from './quantity.js';
import { type Column, renderPlainTable, renderTable } from './table.js';

type Memory = ResultRecord['memory'][number];
type Wear = ResultRecord['wear'][number];
type Activity = ResultRecord['activity'][number];

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : formatPercent((100 * part) / whole, 1);
}

const memoryColumns: readonly Column<Memory>[] = [
  {
    label: 'Core',
    unit: '',
    explanation: 'Number of the core that holds the memory; all: they share it.',
    isNumeric: true,
    cell: ({ core }) => (core === null ? 'all' : formatCount(core)),
  },
  {
    label: 'Memory',
    unit: '',
    explanation: 'Component, as it is called in the ledger.',
    isNumeric: false,
    cell: ({ component }) => markup`<code>${component}</code>`,
  },
  {
    label: 'Word',
    unit: 'bit',
    explanation: 'Width of one word, the unit of an access.',
    isNumeric: true,
    cell: ({ wordBits }) => formatCount(wordBits),
  },
  {
    label: 'Used',
    unit: 'bit',
    explanation: 'Bits that this network occupies.',
    isNumeric: true,
    cell: ({ usedBits }) => formatCount(usedBits),
  },
  {
    label: 'Capacity',
    unit: 'bit',
    explanation: 'Bits that the chip provides.',
    isNumeric: true,
    cell: ({ capacityBits }) => formatCount(capacityBits),
  },
  {
    label: 'Filled',
    unit: '',
    explanation: 'Used bits divided by capacity.',
    isNumeric: true,
    cell: ({ usedBits, capacityBits }) => share(usedBits, capacityBits),
  },
  {
    label: 'Needed by',
    unit: '',
    explanation: 'Whether the memory exists only because the chip learns.',
    isNumeric: false,
    cell: ({ trainingOnly }) => (trainingOnly ? 'learning only' : 'inference and learning'),
  },
];

/** Memories, used and provided, with their sums and what learning alone needs. */
export function renderMemoryTable(result: ResultRecord): Markup {
  const sum = (memories: readonly Memory[], key: 'usedBits' | 'capacityBits') =>
    memories.reduce((total, memory) => total + memory[key], 0);
  const row = (label: string, memories: readonly Memory[]) => {
    const used = sum(memories, 'usedBits');
    const capacity = sum(memories, 'capacityBits');
    return markup`<tr class="total"><th scope="row" colspan="3">${label}</th><td class="n">${formatCount(used)}</td><td class="n">${formatCount(capacity)}</td><td class="n">${share(used, capacity)}</td><td></td></tr>`;
  };
  const learning = result.memory.filter(({ trainingOnly }) => trainingOnly);
  return renderTable('Memories', memoryColumns, [
    {
      heading: null,
      rows: result.memory,
      total: markup`${row('Of it for learning only', learning)}${row('All', result.memory)}`,
    },
  ]);
}

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
    explanation: 'Core that holds the layer.',
    isNumeric: true,
    cell: ({ core }) => formatCount(core),
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
      share(eventsInPerTrainingSample, inputCount),
  },
];

/** Events entering each layer: what most counts of the ledger grow with. */
export function renderActivityTable(result: ResultRecord): Markup {
  return renderPlainTable('Activity', activityColumns, result.activity);
}

/** The chip's area in one sentence. */
export function areaSentence(result: ResultRecord): string {
  const { totalMm2 } = result.area;
  return totalMm2 === null
    ? 'Area: not measured; the hardware model gives no area for some part.'
    : `Area: ${withUnit(formatNumber(totalMm2, 3), 'mm²')}.`;
}
