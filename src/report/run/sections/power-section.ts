import type { PowerBand, PowerRecord } from '../../../experiment/record/cost-schema.js';
import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { pricingOfRun } from '../../kit/ledger-view.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { powerText } from '../power-text.js';
import {
  formatEnergy,
  formatLife,
  formatLifeBand,
  formatNumber,
  formatPercent,
  formatPower,
  formatPowerBand,
  formatRate,
} from '../../kit/quantity.js';
import { type Column, renderTable } from '../../kit/table.js';

interface PowerLine {
  readonly name: string;
  readonly rate: string;
  readonly dutyCycle: string;
  /** Null: the chip is too slow for the rate. */
  readonly power: PowerBand | null;
}

type DeploymentRecord = NonNullable<PowerRecord['deployment']>;

function mixOf({ trainingFraction }: DeploymentRecord): string {
  if (trainingFraction === 0) return 'no sample is learned from';
  if (trainingFraction === 1) return 'every sample is learned from';
  return `${formatPercent(100 * trainingFraction, 1)} of the samples are learned from`;
}

/** What the chip takes as the experiment says that it is used, in a sentence; null where it does not say. */
export function deploymentSentence({ power }: ResultRecord): string | null {
  const deployment = power?.deployment ?? null;
  if (deployment === null) return null;
  const { samplesPerSecond, maximumSamplesPerSecond, average, battery, dutyCyclePercent } =
    deployment;
  const use = `${formatRate(samplesPerSecond)}, ${mixOf(deployment)}`;
  if (average === null) {
    return `At ${use}, the chip is too slow: it can do at most ${formatRate(maximumSamplesPerSecond)} of this mix.`;
  }
  const { powerIndependentLowUw, powerIndependentHighUw } = average;
  const bands = `${formatPowerBand(average.powerLowUw, average.powerHighUw)} if all prices err in the same direction, ${formatPowerBand(powerIndependentLowUw, powerIndependentHighUw)} if each errs by itself`;
  const bound = average.complete ? '' : ', at least: not everything has a price';
  const text = `At ${use}, the chip works ${formatPercent(dutyCyclePercent)} of the time and takes ${formatPower(average.powerUw)} on average${bound} (${bands}).`;
  return battery === null ? text : `${text} ${batterySentence(battery, average.complete)}`;
}

function batterySentence(
  { energyJ, lifeHours, lifeLowHours, lifeHighHours }: NonNullable<DeploymentRecord['battery']>,
  isComplete: boolean,
): string {
  const stated = `battery of ${formatEnergy(energyJ * 1e12)}`;
  if (lifeHours === null) return `How long a ${stated} lasts is not known: nothing has a price.`;
  const band =
    lifeLowHours === null || lifeHighHours === null
      ? ''
      : ` (${formatLifeBand(lifeLowHours, lifeHighHours)})`;
  const bound = isComplete ? '' : ' at most';
  return `A ${stated} feeds it${bound} ${formatLife(lifeHours)}${band}, if it feeds nothing else and loses nothing.`;
}

function powerLines(power: PowerRecord): readonly PowerLine[] {
  const { fullSpeed, idle, deployment } = power;
  const atFullSpeed = (run: 'inference' | 'training', name: string): PowerLine => ({
    name,
    rate: formatRate(fullSpeed[run].samplesPerSecond),
    dutyCycle: formatPercent(100, 0),
    power: fullSpeed[run],
  });
  const cores = idle.cores === 1 ? '1 core' : `${formatNumber(idle.cores)} cores`;
  const lines = [
    atFullSpeed('inference', 'Inference at full speed'),
    atFullSpeed('training', 'Training at full speed'),
    { name: `Idle, ${cores} leaking`, rate: '–', dutyCycle: formatPercent(0, 0), power: idle },
  ];
  if (deployment === null) return lines;
  const { samplesPerSecond, dutyCyclePercent, average } = deployment;
  return [
    ...lines,
    {
      name: 'As deployed',
      rate: formatRate(samplesPerSecond),
      dutyCycle: formatPercent(dutyCyclePercent),
      power: average,
    },
  ];
}

const columns: readonly Column<PowerLine>[] = [
  {
    label: 'Use',
    unit: '',
    explanation: 'What the chip does; at full speed one sample follows the other without a pause.',
    isNumeric: false,
    cell: ({ name }) => name,
  },
  {
    label: 'Rate',
    unit: '',
    explanation: 'Samples a second: at full speed 1 divided by the mean serial latency.',
    isNumeric: true,
    cell: ({ rate }) => rate,
  },
  {
    label: 'Duty cycle',
    unit: '',
    explanation: 'Share of the time in which a sample is worked on.',
    isNumeric: true,
    cell: ({ dutyCycle }) => dutyCycle,
  },
  {
    label: 'Average power',
    unit: '',
    explanation: 'Energy per time over the priced rows; idle cores in use leak, their clocks rest.',
    isNumeric: true,
    cell: ({ power }) => powerText(power),
  },
  {
    label: 'Low–high',
    unit: '',
    explanation: 'Its band if all prices err in the same direction.',
    isNumeric: true,
    cell: ({ power }) =>
      power === null || power.powerUw === 0
        ? '–'
        : formatPowerBand(power.powerLowUw, power.powerHighUw),
  },
];

/** Average power at full speed, in idle and as deployed; nothing where the record has none, or nothing has a price. */
export function renderPower(result: ResultRecord): Markup {
  const { power } = result;
  if (power === null) return noMarkup;
  if (pricingOfRun(result, 'inference') === 'none' && pricingOfRun(result, 'training') === 'none') {
    return markup`<section><h2>Power</h2><p>Unpriced: no row has a price, so there is no power either.</p></section>\n`;
  }
  const sentence = deploymentSentence(result);
  const introduction =
    sentence ??
    'Average power at full speed and in idle. A sample rate and a battery can be stated in the experiment (key deployment).';
  const table = renderTable('Power', columns, [
    { heading: null, rows: powerLines(power), total: null },
  ]);
  return markup`<section><h2>Power</h2><p>${introduction}</p>${table}</section>\n`;
}
