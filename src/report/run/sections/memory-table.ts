import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { printCores } from '../../kit/core-list.js';
import { markup, type Markup } from '../../kit/markup.js';
import { formatCount, formatShare } from '../../kit/quantity.js';
import { type Column, renderTable } from '../../kit/table.js';

type Memory = ResultRecord['memory'][number];

/** Memories of cores that are filled alike. */
type MemoryGroup = Omit<Memory, 'core'> & {
  /** Ascending; null: all cores share it. */
  readonly cores: readonly number[] | null;
};

/** One entry for all cores whose memories are the same and filled alike, in the order of their first cores. */
function groupMemories(memories: ResultRecord['memory']): readonly MemoryGroup[] {
  const byCore = new Map<number, Memory[]>();
  for (const memory of memories) {
    if (memory.core === null) continue;
    byCore.set(memory.core, [...(byCore.get(memory.core) ?? []), memory]);
  }
  const alike = new Map<string, { readonly cores: number[]; readonly own: readonly Memory[] }>();
  for (const [core, own] of byCore) {
    const content = JSON.stringify(own.map((memory) => ({ ...memory, core: null })));
    const group = alike.get(content) ?? { cores: [], own };
    group.cores.push(core);
    alike.set(content, group);
  }
  const shared = memories.filter(({ core }) => core === null);
  return [
    ...[...alike.values()].flatMap(({ cores, own }) => own.map((memory) => ({ ...memory, cores }))),
    ...shared.map((memory) => ({ ...memory, cores: null })),
  ];
}

const memoryColumns: readonly Column<MemoryGroup>[] = [
  {
    label: 'Core',
    unit: '',
    explanation:
      'Number of the core that holds the memory; several: each of them has this much; all: they share it.',
    isNumeric: true,
    cell: ({ cores }) => (cores === null ? 'all' : printCores(cores)),
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
    explanation: 'Bits that this network occupies, on each core.',
    isNumeric: true,
    cell: ({ usedBits }) => formatCount(usedBits),
  },
  {
    label: 'Capacity',
    unit: 'bit',
    explanation: 'Bits that the core provides.',
    isNumeric: true,
    cell: ({ capacityBits }) => formatCount(capacityBits),
  },
  {
    label: 'Filled',
    unit: '',
    explanation: 'Used bits divided by capacity.',
    isNumeric: true,
    cell: ({ usedBits, capacityBits }) => formatShare(usedBits, capacityBits),
  },
  {
    label: 'Needed by',
    unit: '',
    explanation: 'Whether the memory exists only because the chip learns.',
    isNumeric: false,
    cell: ({ trainingOnly }) => (trainingOnly ? 'learning only' : 'inference and learning'),
  },
];

/** Memories, used and provided, cores filled alike together, with the sums over all cores and what learning alone needs. */
export function renderMemoryTable(result: ResultRecord): Markup {
  const sum = (memories: readonly Memory[], key: 'usedBits' | 'capacityBits') =>
    memories.reduce((total, memory) => total + memory[key], 0);
  const row = (label: string, memories: readonly Memory[]) => {
    const used = sum(memories, 'usedBits');
    const capacity = sum(memories, 'capacityBits');
    return markup`<tr class="total"><th scope="row" colspan="3">${label}</th><td class="n">${formatCount(used)}</td><td class="n">${formatCount(capacity)}</td><td class="n">${formatShare(used, capacity)}</td><td></td></tr>`;
  };
  const learning = result.memory.filter(({ trainingOnly }) => trainingOnly);
  return renderTable('Memories', memoryColumns, [
    {
      heading: null,
      rows: groupMemories(result.memory),
      total: markup`${row('Of it for learning only', learning)}${row('All', result.memory)}`,
    },
  ]);
}
