import { coreMemories } from '../../../src/ledger/components.js';
import test from 'ava';
import { memoryCapacityBits } from '../../../src/hardware/chip-model.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { realDataFolder } from '../../real-data.js';
import { runText } from '../small-run.js';

const experimentText = `
name: mnist-mesh
dataset: { name: mnist, trainSamples: 2000, testSamples: 500 }
network: FC_500_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-6 }
hardware: mesh-28nm
reference: { enabled: false }
`;

test('MNIST FC_500_FC_10 learns on ten cores of mesh-28nm, and no memory of a core is overfull (spec §7)', async (t) => {
  const folder = realDataFolder(t, 'mnist');
  if (folder === null) return;
  const result = await runText(experimentText, [], {}, folder);
  // A chip that has learned nothing is wrong in nine of ten.
  t.true((result.accuracy.chip.testErrorPercent ?? 100) < 25);
  const { core } = loadChip('mesh-28nm');
  t.is(new Set(result.memory.map((memory) => memory.core)).size, 10);
  for (const component of coreMemories) {
    const used = result.memory.filter((memory) => memory.component === component);
    t.is(used.length, 10);
    const capacityBits = memoryCapacityBits(core.memories[component]);
    t.true(used.every((memory) => memory.usedBits <= capacityBits));
  }
});
