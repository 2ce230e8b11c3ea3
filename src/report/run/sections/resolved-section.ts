import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatNumber } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type Resolved = NonNullable<ResultRecord['resolved']>;
type Format = Resolved['formats'][number];

function column(
  label: string,
  explanation: string,
  cell: (format: Format) => string,
): Column<Format> {
  return { label, unit: '', explanation, isNumeric: false, cell };
}

const columns: readonly Column<Format>[] = [
  column('Tensor', 'What has the format.', ({ tensor }) => tensor),
  column(
    'Format',
    's: signed, u: unsigned; bits in all, bits of the fraction.',
    (own) => own.format,
  ),
  column('Rounding', 'How a value gets there that lies between two.', (own) => own.rounding),
  column('Overflow', 'What becomes of a value beyond its ends.', (own) => own.overflow),
  column('From', 'Who states the format.', ({ isOverridden }) =>
    isOverridden ? 'experiment' : 'chip',
  ),
];

/** Channels whose mean and deviation are written out; of more the first ones are. */
const listedChannels = 8;

/** What each channel had before it was normalised; nothing where none was. */
function channelSentence(channels: readonly { mean: number; deviation: number }[] | null): string {
  if (channels === null) return '';
  const listed = channels
    .slice(0, listedChannels)
    .map(({ mean, deviation }) => `${formatNumber(mean, 4)} and ${formatNumber(deviation, 4)}`);
  const others =
    channels.length > listedChannels
      ? `, and ${formatNumber(channels.length - listedChannels)} more in result.json (dataset.inputs.channels)`
      : '';
  return `Each channel has lost its mean and was divided by its deviation, both over the training samples in use: ${listed.join('; ')}${others}. `;
}

/** `Inputs range from 0 to 1 (stored values × 0.0625), in u4.4.` */
function inputSentence({ dataset: { inputs } }: ResultRecord): string {
  if (inputs === null) return '';
  const [lowest, highest] = [inputs.lowest, inputs.highest].map((value) => formatNumber(value));
  return `Inputs range from ${lowest ?? ''} to ${highest ?? ''} (${inputs.normalise === 'channel' ? 'normalised by channel' : `stored values × ${formatNumber(inputs.scale)}`}), in ${inputs.format}. ${channelSentence(inputs.channels)}`;
}

function ruleSentence({ rule, learningRate, events }: Resolved): string {
  const { feedback } = rule;
  const b =
    feedback === null
      ? 'no B'
      : `B by ${feedback.shape}, drawn ${feedback.distribution}, ${feedback.policy}, from the ${feedback.source}`;
  const dense = events.isDense
    ? 'values of 0 are events too'
    : `events above ${formatNumber(events.threshold)}`;
  return `Rule ${rule.label}, ${b}; η ${formatNumber(learningRate)}; ${dense}.`;
}

/** Formats of all tensors, the rule with its options, and the range of the inputs; nothing in an older record. */
export function renderResolved(result: ResultRecord): Markup {
  const { resolved } = result;
  if (resolved === null) return noMarkup;
  return markup`<section><h2>Formats and settings</h2><p>${inputSentence(result)}${ruleSentence(resolved)}</p>${renderPlainTable('Formats', columns, resolved.formats)}</section>\n`;
}
