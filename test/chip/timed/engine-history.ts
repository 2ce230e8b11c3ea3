import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { shownBy } from '../../support/engine-views.js';
import { actionOf, componentFacts } from '../../../src/ledger/components.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';

/**
 * What an engine shows of one history but its ledger: inference, a measuring pass where the rule has one, two epochs,
 * inference.
 */
export function history(engine: ChipEngine, image: ChipImage, samples: SampleBatch) {
  const outputs = [engine.infer(samples)];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  for (let epoch = 0; epoch < 2; epoch += 1) {
    outputs.push(engine.train(samples));
    engine.endEpoch();
  }
  outputs.push(engine.infer(samples));
  return { outputs, ...shownBy(engine) };
}

function isCycle({ componentAction }: LedgerRow): boolean {
  return componentFacts[actionOf(componentAction).component].kind === 'cycles';
}

/** Rows of cycles, and all others. */
export function splitRows(rows: readonly LedgerRow[]) {
  return { cycles: rows.filter(isCycle), counts: rows.filter((row) => !isCycle(row)) };
}
