import { gradientRule, type RuleName, rulesWhere } from '../../network/rule-facts.js';
import path from 'node:path';
import { makeEstimate } from '../../experiment/estimate/make-estimate.js';
import { prepareEstimate } from '../../experiment/estimate/prepare-estimate.js';
import { packageRoot } from '../../package-root.js';
import { InputError } from '../../units/input-error.js';
import {
  type MemoryEstimate,
  type MemorySection,
  renderMemoryOfRules,
} from '../../report/estimate/memory-of-rules.js';

/** Shape of the samples of a data set of the thesis, and its batch. */
interface ThesisSet {
  readonly shape: string;
  readonly batch: number;
  readonly topologies: readonly string[];
}

const fullyConnected = ['fc1-500', 'fc1-1000', 'fc2-500', 'fc2-1000'];

const sets: Readonly<Record<string, ThesisSet>> = {
  synth: {
    shape: '{ inputShape: [1, 1, 256], classCount: 10, trainSamples: 25000 }',
    batch: 50,
    topologies: ['fc3-500'],
  },
  mnist: {
    shape: '{ inputShape: [1, 28, 28], classCount: 10, trainSamples: 60000 }',
    batch: 60,
    topologies: [...fullyConnected, 'conv'],
  },
  cifar10: {
    shape: '{ inputShape: [3, 32, 32], classCount: 10, trainSamples: 50000 }',
    batch: 100,
    topologies: [...fullyConnected, 'conv'],
  },
};

/** Those of the thesis's table: BP, and the rules of which the label selects a row of B. */
const rules: readonly RuleName[] = [
  gradientRule,
  ...rulesWhere(({ isLabelSelected }) => isLabelSelected),
];

async function estimateOf(
  file: string,
  setting: string,
  overrides: readonly string[],
): Promise<MemoryEstimate> {
  const prepared = await prepareEstimate(path.join(packageRoot, file), {
    overrides,
    dataFolder: packageRoot,
    rules,
    coreCount: null,
    result: null,
  });
  const settings = overrides.map((text) => ` --set '${text}'`).join('');
  const command = `npx spikeledger estimate ${file} --rules ${rules.join(',')}${settings}`;
  try {
    return { setting, command, estimate: makeEstimate(prepared).record, problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Which file it is stands in the command.
    const problem = error.message.replace(/^\S+: network: /, '');
    return { setting, command, estimate: null, problem };
  }
}

async function sectionOf(name: string, topology: string): Promise<MemorySection[]> {
  const set = sets[name];
  if (set === undefined) return [];
  const file = `examples/thesis/${name}-${topology}-bp.yaml`;
  const shown = [`dataset=${set.shape}`, 'activity={ input: 1, layers: 1 }'];
  const batches = [
    'hardware=large-28nm',
    `training.batch=${String(set.batch)}`,
    'training.optimizer=adam',
  ];
  const online = await estimateOf(file, 'online', shown);
  const inBatches = await estimateOf(file, `Adam, batch ${String(set.batch)}`, [
    ...shown,
    ...batches,
  ]);
  const network = online.estimate?.experiment['network'];
  return [
    { title: `${name}-${topology}`, network: String(network), estimates: [online, inBatches] },
  ];
}

/** The text of `docs/memory-of-rules.md`: needs no data set, for it states the shapes. */
export async function memoryOfRules(): Promise<string> {
  const sections: MemorySection[] = [];
  for (const [name, { topologies }] of Object.entries(sets)) {
    for (const topology of topologies) sections.push(...(await sectionOf(name, topology)));
  }
  return renderMemoryOfRules(sections);
}
