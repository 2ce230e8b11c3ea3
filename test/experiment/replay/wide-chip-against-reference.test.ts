import test from 'ava';
import fc from 'fast-check';
import { replayOnChip, wideObstacle } from '../../../src/experiment/replay/replay-on-chip.js';
import { printTopology } from '../../../src/network/topology.js';
import type { ReferenceJob } from '../../../src/reference/reference-job.js';
import type { RuleSpec } from '../../../src/reference/rules/rules.js';
import { trainReference } from '../../../src/reference/train-reference.js';
import { everyRule, randomJobs } from '../../reference/random-job.js';

/* Witness: the float reference, which knows nothing of the chip and is itself checked against the published runs. */

const jobsARule = 3;
const chance = { seed: 20260725, numRuns: 1500 };

const jobs = fc
  .sample(randomJobs, chance)
  .map((job): ReferenceJob => ({ ...job, optimizer: 'sgd', backend: 'cpu' }))
  .filter(({ topology, frozenLayers }) => topology.layers.length > frozenLayers.length)
  .filter((job) => wideObstacle(job) === null);

function nameOf(rule: RuleSpec): string {
  return rule.name === 'defp' ? `defp ${rule.variant} from ${rule.init}` : rule.name;
}

/** The job in a line, for a test that fails. */
function describe(job: ReferenceJob): string {
  const { topology, loss, lossReduction, batch, frozenLayers } = job;
  const activations = topology.layers.map(({ activation }) => activation).join('-');
  return `${printTopology(topology)} ${activations} ${loss} ${lossReduction} batch ${batch} frozen ${frozenLayers.join()}`;
}

const onChip = everyRule.filter((rule) => rule.name !== 'defp' || rule.variant !== 'lossValue');
for (const rule of onChip) {
  test.serial(
    `the wide-format chip follows the float reference with rule ${nameOf(rule)}, on random small networks, losses and batches (rules, table of witnesses)`,
    async (t) => {
      const chosen = jobs.filter((job) => nameOf(job.rule) === nameOf(rule)).slice(0, jobsARule);
      t.is(chosen.length, jobsARule);
      for (const job of chosen) {
        const { parameters: final } = await trainReference(job);
        const { tensors } = replayOnChip({ job, final });
        t.deepEqual(
          tensors.filter(({ isWithin }) => !isWithin),
          [],
          describe(job),
        );
        t.true(tensors.some(({ largestChange }) => largestChange > 1e-3));
      }
    },
  );
}
