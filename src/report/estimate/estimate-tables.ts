import {
  type EstimateRecord,
  type MemoryBitsRecord,
  type RuleEstimate,
} from '../../experiment/estimate/estimate-record.js';
import { phases, type Phase } from '../../ledger/ledger-row.js';
import { ruleLabel } from './estimate-facts.js';
import { pricedRules, type PricedRule, ruleColumns } from './estimate-figures.js';
import { markup, type Markup, noMarkup } from '../kit/markup.js';
import {
  formatCount,
  formatEnergy,
  formatMeanCount,
  formatMemory,
  formatPercent,
  unpriced,
} from '../kit/quantity.js';
import { type Column, renderPlainTable, renderTable } from '../kit/table.js';
import { phaseExplanations } from '../kit/vocabulary.js';

/** All rules on one chip: what the page is about. */
export function renderRuleTable({ rules }: EstimateRecord): Markup {
  const columns = ruleColumns.map(({ label, explanation, cell }, index): Column<RuleEstimate> => ({
    label,
    unit: '',
    explanation,
    isNumeric: index > 0,
    cell: (rule) => {
      const [value, note] = cell(rule);
      return markup`${index === 0 ? markup`<b>${value}</b>` : value}${note === '' ? noMarkup : markup`<br><span class="note">${note}</span>`}`;
    },
  }));
  return renderPlainTable('Rules', columns, rules);
}

/** A memory of a rule, as a row of the table: needed, or held. */
interface MemoryRow {
  readonly label: string;
  readonly bits: MemoryBitsRecord;
}

type BitsKey = keyof MemoryBitsRecord;

const memoryColumns: readonly (readonly [label: string, key: BitsKey, explanation: string])[] = [
  ['Weights', 'weightsBits', 'Weights and biases.'],
  ['Feedback', 'feedbackBits', 'B of the hidden layers; none where a generator makes it.'],
  [
    'h',
    'outputsBits',
    'Outputs of the layers: a locked rule keeps all of them until the update, others one layer at a time. On the chip with partial sums and winners of pooling.',
  ],
  ['Events', 'eventsBits', 'What entered a layer, kept for its update.'],
  ['Delayed error', 'delayedErrorBits', 'One or more values a training sample.'],
  ['Gradient', 'gradientBits', 'Sums of gradients: CONV layers, or several samples to a step.'],
  ['Optimizer', 'optimizerBits', 'States of the optimizer.'],
  ['All', 'totalBits', 'The sum.'],
];

/** Memory of every rule by what it holds: what the rule needs, and what the chip must hold. */
export function renderMemoryOfRules({ rules, inferenceOnly }: EstimateRecord): Markup {
  const columns: readonly Column<MemoryRow>[] = [
    {
      label: 'Rule',
      unit: '',
      explanation: 'Learning rule of the hidden layers.',
      isNumeric: false,
      cell: ({ label }) => label,
    },
    ...memoryColumns.map(([label, key, explanation]): Column<MemoryRow> => ({
      label,
      unit: '',
      explanation,
      isNumeric: true,
      cell: ({ bits }) => (bits[key] === 0 ? '–' : formatMemory(bits[key])),
    })),
  ];
  const rowsOf = (side: 'algorithm' | 'chip'): readonly MemoryRow[] =>
    rules.flatMap((rule) => {
      const bits = rule.memory[side];
      return bits === null ? [] : [{ label: ruleLabel(rule), bits }];
    });
  const inferring: readonly MemoryRow[] =
    inferenceOnly === null ? [] : [{ label: 'inference', bits: inferenceOnly.memory }];
  return renderTable('Memory of the rules', columns, [
    { heading: markup`What the rule needs`, rows: rowsOf('algorithm'), total: null },
    {
      heading: markup`What the chip must hold`,
      rows: [...inferring, ...rowsOf('chip')],
      total: null,
    },
  ]);
}

/** The energy of a sample, as a row of the table of phases. */
interface PhaseRow {
  readonly label: string;
  readonly parts: PricedRule['cost']['energyParts'];
}

