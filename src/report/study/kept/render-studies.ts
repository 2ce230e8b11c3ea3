import { markdownTable } from '../../../../firmware-sim/datasheet/markdown-table.js';
import {
  type PointGroup,
  summariseMetric,
  type MetricSummary,
} from '../../../experiment/study/summarise.js';
import {
  formatCount,
  formatEnergy,
  formatMemory,
  formatNumber,
  formatPercent,
} from '../../kit/quantity.js';
import { printSummary } from '../study-text.js';
import { energyOfGroup } from './energy-to-reach.js';
import {
  groupOf,
  type KeptStudy,
  namesOf,
  renderOrigin,
  sectionOf,
  valuesOf,
} from './kept-study.js';

/** The kept studies of `docs/studies.md`. */
interface KeptStudies {
  readonly widths: KeptStudy;
  readonly delayedErrors: KeptStudy;
  readonly schedules: KeptStudy;
  readonly energy: KeptStudy;
  /** Cycles from one training sample to the next, by chip and rule, layers pipelined where the rule allows it. */
  readonly intervals: readonly PipelinedInterval[];
}

/** A rule on a chip: how long until the next sample may begin. */
export interface PipelinedInterval {
  readonly chip: string;
  readonly rule: string;
  /** False: the rule is locked. */
  readonly isPipelined: boolean;
  readonly serialCycles: number;
  readonly intervalCycles: number;
}

/** `7.31 ± 0.05`: mean and standard error, per cent. */
function errorCell(group: PointGroup): string {
  const summary = summariseMetric(group, 'chipTestErrorPercent');
  if (summary === null) return '–';
  const { mean, standardError } = summary;
  return `${mean.toFixed(2)}${standardError === null ? '' : ` ± ${standardError.toFixed(2)}`}`;
}

/** Memory that the network uses: the same with every seed. */
function memoryCell(group: PointGroup): string {
  return formatMemory(summariseMetric(group, 'memoryBits')?.mean ?? null);
}

const widthKey = 'precision.weight';
const roundingKey = 'precision.rounding.weight';

/** Points that a width may cost against the widest one of its row. */
const acceptedPoints = 1;

/** The narrowest width that costs at most a point against the widest; a dash where the widest was not run. */
function enoughBits(widths: readonly string[], groups: readonly PointGroup[]): string {
  const errors = groups.map(
    (group) => summariseMetric(group, 'chipTestErrorPercent')?.mean ?? Infinity,
  );
  const widest = errors.at(-1) ?? Infinity;
  if (!Number.isFinite(widest)) return '–';
  const enough = errors.findIndex((error) => error <= widest + acceptedPoints);
  return widths[enough] ?? '–';
}

function widthsSection(study: KeptStudy): string {
  const widths = valuesOf(study, widthKey);
  const rows = namesOf(study).flatMap((name) =>
    valuesOf(study, roundingKey).map((rounding) => {
      const groups = widths.map((width) =>
        groupOf(study, name, { [widthKey]: width, [roundingKey]: rounding }),
      );
      return [name, rounding, ...groups.map(errorCell), enoughBits(widths, groups)];
    }),
  );
  return `${renderOrigin(study)}

Test error in per cent after one epoch, mean ± standard error. The last column is the narrowest width whose mean lies within ${String(acceptedPoints)} point
of that of 16 bits in its row. All widths have the same learning rate, 2^-7: a narrow width may do better with its own (\`search\` looks for that).

${markdownTable(['rule', 'rounding', ...widths, 'enough'], rows)}
`;
}

function delayedSection(study: KeptStudy): string {
  const rows = namesOf(study).map((name) => {
    const group = groupOf(study, name);
    return [name, errorCell(group), memoryCell(group)];
  });
  return `${renderOrigin(study)}

Test error in per cent after three epochs, mean ± standard error, and the memory that the network uses with it.

${markdownTable(['delayed error', 'test error', 'memory'], rows)}
`;
}

/** Mean of an energy in µJ and its standard error in per cent of it; a dash where a seed did not get there. */
function energyCell(summary: MetricSummary | null): string {
  if (summary === null) return '–';
  const spread =
    summary.standardError === null
      ? ''
      : ` ± ${((100 * summary.standardError) / summary.mean).toFixed(1)} %`;
  return `${formatEnergy(summary.mean * 1e6)}${spread}`;
}

