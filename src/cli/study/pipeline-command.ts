import { resolveDataFolder } from '../../datasets/data-folder.js';
import { makeEstimate } from '../../experiment/estimate/make-estimate.js';
import {
  equalStages,
  estimatedBatches,
  estimatedStages,
  type PipelineFigures,
} from '../../experiment/estimate/pipeline-slots.js';
import { parseRules, prepareEstimate } from '../../experiment/estimate/prepare-estimate.js';
import { formatCount, formatNumber } from '../../report/kit/quantity.js';
import { InputError } from '../../units/input-error.js';
import { countOf } from './count-option.js';
import { printLine, printTable } from '../output.js';

/** Options of `pipeline`. */
export interface PipelineOptions {
  readonly layers?: string;
  readonly batches: string;
  readonly rules: string;
  readonly data?: string;
  readonly set: readonly string[];
}

function cells({ locked, pipelined, speedUp, efficiency }: PipelineFigures): readonly string[] {
  return [
    ...[formatCount(locked), formatCount(pipelined)],
    ...[formatNumber(speedUp, 3), formatNumber(efficiency, 2)],
  ];
}

/** `spikeledger pipeline`: what it gives when layers take the next batch as soon as they can. */
export async function pipelineCommand(
  file: string | undefined,
  options: PipelineOptions,
): Promise<void> {
  const batches = countOf('--batches', options.batches);
  if (file === undefined) {
    if (options.layers === undefined) {
      throw new InputError(
        'pipeline: give an experiment, or the number of equal layers with --layers',
      );
    }
    const figures = equalStages(countOf('--layers', options.layers), batches);
    printTable(['slots locked', 'slots pipelined', 'S', 'E'], [cells(figures)]);
    return;
  }
  if (options.layers !== undefined) {
    throw new InputError('--layers: the experiment has its own layers; leave one of the two out');
  }
  const prepared = await prepareEstimate(file, {
    overrides: options.set,
    dataFolder: resolveDataFolder(options.data),
    rules: parseRules(options.rules),
    coreCount: null,
    result: null,
  });
  const { record } = makeEstimate(prepared);
  const rows = estimatedStages(record, batches).map((figures) => [
    figures.isPipelined ? figures.rule : `${figures.rule} (locked)`,
    ...cells(figures),
  ]);
  printTable(['rule', 'cycles locked', 'cycles pipelined', 'S', 'E'], rows);
  const ofBatches = estimatedBatches(record);
  if (ofBatches.length === 0) return;
  printLine('');
  printLine(
    'One batch of a locked rule, on cores that hold all its samples (docs/spec.md §8; a closed form, no memory of it is counted):',
  );
  printTable(
    ['rule', 'samples', 'one after the other', 'pipelined inside', 'S', 'E'],
    ofBatches.map((figures) => [figures.rule, formatCount(figures.samples), ...cells(figures)]),
  );
}
