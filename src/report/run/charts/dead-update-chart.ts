import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { chooseLayers, renderLayerCurves } from '../../kit/layer-curves.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatPercent } from '../../kit/quantity.js';
import { chipColor } from '../../kit/vocabulary.js';

/** Per cent of dead updates by epoch of one layer; null where it made none. */
function percentsOf(result: ResultRecord, layer: number): readonly (number | null)[] {
  return result.epochs.map(({ health }) => {
    const fraction = health.find(
      (entry) => entry.layer === layer && entry.deadUpdateFraction !== null,
    )?.deadUpdateFraction;
    return typeof fraction === 'number' ? 100 * fraction : null;
  });
}

/** Updates that rounding lost, over the epochs, a curve for each layer of the chip. */
export function renderDeadUpdates(result: ResultRecord, id: string): Markup {
  const title = markup`<h2>Updates lost to rounding</h2>`;
  const rows = result.epochs.flatMap(({ health }) => health);
  const learning = rows.filter(({ deadUpdateFraction }) => deadUpdateFraction !== null);
  const layers = [...new Set(learning.map(({ layer }) => layer))].sort((a, b) => a - b);
  if (layers.length === 0) return markup`<div>${title}<p>Not measured in this run.</p></div>`;
  const shown = chooseLayers(layers);
  const ends = shown.map(
    (layer) =>
      `layer ${formatCount(layer)} ${formatPercent(percentsOf(result, layer).at(-1) ?? null, 1)}`,
  );
  const chart = renderLayerCurves({
    id: `${id}-dead`,
    description: `Dead updates of the chip by epoch; in the last, ${ends.join(', ')}.`,
    widthPx: 400,
    epochs: result.epochs.map(({ epoch }) => epoch),
    quantity: 'dead updates [%]',
    largest: 100,
    interval: 25,
    level: null,
    curves: shown.map((layer, place) => ({
      name: `layer ${formatCount(layer)}`,
      color: chipColor,
      dash: 'solid',
      place,
      values: percentsOf(result, layer),
    })),
  });
  const left =
    shown.length === layers.length
      ? noMarkup
      : markup` ${formatCount(shown.length)} of ${formatCount(layers.length)} layers are shown.`;
  return markup`<figure>${title}<div class="chart">${chart}</div><figcaption>Weight updates other than 0 that left the stored weight unchanged.${left}</figcaption></figure>`;
}
