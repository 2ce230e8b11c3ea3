import type { ResultRecord } from '../../experiment/record/result-record.js';
import { type RunKind, runKinds } from '../../ledger/ledger-row.js';
import { areaOfResult, unknownArea, unknownAreaReason } from '../kit/area-facts.js';
import { experimentFacts } from '../kit/experiment-facts.js';
import { pricingOfRun } from '../kit/ledger-view.js';
import { markup, type Markup, noMarkup } from '../kit/markup.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergyBand,
  formatPercent,
  formatPoints,
  splitEnergy,
  unpriced,
} from '../kit/quantity.js';
import {
  answer,
  bandSentence,
  differenceText,
  errorText,
  independentBand,
  intervalsOf,
  intervalText,
  overheadRange,
} from './summary.js';
import { latency } from './latency-figures.js';

interface Figure {
  readonly label: string;
  /** One sentence. */
  readonly explanation: string;
  readonly value: Markup;
  /** Short lines below the value. */
  readonly notes: readonly Markup[];
}

/** A quantity with its unit set smaller; `not measured` and `unpriced` are set as words. */
function large(text: string): Markup {
  const [number = '', unit = ''] = text.split('\u00a0');
  return unit === ''
    ? markup`<span class="words">${number}</span>`
    : markup`${number}<small>\u00a0${unit}</small>`;
}

function errorFigure(result: ResultRecord): Figure {
  const { chip, reference, lossPoints, encoded } = result.accuracy;
  const intervals = intervalsOf(result);
  const compared =
    reference === null
      ? [markup`no float reference in this run`]
      : [
          reference.divergedInEpoch === null
            ? markup`float reference ${errorText(reference.testErrorPercent, intervals?.reference ?? null)}`
            : markup`float reference <b>diverged in epoch ${formatCount(reference.divergedInEpoch)}</b>`,
          ...(lossPoints === null
            ? []
            : [markup`lost <b>${formatPoints(lossPoints)}</b> (${differenceText(result)})`]),
          ...(encoded === null
            ? []
            : [
                markup`encoding <b>${formatPoints(encoded.encodingPoints)}</b>, other formats <b>${formatPoints(encoded.formatPoints)}</b>`,
              ]),
        ];
  return {
    label: 'Test error of the chip',
    explanation: 'Wrong test samples after the last epoch, on the simulated chip.',
    value: large(formatPercent(chip.testErrorPercent)),
    notes: [
      ...(intervals?.chip == null
        ? []
        : [markup`95 % interval ${intervalText(intervals.chip, '%')}`]),
      ...compared,
    ],
  };
}

function energyFigure(result: ResultRecord, run: RunKind, label: string): Figure {
  const { energyNj, energyLowNj, energyHighNj, complete } = result.perSample[run];
  const isUnpriced = pricingOfRun(result, run) === 'none';
  const { number, unit } = splitEnergy(energyNj * 1000);
  const band = formatEnergyBand(energyLowNj * 1000, energyHighNj * 1000);
  const independent = independentBand(result, run);
  return {
    label,
    explanation: `Count times price, summed over the priced rows of the ledger for one ${run} sample; leakage included where it is priced.`,
    value: isUnpriced ? large(unpriced) : large(`${number}\u00a0${unit}`),
    notes: [
      isUnpriced ? markup`no row has a price` : markup`low–high ${band}`,
      ...(isUnpriced || independent === null ? [] : [markup`independent ${independent}`]),
      complete || isUnpriced
        ? markup`${latency(result, run)}`
        : markup`<em class="unpriced">incomplete</em> · ${latency(result, run)}`,
    ],
  };
}

function overheadFigure(result: ResultRecord): Figure {
  const { energy, latency: time, memory, area } = result.perSample.learningOverheadPercent;
  const range = overheadRange(result);
  const reason = unknownAreaReason(areaOfResult(result)) ?? '';
  const areaNote =
    area === null
      ? markup`area <em class="unpriced" title="${reason}">${unknownArea}</em>`
      : markup`area <b>${formatChangePercent(area)}</b>`;
  const { inference, training } = result.perSample;
  const isUnpriced = runKinds.some((run) => pricingOfRun(result, run) === 'none');
  const incomplete =
    energy === null || (inference.complete && training.complete)
      ? noMarkup
      : markup`<em class="unpriced">of what is priced</em> · `;
  return {
    label: 'Learning adds, in energy',
    explanation: 'Training minus inference, divided by inference, for one sample.',
    value: large(energy === null && isUnpriced ? unpriced : formatChangePercent(energy)),
    notes: [
      ...(range === null ? [] : [markup`${range}`]),
      markup`${incomplete}latency <b>${formatChangePercent(time)}</b>`,
      markup`memory <b>${formatChangePercent(memory)}</b>`,
      areaNote,
    ],
  };
}

/** Title, what was run on what, the answer in a sentence, and the large figures. */
export function renderHeadline(result: ResultRecord, name: string): Markup {
  const facts = experimentFacts(result).map(
    ({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  );
  const figures = [
    errorFigure(result),
    energyFigure(result, 'inference', 'Energy per inference'),
    energyFigure(result, 'training', 'Energy per training sample'),
    overheadFigure(result),
  ].map(
    ({ label, explanation, value, notes }) =>
      markup`<div class="figure" title="${explanation}"><h3>${label}</h3><p class="value">${value}</p>${notes.map((note) => markup`<p class="note">${note}</p>`)}</div>\n`,
  );
  const missing =
    result.unpriced.length === 0
      ? noMarkup
      : markup`<p class="warning"><b>Unpriced:</b> ${result.unpriced.map((action, index) => markup`${index === 0 ? '' : ', '}<code>${action}</code>`)}. Totals that need them leave them out and are marked <em class="unpriced">incomplete</em>.</p>`;
  const warnings = result.warnings.map(
    (warning) => markup`<p class="warning"><b>Warning:</b> ${warning}</p>`,
  );
  return markup`<header><p class="kicker">What does learning on the chip cost?</p><h1>${name}</h1>
<dl class="facts">${facts}</dl>
<p class="answer">${answer(result)}</p>${warnings}</header>
<section class="figures" aria-label="Key figures">${figures}</section><p class="note bands">${bandSentence}</p>${missing}`;
}
