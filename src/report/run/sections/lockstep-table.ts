import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { earlySampleCount } from '../../../experiment/record/probe-samples.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatPercent } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type Lockstep = ResultRecord['epochs'][number]['lockstep'];
type Compared = Lockstep[number];

/** A moment of training at which chip and float arithmetic were compared. */
interface Look {
  readonly label: string;
  readonly lockstep: Lockstep;
}

/** Most moments that have a column; of more the first, the last and evenly spread ones between have. */
const mostLooks = 7;

function looksOf({ earlyLockstep, epochs }: ResultRecord): readonly Look[] {
  const early = {
    label: `${formatCount(earlySampleCount)} samples`,
    lockstep: earlyLockstep ?? [],
  };
  const all = [
    early,
    ...epochs.map(({ epoch, lockstep }) => ({ label: `epoch ${epoch}`, lockstep })),
  ];
  const looks = all.filter(({ lockstep }) => lockstep.length > 0);
  if (looks.length <= mostLooks) return looks;
  const places = Array.from({ length: mostLooks }, (_, place) =>
    Math.round((place * (looks.length - 1)) / (mostLooks - 1)),
  );
  return looks.filter((_, index) => places.includes(index));
}

function columnOf({ label, lockstep }: Look): Column<Compared> {
  return {
    label,
    unit: 'of own RMS',
    explanation: `RMS error after ${label}, as a share of the root mean square of the float values; a dash: those are all 0.`,
    isNumeric: true,
    cell: ({ layer, tensor }) => {
      const own = lockstep.find((entry) => entry.layer === layer && entry.tensor === tensor);
      const share = own?.relativeRmsError ?? null;
      return share === null ? '–' : formatPercent(100 * share);
    },
  };
}

/** z, h and δz against float arithmetic on the chip's own weights, moment by moment; nothing where they were not compared. */
export function renderLockstepTable(result: ResultRecord): Markup {
  const looks = looksOf(result);
  const last = looks.at(-1);
  if (last === undefined) return noMarkup;
  const named = (label: string, explanation: string, cell: (row: Compared) => string) => {
    return { label, unit: '', explanation, isNumeric: false, cell };
  };
  const columns: readonly Column<Compared>[] = [
    named('Layer', 'Layer of the tensor.', ({ layer }) => formatCount(layer)),
    named('Tensor', 'accumulator: z; activation, output: h; delta: δz.', ({ tensor }) => tensor),
    ...looks.map(columnOf),
  ];
  return markup`<section><h2>Distance from float arithmetic over training</h2><p>Chip and float arithmetic run the same training samples with the weights that the chip has at that moment: what they differ by is formats, tables and rounding.</p>${renderPlainTable('Distance from float arithmetic over training', columns, last.lockstep)}</section>\n`;
}
