import { resolveDataFolder } from '../../datasets/data-folder.js';
import { attribute } from '../../experiment/study/formats/attribution.js';
import { planFormats } from '../../experiment/study/formats/plan-formats.js';
import { writeStudy } from '../../report/output/write-study.js';
import {
  attributionSentences,
  attributionTable,
  renderAttribution,
  renderAttributionCsv,
} from '../../report/study/attribution-text.js';
import { printLine, printTable } from '../output.js';
import { countOf } from './count-option.js';
import { printPlan } from './print-plan.js';
import { endStudy, printFailures, runWithProgress, studyFolder } from './study-run.js';
import type { StudyOptions } from './study-options.js';

/** Options of `formats`. */
export interface FormatsOptions extends StudyOptions {
  readonly seeds: string;
  readonly set: readonly string[];
}

/** `spikeledger formats`: which tensor costs the accuracy. */
export async function formatsCommand(file: string, options: FormatsOptions): Promise<void> {
  const seeds = countOf('--seeds', options.seeds);
  const dataFolder = resolveDataFolder(options.data);
  const { plan, factors } = await planFormats(file, options.set, seeds, dataFolder);
  if (options.dryRun === true) {
    await printPlan(plan, options);
    return;
  }
  const folder = studyFolder(options, plan);
  const study = await runWithProgress(plan, options);
  const attribution = attribute(study, factors);
  printFailures(study);
  await writeStudy(study, folder, {
    section: renderAttribution(attribution),
    fileName: 'formats.csv',
    csv: renderAttributionCsv(attribution),
  });
  const { labels, rows } = attributionTable(attribution);
  printTable(labels, rows);
  for (const sentence of attributionSentences(attribution)) printLine(sentence);
  endStudy(study, folder);
}
