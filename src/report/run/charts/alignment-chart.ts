import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { chooseLayers, type LayerCurve, renderLayerCurves } from '../../kit/layer-curves.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatNumber } from '../../kit/quantity.js';
import { chipColor, referenceColor } from '../../kit/vocabulary.js';

type Side = 'chip' | 'reference';

/** Degrees by epoch of one layer on one side; null where it has no angle. */
function anglesOf(result: ResultRecord, layer: number, side: Side): readonly (number | null)[] {
  return result.epochs.map(({ alignment }) => {
    const entry = alignment.find((candidate) => candidate.layer === layer);
    return (side === 'chip' ? entry?.chipDegrees : entry?.referenceDegrees) ?? null;
  });
}

/** Hidden layers of which some epoch has an angle. */
function measuredLayers(result: ResultRecord): readonly number[] {
  const layers = new Set(
    result.epochs.flatMap(({ alignment }) =>
      alignment
        .filter((entry) => entry.chipDegrees !== null || entry.referenceDegrees !== null)
        .map(({ layer }) => layer),
    ),
  );
  return [...layers].sort((left, right) => left - right);
}

/** The curves of one side. */
function curvesOf(
  result: ResultRecord,
  layers: readonly number[],
  side: Side,
): readonly LayerCurve[] {
  return layers
    .map((layer, place): LayerCurve => ({
      name: layers.length === 1 ? side : `${side}, layer ${formatCount(layer)}`,
      color: side === 'chip' ? chipColor : referenceColor,
      dash: side === 'chip' ? 'solid' : 'dashed',
      place,
      values: anglesOf(result, layer, side),
    }))
    .filter(({ values }) => values.some((angle) => angle !== null));
}

/** What the picture says at the end of each curve: chip and reference may have been trained for as many epochs or not. */
function describe(result: ResultRecord, layers: readonly number[]): string {
  const last = result.epochs.at(-1)?.epoch ?? 0;
  const degrees = (layer: number, side: Side): string => {
    const angles = anglesOf(result, layer, side);
    const place = angles.findLastIndex((angle) => angle !== null);
    const angle = angles[place] ?? null;
    if (angle === null) return 'not measured';
    const epoch = result.epochs[place]?.epoch ?? last;
    const when = epoch === last ? '' : ` (epoch ${formatCount(epoch)}, its last)`;
    return `${formatNumber(angle, 3)}°${when}`;
  };
  const ends = layers.map(
    (layer) =>
      `layer ${formatCount(layer)}: chip ${degrees(layer, 'chip')}, reference ${degrees(layer, 'reference')}`,
  );
  return `After the last epoch, ${ends.join('; ')}.`;
}

/** How well the rule's errors point downhill: angle over epochs, a curve for each hidden layer of chip and reference. */
export function renderAlignment(result: ResultRecord, id: string): Markup {
  const title = markup`<h2>How well the rule's errors point downhill</h2>`;
  const layers = measuredLayers(result);
  if (layers.length === 0) {
    return markup`<div>${title}<p>Not measured: it needs a hidden layer that learns, and the float reference.</p></div>`;
  }
  const shown = chooseLayers(layers);
  const curves = [...curvesOf(result, shown, 'reference'), ...curvesOf(result, shown, 'chip')];
  const angles = curves.flatMap(({ values }) => values).filter((angle) => angle !== null);
  const ends = describe(result, shown);
  const chart = renderLayerCurves({
    id: `${id}-alignment`,
    description: `Angle between the rule's errors and back-propagation's by epoch. ${ends}`,
    widthPx: 760,
    epochs: result.epochs.map(({ epoch }) => epoch),
    quantity: 'angle to back-propagation [°]',
    largest: Math.max(120, Math.ceil(Math.max(...angles) / 30) * 30),
    interval: 30,
    level: 90,
    curves,
  });
  const left =
    shown.length === layers.length
      ? noMarkup
      : markup` ${formatCount(shown.length)} of ${formatCount(layers.length)} hidden layers are shown; the record holds all.`;
  return markup`<figure>${title}<div class="chart">${chart}</div><figcaption>Angle between the rule's δh and back-propagation's on the same weights, mean over test samples: below 90° (dotted) an update goes downhill, 0° is back-propagation. ${ends}${left}</figcaption></figure>`;
}
