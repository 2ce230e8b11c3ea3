import type { PriceKind } from '../../ledger/priced-ledger.js';
import {
  type Component,
  componentFacts,
  type ComponentGroupName,
  componentGroupNames,
  componentNames,
} from '../../ledger/components.js';
import type { Phase, RunKind } from '../../ledger/ledger-row.js';

/* Words and colours of the report: one per thing. Colours are Okabe and Ito's, which colour-blind readers can tell apart. */

/** Components that share a colour in the energy chart; the ledger table keeps them apart. */
interface ComponentGroup {
  readonly label: string;
  readonly color: string;
  readonly components: readonly Component[];
}

const groupColors: Readonly<Record<ComponentGroupName, string>> = {
  'synapse array': '#0072B2',
  'neuron and bias memory': '#56B4E9',
  'feedback and error memory': '#CC79A7',
  buffers: '#009E73',
  'datapath and activation unit': '#D55E00',
  'random generators': '#E69F00',
  'router and input/output': '#F0E442',
  'clock, controller and leakage': '#8A929A',
};

export const componentGroups: readonly ComponentGroup[] = componentGroupNames.map((label) => ({
  label,
  color: groupColors[label],
  components: componentNames.filter((component) => componentFacts[component].group === label),
}));

export const runLabels: Readonly<Record<RunKind, string>> = {
  inference: 'Inference',
  training: 'Training',
};

export const inferenceColor = 'var(--soft)';
export const trainingColor = 'var(--ink)';
export const chipColor = 'var(--chip)';
export const referenceColor = 'var(--reference)';

/** A total that falls and one that rises, when a price is at its low or high end. */
export const cheaperColor = '#56B4E9';
export const dearerColor = '#E69F00';

/** What a core does in a bar of the schedule; light enough for a black number in both colour schemes. */
export const workColors: Readonly<Record<'forward' | 'feedback' | 'update', string>> = {
  forward: '#56B4E9',
  feedback: '#CC79A7',
  update: '#E69F00',
};

export const phaseExplanations: Readonly<Record<Phase, string>> = {
  forward: 'events pass through the layers',
  feedback: 'the learning signal reaches the layers',
  update: 'weights and biases are changed',
  readout: 'the class is found and sent out',
  control: 'the controller runs its program',
  idle: 'leakage and ungated clock over all cycles',
};

export const priceKindExplanations: Readonly<Record<PriceKind, string>> = {
  measured: 'Read on silicon of this design at this node and voltage.',
  published: 'Stated in a publication; scaled to this node and voltage where the source says so.',
  estimated: 'Calculated with a model, for example a memory compiler or CACTI table.',
  assumed: 'Chosen by the author of the hardware model, with a reason but no source.',
  unknown: 'No figure known: unpriced, left out of every total and never counted as 0.',
};
