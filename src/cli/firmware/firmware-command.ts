import {
  formatTraceEntry,
  maximumProgramWords,
  type TraceEntry,
  traceHeader,
} from '../../../firmware-sim/index.js';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import {
  type FirmwareRecord,
  firmwareSampleCount,
  runFirmware,
} from '../../experiment/run/firmware-run.js';
import {
  type PreparedExperiment,
  prepareExperiment,
} from '../../experiment/file/prepare-experiment.js';
import { loadProgram } from '../../experiment/run/load-program.js';
import { InputError } from '../../units/input-error.js';
import { printLine } from '../output.js';

/** Options of `firmware run` and `firmware trace`. */
export interface FirmwareRunOptions {
  readonly program: string;
  readonly samples?: string;
  readonly words: string;
  readonly data?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** Of a number of nine digits. */
const highestCount = 999_999_999;

/** @throws InputError */
function wholeNumber(option: string, text: string, highest: number): number {
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= highest) return Number(text);
  throw new InputError(`${option} "${text}" is not allowed; write a whole number 1..${highest}`);
}

/** Reads everything that is asked for; `usualCount`: samples where --samples is left out. @throws InputError */
async function prepare(file: string, options: FirmwareRunOptions, usualCount?: number) {
  const program = await loadProgram(options.program);
  const programWords = wholeNumber('--words', options.words, maximumProgramWords);
  const asked =
    options.samples === undefined
      ? usualCount
      : wholeNumber('--samples', options.samples, highestCount);
  const dataFolder = resolveDataFolder(options.data);
  const prepared = await prepareExperiment(file, options.set, dataFolder);
  const sampleCount = firmwareSampleCount(prepared, asked);
  return { prepared, request: { program, programWords, sampleCount } };
}

/** Cycles and instructions per sample are easier to compare than sums: two decimals. */
function perSample(count: number, { samples }: FirmwareRecord): string {
  return `${count} (${(count / samples).toFixed(2)} a sample)`;
}

const sameOrNot = (isSame: boolean): string => (isSame ? 'the same' : 'different');

function recordLines(record: FirmwareRecord, prepared: PreparedExperiment): readonly string[] {
  const { cycles, hardwired, run, samples, wrong } = record;
  const when = run === 'inference' ? '' : ', each before it was learned from';
  const measured = record.isMeasuredFirst ? ' after a measuring pass' : '';
  const { rule } = prepared.experiment.training;
  const phase = (name: 'forward' | 'feedback' | 'update' | 'readout') =>
    `  ${name.padEnd(12)}${perSample(cycles[name], record)}`;
  return [
    `${record.program}: ${record.programWords} words, ${run}${measured} on ${samples} samples of ${prepared.data.train.name}, rule ${rule}`,
    `Errors        ${wrong} of ${samples} (${((100 * wrong) / samples).toFixed(2)} %)${when}`,
    `Instructions  ${perSample(record.fetches, record)} fetched, ${record.executed} executed`,
    `Cycles        ${perSample(cycles.elapsed, record)}; hardwired controller ${perSample(hardwired.elapsedCycles, record)}`,
    `  control     ${perSample(cycles.control, record)}, ${cycles.asleep} of them asleep`,
    ...(['forward', 'feedback', 'update', 'readout'] as const).map(phase),
    `Against the hardwired controller: weights ${sameOrNot(hardwired.sameWeights)}, outputs ${sameOrNot(hardwired.sameOutputs)}, cycles of every layer and phase ${sameOrNot(hardwired.sameLayerCycles)}`,
  ];
}

/** `spikeledger firmware run`: a program drives the chip of an experiment; what came of it, beside the hardwired controller. */
export async function firmwareRunCommand(file: string, options: FirmwareRunOptions): Promise<void> {
  const { prepared, request } = await prepare(file, options);
  const record = await runFirmware(prepared, request);
  if (options.json === true) process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
  else for (const line of recordLines(record, prepared)) printLine(line);
}

/** `spikeledger firmware trace`: one line for each instruction and each event of the chip; sleep is the gap between two. */
export async function firmwareTraceCommand(
  file: string,
  options: FirmwareRunOptions,
): Promise<void> {
  const { prepared, request } = await prepare(file, options, 1);
  printLine(traceHeader);
  const observe = (entry: TraceEntry) => {
    if (entry.kind !== 'sleep') printLine(formatTraceEntry(entry));
  };
  await runFirmware(prepared, { ...request, observe });
}
