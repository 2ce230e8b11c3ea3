/*
 * The public names of the package: everything the command line can do, typed. Nothing else is public.
 */
export type {
  ChipImage,
  ChipNumerics,
  CoreOrganisation,
  LayerImage,
} from './chip/image/chip-image.js';
export type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from './chip/engine.js';
export { makeEventDrivenEngine, makeFastEngine } from './chip/engines.js';
export type { FastEngine } from './chip/fast/fast-engine.js';
export { OracleEngine } from './chip/oracle/oracle-engine.js';
export type { EventDrivenEngine } from './chip/timed/engine/event-driven-engine.js';
export { assemble, loadShippedProgram, type Program } from '../firmware-sim/index.js';
export type { Dataset, DatasetParts } from './datasets/dataset.js';
export { resolveCacheFolder, resolveDataFolder } from './datasets/data-folder.js';
export { loadDataset, type DatasetSpec } from './datasets/load-dataset.js';
export { checkDataset, datasetCatalogue } from './datasets/catalogue.js';
export { type EstimateRecord, estimateSchema } from './experiment/estimate/estimate-record.js';
export {
  type Estimate,
  makeEstimate,
  type RuleLedger,
} from './experiment/estimate/make-estimate.js';
export {
  type EstimateRequest,
  type PreparedEstimate,
  prepareEstimate,
} from './experiment/estimate/prepare-estimate.js';
export type { Experiment } from './experiment/file/experiment-schema.js';
export { Interrupted } from './experiment/run/interrupted.js';
export {
  type FirmwareRecord,
  type FirmwareRequest,
  runFirmware,
} from './experiment/run/firmware-run.js';
export {
  type PreparedExperiment,
  prepareExperiment,
} from './experiment/file/prepare-experiment.js';
export { type ResultRecord, resultSchema } from './experiment/record/result-record.js';
export { type Progress, runExperiment, type RunSettings } from './experiment/run/run-experiment.js';
export { type PublishedRow, readPublishedRows } from './experiment/validation/published-rows.js';
export {
  listValidations,
  readValidation,
  type Validation,
} from './experiment/validation/read-validation.js';
export {
  type ChipValidation,
  validateChip,
  type Verdict,
} from './experiment/validation/validate.js';
export type { ChipModel } from './hardware/chip-model.js';
export { listChips, loadChip } from './hardware/load-chip.js';
export type { LedgerRow } from './ledger/ledger-row.js';
export { priceLedger } from './ledger/pricing.js';
export { type FixedPointFormat, parseFormat, printFormat } from './numerics/format.js';
export { renderEstimateCsv } from './report/estimate/estimate-csv.js';
export { renderEstimateHtml } from './report/estimate/estimate-page.js';
export { renderHtml } from './report/run/page.js';
export { renderLedgerCsv } from './report/files/ledger-csv.js';
export { renderMarkdown } from './report/run/result-markdown.js';
export { renderPhasesCsv } from './report/files/phases-csv.js';
export { InputError } from './units/input-error.js';