function phaseEnergy({ parts: all }: PhaseRow, phase: Phase): string {
  const parts = all.filter((part) => part.phase === phase);
  if (parts.length === 0) return '–';
  if (parts.every(({ energyNj }) => energyNj === null)) return unpriced;
  const energy = parts.reduce((sum, { energyNj }) => sum + (energyNj ?? 0), 0);
  return formatEnergy(energy * 1000);
}

function phaseRows(estimate: EstimateRecord): readonly PhaseRow[] {
  const { inferenceOnly } = estimate;
  if (inferenceOnly !== null) {
    return [{ label: 'inference', parts: inferenceOnly.perSample.energyParts }];
  }
  return pricedRules(estimate).map(({ label, cost: { energyParts } }) => ({
    label,
    parts: energyParts.filter(({ run }) => run === 'training'),
  }));
}

/** Energy of a training sample by phase; of an inference, where the chip does not learn. */
export function renderPhaseTable(estimate: EstimateRecord): Markup {
  const rows = phaseRows(estimate);
  const shown = phases.filter((phase) =>
    rows.some(({ parts }) => parts.some((part) => part.phase === phase)),
  );
  const columns: readonly Column<PhaseRow>[] = [
    {
      label: 'Rule',
      unit: '',
      explanation: 'Learning rule of the hidden layers.',
      isNumeric: false,
      cell: ({ label }) => label,
    },
    ...shown.map((phase): Column<PhaseRow> => ({
      label: phase,
      unit: '',
      explanation: `${phaseExplanations[phase]}.`,
      isNumeric: true,
      cell: (row) => phaseEnergy(row, phase),
    })),
  ];
  return renderPlainTable('Energy by phase', columns, rows);
}

/** Consecutive layers of the same shape and activity. */
interface LayerGroup {
  readonly first: number;
  last: number;
  readonly description: string;
  readonly inputs: number;
  readonly parameters: number;
  readonly events: number;
  readonly activePercent: number;
}

export function layerGroups({ network, activity }: EstimateRecord): readonly LayerGroup[] {
  const groups: LayerGroup[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const { eventsPerTrainingSample: events = 0, activeInputsPercent: activePercent = 0 } =
      activity.layers[index] ?? {};
    const { layer: first, repeat = 1, description, inputs, parameters } = layer;
    const last = groups.at(-1);
    const end = first + repeat - 1;
    const isAlike =
      last?.description === description && last.inputs === inputs && last.events === events;
    if (isAlike) last.last = end;
    else groups.push({ first, last: end, description, inputs, parameters, events, activePercent });
  }
  return groups;
}

const layerColumns: readonly Column<LayerGroup>[] = [
  {
    label: 'Layer',
    unit: '',
    explanation: 'Number of the layer; consecutive equal layers are one line.',
    isNumeric: true,
    cell: ({ first, last }) =>
      first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`,
  },
  {
    label: 'Kind',
    unit: '',
    explanation: 'As in a topology string: FC_neurons, CONV_channels_kernel_stride_padding.',
    isNumeric: false,
    cell: ({ description }) => markup`<code>${description}</code>`,
  },
  {
    label: 'Parameters',
    unit: 'a layer',
    explanation: 'Weights and biases.',
    isNumeric: true,
    cell: ({ parameters }) => formatCount(parameters),
  },
  {
    label: 'Inputs',
    unit: 'a layer',
    explanation: 'Axons: the most events it can receive for a sample.',
    isNumeric: true,
    cell: ({ inputs }) => formatCount(inputs),
  },
  {
    label: 'Events',
    unit: 'per training sample',
    explanation: 'Mean events entering the layer: most counts grow with them.',
    isNumeric: true,
    cell: ({ events }) => formatMeanCount(events),
  },
  {
    label: 'Active inputs',
    unit: '',
    explanation: 'Events divided by inputs; what is missing to 100 % is saved.',
    isNumeric: true,
    cell: ({ activePercent }) => formatPercent(activePercent, 1),
  },
];

export function renderLayerTable(estimate: EstimateRecord): Markup {
  return renderPlainTable('Layers', layerColumns, layerGroups(estimate));
}