/** What learning adds to the energy of an inference; a dash where either is not known. */
function addedCell(training: number | null, inference: number | null): string {
  if (training === null || inference === null || inference === 0) return '–';
  return formatPercent(100 * (training / inference - 1), 0);
}

const targets = [10, 7, 6, 4] as const;

function schedulesSection(study: KeptStudy, intervals: readonly PipelinedInterval[]): string {
  const rows = namesOf(study).flatMap((name) =>
    valuesOf(study, 'hardware').flatMap((hardware) => {
      const group = groupOf(study, name, { hardware });
      if (group.done.size === 0)
        return [[name, hardware, `refused: ${group.failed[0]?.reason ?? ''}`]];
      const training = summariseMetric(group, 'trainingNj')?.mean ?? null;
      const inference = summariseMetric(group, 'inferenceNj')?.mean ?? null;
      return [
        [
          name,
          hardware,
          errorCell(group),
          training === null ? '–' : formatEnergy(training * 1000),
          addedCell(training, inference),
          printSummary('trainingUs', summariseMetric(group, 'trainingUs')),
          memoryCell(group),
          energyCell(energyOfGroup(group, 7)),
          energyCell(energyOfGroup(group, 4)),
        ],
      ];
    }),
  );
  const paces = intervals.map(({ chip, rule, isPipelined, serialCycles, intervalCycles }) => [
    rule,
    chip,
    formatCount(Math.round(serialCycles)),
    isPipelined ? formatCount(Math.round(intervalCycles)) : 'locked',
    isPipelined ? formatNumber(serialCycles / intervalCycles, 3) : '1',
  ]);
  return `${renderOrigin(study)}

Test error in per cent after five epochs, mean ± standard error; energy and latency of a training sample; what learning adds to the energy of an
inference; memory used; energy of all training until the test error first is at most 7 and 4 % after an epoch, a dash where a seed did not get there.
What is not known, for want of a price, is a dash too.

${markdownTable(['rule', 'chip', 'test error', 'energy', 'learning adds', 'latency', 'memory', 'to 7 %', 'to 4 %'], rows)}

Cycles of a training sample one after the other, and from one to the next where layers take the next sample as soon as they have learned, with the
activity of [the kept run](../reports/mnist-drtp/report.html): \`npx spikeledger pipeline examples/mnist-drtp.yaml\` for stated activity.

${markdownTable(['rule', 'chip', 'serial', 'pipelined', 'S'], paces)}
`;
}

function energySection(study: KeptStudy, wide: KeptStudy): string {
  const row = (name: string, width: string, group: PointGroup): readonly string[] => [
    ...[name, width, errorCell(group)],
    ...targets.map((target) => energyCell(energyOfGroup(group, target))),
  ];
  const rows = namesOf(study).flatMap((name) => [
    ...valuesOf(study, widthKey).map((width) =>
      row(name, width, groupOf(study, name, { [widthKey]: width })),
    ),
    row(name, 's8.7', groupOf(wide, name, { hardware: 'edge-28nm' })),
  ]);
  return `${renderOrigin(study)} Rows s8.7 are those of the study before, on edge-28nm.

Energy of all training on the chip until the test error is at most so much after an epoch, mean and standard error in per cent of it; a dash where a seed did
not get there in five epochs. An epoch is the step: what would do within one is not seen.

${markdownTable(['rule', 'weights', 'last error', ...targets.map((target) => `to ${String(target)} %`)], rows)}
`;
}

/** The text of `docs/studies.md`. */
export function renderStudies(kept: KeptStudies): string {
  const { widths, delayedErrors, schedules, energy, intervals } = kept;
  const sections = [
    sectionOf('How many bits do weights need that learn?', [widths], () => widthsSection(widths)),
    sectionOf('How many bits does a delayed error need?', [delayedErrors], () =>
      delayedSection(delayedErrors),
    ),
    sectionOf(
      'What does each rule cost, on a chip that stops to learn and on one that does not?',
      [schedules],
      () => schedulesSection(schedules, intervals),
    ),
    sectionOf('What energy does it take to get there?', [energy, schedules], () =>
      energySection(energy, schedules),
    ),
  ];
  return `# Studies that were run once and kept

Each by one command, its points in the folder named beside it; this page is written from them by \`npm run studies\`. MNIST, FC_500_FC_10, online SGD, formats of
\`edge-28nm\` where nothing else is said. Few epochs: curves have not ended. A mean is over the seeds; standard errors are not those of the test set, which every seed shares.

${sections.join('\n')}`;
}
