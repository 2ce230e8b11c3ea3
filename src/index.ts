/*
 * The public names of the package: everything the command line can do, typed. Nothing else is public.
 */
export type { ChipImage, ChipNumerics, CoreOrganisation, LayerImage } from './chip/chip-image.js';
export type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from './chip/engine.js';
export { Chip as OracleEngine } from './chip/chip.js';
export { EventDrivenEngine } from './chip/event-driven/event-driven-engine.js';
export { FastEngine } from './chip/kernels/fast-engine.js';
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
export type { Experiment } from './experiment/experiment-schema.js';
export { Interrupted } from './experiment/interrupted.js';
export {
  type FirmwareRecord,
  type FirmwareRequest,
  runFirmware,
} from './experiment/firmware-run.js';
export { type PreparedExperiment, prepareExperiment } from './experiment/prepare-experiment.js';
export { type ResultRecord, resultSchema } from './experiment/result-record.js';
export { type Progress, runExperiment, type RunSettings } from './experiment/run-experiment.js';
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
export { renderHtml } from './report/page.js';
export { renderLedgerCsv } from './report/ledger-csv.js';
export { renderMarkdown } from './report/markdown.js';
export { renderPhasesCsv } from './report/phases-csv.js';
export { InputError } from './units/input-error.js';
