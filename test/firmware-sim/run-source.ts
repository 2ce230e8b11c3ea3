import {
  assemble,
  Machine,
  runToEnd,
  type StepRecord,
  type Trap,
} from '../../firmware-sim/index.js';
import { RecordingChip, type RecordingChipSpec } from './recording-chip.js';

/** A machine with a program, at a recording chip. */
export function makeDut(
  source: string,
  chipSpec: Partial<RecordingChipSpec> = {},
  programWords = 1024,
): { machine: Machine; chip: RecordingChip } {
  const chip = new RecordingChip(chipSpec);
  return { machine: new Machine({ programWords }, assemble(source, 'test.s'), chip), chip };
}

/** The same, run to its end, with every step. */
export function runSource(
  source: string,
  chipSpec: Partial<RecordingChipSpec> = {},
  programWords = 1024,
): { machine: Machine; chip: RecordingChip; steps: readonly StepRecord[] } {
  const { machine, chip } = makeDut(source, chipSpec, programWords);
  const steps: StepRecord[] = [];
  runToEnd(
    machine,
    (cycle) => chip.idleCycles(cycle),
    (step) => steps.push(step),
  );
  return { machine, chip, steps };
}

/** The trap a program ends in. @throws Error where it halts instead */
export function trapOf(source: string, chipSpec: Partial<RecordingChipSpec> = {}): Trap {
  const { trap } = runSource(source, chipSpec).machine;
  if (trap === null) throw new Error(`the program halted:\n${source}`);
  return trap;
}
