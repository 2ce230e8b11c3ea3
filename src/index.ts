/*
 * The public names of the package: everything the command line can do, typed. Nothing else is public.
 */
export {
  assemble,
  type ChipEventRecord,
  formatListing,
  formatTraceEntry,
  hexWords,
  loadShippedProgram,
  type Program,
  type RegisterAccessRecord,
  type RegisterResult,
  type ShippedProgram,
  shippedPrograms,
  type SourceLine,
  type StepRecord,
  type TraceEntry,
} from '../firmware-sim/index.js';
export type {
  ChipEngine,
  FeedbackUpdate,
  LearnedState,
  NeuronSight,
  SampleBatch,
  StepArithmetic,
  StepSample,
  TensorHealth,
  TimelessChip,
  UpdateHealth,
  WearFigure,
} from './chip/engine.js';
export { makeEventDrivenEngine, makeFastEngine } from './chip/engines.js';
export type { DelayedErrorCheckpoint } from './chip/fast/delayed-error-state.js';
export type { FeedbackCheckpoint } from './chip/fast/feedback-state.js';
export type {
  FastEngine,
  FastEngineCheckpoint,
  FastEngineOptions,
} from './chip/fast/fast-engine.js';
export type { LayerCheckpoint } from './chip/fast/layer-state.js';
export type { EnginePathCount, PathPhase } from './chip/fast/layout/engine-paths.js';
export type { StepsCheckpoint } from './chip/fast/layout/steps-block.js';
export type { EnginePath } from './chip/fast/layout/vector-choice.js';
export type {
  FeedbackUpdateCounts,
  LayerActivity,
  LayerTraffic,
  PartActivity,
  RunActivity,
  TrainedEvents,
} from './chip/image/activity.js';
export type { Arrivals } from './chip/image/arrivals.js';
export {
  type ActivationUnitImage,
  type ChipImage,
  type ChipNumerics,
  type ConvolutionImage,
  type CoreOrganisation,
  type DefpSpec,
  type LayerImage,
  type LayerPart,
  type OptimizerSpec,
  type RuleSpec,
  type TensorName,
  tensorNames,
  type UpdateSkip,
} from './chip/image/chip-image.js';
export type { BesideSteps } from './chip/image/visit-cycles.js';
export { OracleEngine } from './chip/oracle/oracle-engine.js';
export {
  type BlockName,
  blockNames,
  type ChipServices,
  type StallSource,
} from './chip/timed/chip-services.js';
export type { CoreCommand } from './chip/timed/core/core-context.js';
export type { DelayedErrorLatency } from './chip/timed/delayed-error-memory.js';
export type {
  CommandPort,
  Controller,
  ControllerMaker,
  SamplesAtPins,
  ScheduleKind,
} from './chip/timed/engine/controller.js';
export type {
  EventDrivenEngine,
  EventDrivenOptions,
  HazardFigure,
} from './chip/timed/engine/event-driven-engine.js';
export type { LatencyFigure, ScheduleInterval, WorkKind } from './chip/timed/engine/time-record.js';
export type { RouterSpec } from './chip/timed/router/router.js';
export type { TimedBatch } from './chip/timed/run-in-flight.js';
export {
  type CatalogueEntry,
  checkDataset,
  datasetCatalogue,
  type DatasetCheck,
  type FileCheck,
} from './datasets/catalogue.js';
export { type Host, resolveCacheFolder, resolveDataFolder } from './datasets/data-folder.js';
export type {
  Dataset,
  DatasetParts,
  EventStream,
  FeatureValues,
  InputShape,
  SourceFile,
  ChannelStatistics,
  Normalisation,
} from './datasets/dataset.js';
export {
  type DatasetSpec,
  type FolderDatasetSpec,
  loadDataset,
  type NamedDatasetSpec,
} from './datasets/load-dataset.js';
export { warningsBefore } from './experiment/run/warnings.js';
export { type EstimateRecord, estimateSchema } from './experiment/estimate/estimate-record.js';
export {
  type Estimate,
  estimateRules,
  makeEstimate,
  type RuleLedger,
} from './experiment/estimate/make-estimate.js';
export type {
  LayerRecord,
  MeasuredCut,
  MeasuredPart,
  PartRecord,
} from './experiment/estimate/measured-cut.js';
export type { InputTime } from './experiment/file/input-time.js';
export type { InputWait } from './chip/counts/input-wait.js';
export type {
  LayerEvents,
  NetworkActivity,
  SkippedShare,
} from './experiment/estimate/network-activity.js';
export {
  equalStages,
  estimatedStages,
  type PipelineFigures,
  type RulePipeline,
} from './experiment/estimate/pipeline-slots.js';
export type { MeasuredUncovered } from './experiment/estimate/uncovered-cycles.js';
export type { AssumedCores } from './experiment/estimate/assumed-cores.js';
export {
  type ActivitySource,
  type EstimateRequest,
  type PreparedEstimate,
  prepareEstimate,
} from './experiment/estimate/prepare-estimate.js';
export type { MeasuredInput, StatedActivity } from './experiment/estimate/stated-activity.js';
export { type Experiment, experimentSchema } from './experiment/file/experiment-schema.js';
export type { TimedSamples } from './experiment/file/input-time.js';
export {
  type PreparedExperiment,
  prepareExperiment,
} from './experiment/file/prepare-experiment.js';
export {
  type MeasuredRunRecord,
  measuredRunSchema,
} from './experiment/record/measured-run-schema.js';
export { loadResult, readRun } from './experiment/record/read-result.js';
export { type ResultRecord, resultSchema } from './experiment/record/result-record.js';
export {
  hasChip,
  type ReferenceRecord,
  type RunRecord,
  runSchema,
} from './experiment/record/run-record.js';
export { firstSamples, routerOf } from './experiment/probe/schedule-probe.js';
export type { WideReport } from './experiment/replay/replay-on-chip.js';
export type { FractionBits } from './experiment/replay/wide-chip.js';
export { type CaseVerdict, type ChipReplay, verifyCase } from './experiment/replay/verify-case.js';
export { loadProgram } from './experiment/run/load-program.js';
export {
  type FirmwareRecord,
  type FirmwareRequest,
  runFirmware,
} from './experiment/run/firmware-run.js';
export type { OwnProcess } from './experiment/reference/child-process.js';
export { FloatProcesses } from './experiment/reference/float-processes.js';
export { Interrupted } from './experiment/run/interrupted.js';
export { runExperiment } from './experiment/run/run-experiment.js';
export { runReferenceAlone, runSides } from './experiment/run/sides/run-reference.js';
export type { Progress, RunSettings } from './experiment/run/sides/run-settings.js';
export {
  attribute,
  type Attribution,
  type FactorEffect,
  type FactorVerdict,
} from './experiment/study/formats/attribution.js';
export { type FormatsPlan, planFormats } from './experiment/study/formats/plan-formats.js';
export type { Factor } from './experiment/study/formats/wide-formats.js';
export type { Accepted, Found } from './experiment/study/search/descend.js';
export {
  type RuleAnswer,
  searchFormats,
  type SearchRequest,
  type SearchResult,
} from './experiment/study/search/search-formats.js';
export type { Candidate, SearchedTensor } from './experiment/study/search/search-space.js';
export type { Execution } from './experiment/study/executor/execution.js';
export type { SlurmSettings } from './experiment/study/executor/slurm/slurm-executor.js';
export { planStudy, type StudyPlan, type StudyPoint } from './experiment/study/plan-study.js';
export {
  type DonePoint,
  type PointFigures,
  figuresSchema,
  type PointRecord,
  pointRecordSchema,
} from './experiment/study/point-record.js';
export { type ReadSweep, readSweep, type SweepOptions } from './experiment/study/read-sweep.js';
export {
  runStudy,
  type Study,
  type StudyProgress,
  type StudySettings,
} from './experiment/study/run-study.js';
export {
  groupsOf,
  type MetricSummary,
  pairedDifference,
  type PointGroup,
  summariseMetric,
} from './experiment/study/summarise.js';
export {
  type Settings,
  type SettingValue,
  type StudyMetric,
  studyMetrics,
  type Sweep,
  sweepSchema,
} from './experiment/study/sweep-schema.js';
export {
  figureQuantities,
  type CountedQuantity,
  type FigureQuantity,
} from './experiment/validation/figure.js';
export type { AreaAccount, LeftOutPart, Predicted } from './experiment/validation/predicted.js';
export { type PublishedRow, readPublishedRows } from './experiment/validation/published-rows.js';
export {
  listValidations,
  readValidation,
  type Validation,
} from './experiment/validation/read-validation.js';
export { validateAll } from './experiment/validation/validate-all.js';
export {
  type ChipValidation,
  validateChip,
  type Verdict,
} from './experiment/validation/validate.js';
export {
  type ClaimRecord,
  type ValidationRecord,
  validationRecord,
} from './experiment/validation/validation-record.js';
export { makeVectors, type TextFile, type Vectors } from './experiment/vectors/make-vectors.js';
export type { VectorFile, WordLayout } from './experiment/vectors/memory-words.js';
export { writeVectors, type WriteVectorsOptions } from './experiment/vectors/write-vectors.js';
export { checkModel, checkModels, type ModelCheck } from './hardware/check-models.js';
export {
  type ChipArea,
  chipArea,
  type ChipAreaPart,
  learningAreaPercent,
} from './hardware/chip-area.js';
export {
  type AreaComponent,
  type ChipCores,
  type ChipModel,
  type ComponentArea,
  type CoreKind,
  type CoreModel,
  type LogicPart,
  logicParts,
  type MemoryModel,
  type NamedKind,
  type RouterModel,
  type TensorModel,
  type TensorModels,
} from './hardware/chip-model.js';
export { listChips, loadChip } from './hardware/load-chip.js';
export {
  describeTechnology,
  listTechnologies,
  type TechnologySummary,
} from './hardware/load-technology.js';
export type { ModelFile } from './hardware/model-files.js';
export { priceTable, type PriceTableRow } from './hardware/price-table.js';
export { AccessLedger, ActionCounter } from './ledger/access-ledger.js';
export {
  type ActionFacts,
  type ActionWidth,
  type Component,
  type ComponentAction,
  type ComponentFacts,
  componentFacts,
  componentGroupNames,
  type ComponentGroupName,
  componentNames,
  type CoreMemory,
  coreMemories,
  type LedgerAction,
  ledgerActions,
  type Memory,
  type OfKind,
} from './ledger/components.js';
export {
  type ActionKey,
  type EqualRows,
  type LedgerRow,
  type RunKind,
  runKinds,
} from './ledger/ledger-row.js';
export type {
  EnergyBand,
  PricedLedger,
  PricedRow,
  PriceList,
  UnitPrice,
} from './ledger/priced-ledger.js';
export { priceLedger } from './ledger/pricing.js';
export { encodeSamples, type SampleRange } from './mapping/input/encode-samples.js';
export type { FeatureTable } from './mapping/input/input-encoder.js';
export type { InputFit } from './mapping/input/input-fit.js';
export type { InputTiming } from './mapping/input/input-timing.js';
export type { LayerAllocation, PartAllocation } from './mapping/placement/allocate-cores.js';
export type { MemoryUse } from './mapping/placement/memory-use.js';
export type {
  InitialOverflow,
  InitialZeros,
  Placement,
} from './mapping/placement/place-network.js';
export type { QuantiserSpec } from './mapping/quantise.js';
export type { ConvolutionLayer, MapShape } from './network/convolution.js';
export type { LayerParameters } from './network/parameters.js';
export { type ChipDefpVariant, type DefpVariant, defpVariants } from './network/defp-variants.js';
export {
  type DelayedErrorRule,
  ruleFacts,
  type RuleName,
  ruleNames,
} from './network/rule-facts.js';
export type {
  FullyConnectedLayer,
  LayerSpan,
  NetworkLayer,
  NetworkTopology,
} from './network/topology.js';
export { type FixedPointFormat, parseFormat, printFormat } from './numerics/format.js';
export {
  type ActivationTable,
  type Interpolation,
  interpolations,
  type TabulatedFunction,
  tabulatedFunctions,
} from './numerics/function-table.js';
export type { LearningRateFactor } from './numerics/learning-rate.js';
export type { LfsrSpec } from './numerics/lfsr.js';
export {
  type DeterministicRoundingMode,
  deterministicRoundingModes,
  type OverflowMode,
  overflowModes,
  type RoundingMode,
  roundingModes,
} from './numerics/modes.js';
export { type BackendName, backendNames } from './reference/backend/backend.js';
export type { GoldenReport, GoldenSeries, GoldenTensor } from './reference/golden/replay-golden.js';
export { renderEstimateCsv } from './report/estimate/estimate-csv.js';
export { renderEstimateHtml } from './report/estimate/estimate-page.js';
export { renderLedgerCsv } from './report/files/ledger-csv.js';
export { renderPhasesCsv } from './report/files/phases-csv.js';
export { renderScheduleTrace } from './report/files/schedule-trace.js';
export { writeEstimate, type WriteEstimateOptions } from './report/output/write-estimate.js';
export { writePhases, writeReport } from './report/output/write-report.js';
export type { Markup } from './report/kit/markup.js';
export { type ComparedRecord } from './report/compare/compared.js';
export { readCompared } from './report/compare/read-compared.js';
export { writeCompared } from './report/output/write-compared.js';
export { type StudyAnswer, writeStudy } from './report/output/write-study.js';
export { writeResult } from './report/output/write-result.js';
export { renderAttribution, renderAttributionCsv } from './report/study/attribution-text.js';
export { renderSearch, renderSearchCsv } from './report/study/search-text.js';
export { renderStudyHtml } from './report/study/study-page.js';
export { renderHtml } from './report/run/page.js';
export { renderMarkdown } from './report/run/result-markdown.js';
export {
  type UpdateSchedule,
  updateSchedules,
  type WriteBanks,
  writeBankings,
} from './time/update-schedule.js';
export { type EventHandler, EventQueue } from './time/event-queue.js';
export { InputError } from './units/input-error.js';
export type { KeyPath, Override, Position, StrictYaml } from './units/strict-yaml.js';
