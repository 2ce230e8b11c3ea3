import type { ScheduleCost } from '../../experiment/record/update-schema.js';
import { markup, type Markup, noMarkup } from './markup.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatNumber,
  formatTime,
  unpriced,
  withUnit,
} from './quantity.js';
import { unknownArea } from './area-facts.js';
import { type Column, renderTable } from './table.js';

type Costs = NonNullable<ScheduleCost['costs']>;

function energyText({ training }: Costs): Markup {
  const { energyNj, energyLowNj, energyHighNj, complete } = training;
  if (energyNj === 0 && !complete) return markup`${unpriced}`;
  const band = formatEnergyBand(1000 * energyLowNj, 1000 * energyHighNj);
  const note = complete ? band : `${band}, incomplete`;
  return markup`${formatEnergy(1000 * energyNj)}<br><span class="note">${note}</span>`;
}

function timeText({ training: { latencyCycles, latencyUs } }: Costs): Markup {
  const time = formatTime(latencyUs);
  return markup`${withUnit(formatCount(Math.round(latencyCycles)), 'cycles')}<br><span class="note">${time}</span>`;
}

function areaText({ areaMm2, learningOverheadPercent: { area } }: Costs): Markup {
  if (areaMm2 === null || area === null) return markup`${unknownArea}`;
  return markup`${formatChangePercent(area)}<br><span class="note">of ${withUnit(formatNumber(areaMm2, 3), 'mm²')}</span>`;
}

/** A column of a figure that a refused schedule does not have. */
function figure(
  label: string,
  explanation: string,
  cell: (costs: Costs) => string | Markup,
): Column<ScheduleCost> {
  const text = ({ costs }: ScheduleCost) => (costs === null ? '–' : cell(costs));
  return { label, unit: '', explanation, isNumeric: true, cell: text };
}

function remarkOf({ isOwn, problem, costs }: ScheduleCost, own: ScheduleCost | null): string {
  if (isOwn) return 'this chip';
  if (problem !== null) return problem;
  const words = costs?.eventBufferWords ?? 0;
  const ownWords = own?.costs?.eventBufferWords ?? words;
  return words === ownWords
    ? ''
    : `event buffer of ${formatCount(words)} words, for two samples (this chip ${formatCount(ownWords)})`;
}

function columns(own: ScheduleCost | null): readonly Column<ScheduleCost>[] {
  return [
    {
      label: 'Schedule',
      unit: '',
      explanation:
        'When weights change: serial, after the sample; beside, while the next sample goes forward; fused, when the next sample visits the row.',
      isNumeric: false,
      cell: ({ schedule, isOwn }) => (isOwn ? markup`<b>${schedule}</b>` : schedule),
    },
    {
      label: 'Banks',
      unit: '',
      explanation:
        'Shared: a synapse word is read and written by turns; interleaved: read from one bank while another is written.',
      isNumeric: false,
      cell: ({ writeBanks }) => writeBanks,
    },
    figure('Training sample', 'Priced energy of learning from one sample, low–high.', energyText),
    figure(
      'Learning adds, energy',
      'Training minus inference, divided by inference.',
      ({ learningOverheadPercent: { energy } }) =>
        energy === null ? unpriced : formatChangePercent(energy),
    ),
    figure('Time', 'Serial latency of a training sample.', timeText),
    figure(
      'Learning adds, time',
      'Training minus inference, divided by inference.',
      ({ learningOverheadPercent }) => formatChangePercent(learningOverheadPercent.latency),
    ),
    figure(
      'Learning adds, area',
      'Area that exists only because the chip learns, divided by the rest; below it the area of the chip.',
      areaText,
    ),
    {
      label: 'Remark',
      unit: '',
      explanation: 'Which is this chip, what another one has besides, or why it is not possible.',
      isNumeric: false,
      cell: (row) => remarkOf(row, own),
    },
  ];
}

/** Costs by schedule, by rule where there are several; nothing where no record has them. */
export function renderScheduleCosts(
  bodies: readonly { readonly heading: string | null; readonly rows: readonly ScheduleCost[] }[],
): Markup {
  const shown = bodies.filter(({ rows }) => rows.length > 0);
  const [first] = shown;
  if (first === undefined) return noMarkup;
  const own = first.rows.find(({ isOwn }) => isOwn) ?? null;
  const table = renderTable(
    'Schedules of the update',
    columns(own),
    shown.map(({ heading, rows }) => ({
      heading: heading === null ? null : markup`${heading}`,
      rows,
      total: null,
    })),
  );
  return markup`<section><h2>What other schedules would cost</h2><p>The same activity on the same chip, counted and priced as if its cores changed weights otherwise: the bits are the same, counts, cycles and area are not.</p>${table}</section>\n`;
}
