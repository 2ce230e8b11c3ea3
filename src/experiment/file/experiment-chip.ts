import type { ChipModel } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import { parseFormat } from '../../numerics/format.js';
import type { StrictYaml } from '../../units/strict-yaml.js';
import type { Experiment } from './experiment-schema.js';

/**
 * The chip of a file, with the activation table that the experiment puts in place of its own.
 * @throws InputError for a table that no chip can have.
 */
export function chipOf(read: StrictYaml<Experiment>, chipFile: string): ChipModel {
  const chip = loadChip(chipFile);
  const { activationTable: table } = read.value.precision;
  if (table === undefined) return chip;
  const { indexBits, interpolation } = table;
  const inputFormat = parseFormat(table.input);
  if (!inputFormat.isSigned || inputFormat.totalBits < indexBits) {
    throw read.problem(
      ['precision', 'activationTable', 'input'],
      `${table.input}: the input of an activation table is signed and has at least indexBits = ${indexBits} bits`,
    );
  }
  const activationTable = { inputFormat, indexBits, interpolation };
  return { ...chip, core: { ...chip.core, activationTable } };
}
