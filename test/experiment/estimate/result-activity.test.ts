import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { firstSamples } from '../../../src/experiment/probe/schedule-probe.js';
import { InputError } from '../../../src/units/input-error.js';
import { estimate, hasSameLedger, run } from './run-and-estimate.js';

const settings: readonly (readonly [string, readonly string[]])[] = [
  ['a fully-connected network that learns online', []],
  ['values that are no events delivered too', ['events.dense=true']],
  ['a chip that writes only the words that change', ['hardware=gated.yaml']],
  [
    'such a chip, with values that are no events delivered too',
    ['hardware=gated.yaml', 'events.dense=true'],
  ],
  ['a chip that changes rows in the next visit (§5.1)', ['hardware=edge-28nm-fused']],
  ['such a chip that writes only the words that change', ['hardware=gated-fused.yaml']],
  ['a chip that changes rows beside the next sample', ['hardware=beside.yaml']],
  [
    'such a chip and a split layer',
    ['hardware=beside.yaml', 'mapping={ layers: [{ layer: 2, neuronParts: 2 }] }'],
  ],
  [
    'a measuring pass on a chip that writes only the words that change',
    ['hardware=gated.yaml', 'training.rule=defp', 'training.defp.init=measure'],
  ],
  [
    'a measuring pass and a feedback generator',
    ['training.rule=defp', 'training.defp.init=measure', 'training.feedbackSource=generator'],
  ],
  [
    'a convolution with batches that do not divide the epoch, and momentum',
    [
      'network=CONV_4_3_1_1_FC_10',
      'hardware=large-28nm',
      'training.batch=20',
      'training.optimizer=momentum',
      'training.rule=bp',
    ],
  ],
  [
    'a learning rate that falls from a shift to a factor',
    ['training.schedule={ name: exponential, factor: 0.9 }'],
  ],
];

for (const [what, overrides] of settings) {
  test(`the estimate from a run's activity has that run's ledger, with ${what} (docs/spec.md §4)`, async (t) => {
    await hasSameLedger(t, overrides);
  });
}

test.serial('the record of another network is refused with what both are', async (t) => {
  const ran = await run([]);
  const refusals: readonly (readonly [string, RegExp])[] = [
    ['network=FC_30_FC_10', /inputs and neurons 64–20–10, that of the experiment has 64–30–10/],
    ['activation.hidden=relu', /its hidden activation is tanh, that of the experiment is relu/],
    ['events.threshold=0.1', /threshold is that of its chip, that of the experiment is 0\.1/],
  ];
  for (const [change, message] of refusals) {
    await t.throwsAsync(estimate(ran, [change]), { instanceOf: InputError, message });
  }
  await writeFile(
    path.join(ran.folder, 'result.json'),
    JSON.stringify({ ...ran.result, measuredRuns: [] }),
  );
  await t.throwsAsync(estimate(ran), {
    message: /does not say how active.*run the experiment again/,
  });
  await writeFile(path.join(ran.folder, 'result.json'), '{}');
  await t.throwsAsync(estimate(ran), { message: /expected a spikeledger\.result\/1 record/ });
});

test.serial(
  'a run on a chip that writes every word does not tell how many change: the key is named',
  async (t) => {
    const ran = await run([]);
    const gated = await estimate(ran, ['hardware=gated.yaml']);
    t.throws(() => makeEstimate(gated), {
      instanceOf: InputError,
      message: /activity\.changedWords: missing; gated writes only the synapse words that change/,
    });
    const stated = await estimate(ran, ['hardware=gated.yaml', 'activity.changedWords=0.25']);
    const written = (
      rows: ReturnType<typeof makeEstimate>['ledgers'][number]['rows'],
      action: string,
    ) =>
      rows.find(
        (row) => row.layer === 1 && row.phase === 'update' && row.componentAction === action,
      )?.count ?? 0;
    const rows = makeEstimate(stated).ledgers[0]?.rows ?? [];
    const read = written(rows, 'synapses.read');
    t.true(read > 0);
    t.is(written(rows, 'synapses.write'), Math.round(read / 4));
  },
);

test.serial(
  'pipelined samples that are all alike take the interval each, where the first core is the busiest and ends last (docs/spec.md §8)',
  async (t) => {
    const { result, ...ran } = await run([
      'events.dense=true',
      'network=FC_40_FC_40_FC_10',
      'dataset.trainSamples=50',
    ]);
    const { record } = makeEstimate(await estimate({ result, ...ran }));
    const cost = record.rules[0]?.perSample;
    const { schedule } = result;
    if (cost === null || cost === undefined || schedule === null) {
      t.fail('there is no cost or no schedule');
      return;
    }
    const { cycles, isPipelined } = cost.trainingInterval;
    const { pipelinedCycles, samples, serialLatencyCycles } = schedule;
    t.true(isPipelined);
    t.is(cost.training.latencyCycles, serialLatencyCycles);
    // The first core, the busiest here, works without a pause from the first sample to the last weight.
    t.is(cost.trainingInterval.busiestCore, 0);
    const prepared = await prepareExperiment(ran.file, ran.overrides, ran.folder);
    const direct = await makeEventDrivenEngine(prepared.placement.image, {
      schedule: 'pipelined',
    });
    direct.train(firstSamples(prepared, samples));
    const figure = direct.latencies().find(({ pass }) => pass === 'training');
    t.is(figure?.elapsedCycles, samples * cycles);
    // Cores that share a bus wait for each other: the means know nothing of that.
    t.true((pipelinedCycles ?? 0) >= samples * cycles);
  },
);
