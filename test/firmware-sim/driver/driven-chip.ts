import {
  createFirmwareEngine,
  type FirmwareSpec,
  loadShippedProgram,
  type Program,
  type ShippedProgram,
} from '../../../firmware-sim/index.js';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import type { EventDrivenEngine } from '../../../src/chip/timed/engine/event-driven-engine.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';

/** The shipped program that trains with a rule (firmware-sim/README.md §8). */
export const trainerOf: Readonly<Record<RuleSpec['kind'], ShippedProgram>> = {
  drtp: 'train-drtp',
  shallow: 'train-drtp',
  defp: 'train-defp',
  dfa: 'train-dfa',
  sdfa: 'train-dfa',
  fa: 'train-bp',
  bp: 'train-bp',
};

/** A chip with a program, shipped or of its own, at the first wait. */
export async function makeDut(
  image: ChipImage,
  program: ShippedProgram | Program,
  spec: Partial<FirmwareSpec> = {},
) {
  const cores = image.layers.flatMap(({ core, parts }) => parts?.map((part) => part.core) ?? core);
  const driven = await createFirmwareEngine(image, {
    program: typeof program === 'string' ? await loadShippedProgram(program) : program,
    machine: { programWords: 256 },
    coreCount: Math.max(...cores) + 1,
    beginsWithMeasuring: false,
    ...spec,
  });
  driven.controller.boot();
  return driven;
}

/** Two epochs of the samples, a measuring pass before them where asked for; what each call gave. */
export function trainTwice(
  engine: EventDrivenEngine,
  samples: SampleBatch,
  isMeasuredFirst: boolean,
): readonly Int32Array[] {
  const outputs = isMeasuredFirst ? [engine.measure(samples)] : [];
  for (let epoch = 0; epoch < 2; epoch += 1) {
    outputs.push(engine.train(samples));
    engine.endEpoch();
  }
  return outputs;
}

/** Rows of the controller, and the others without leakage, which counts the time that control takes too. */
export function splitControl(rows: readonly LedgerRow[]) {
  return {
    control: rows.filter(({ phase }) => phase === 'control'),
    layers: rows.filter(({ phase }) => phase !== 'control' && phase !== 'idle'),
  };
}
