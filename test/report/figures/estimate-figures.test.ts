import test from 'ava';
import type { EstimateRecord } from '../../../src/experiment/estimate/estimate-record.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { parseRules } from '../../../src/experiment/estimate/prepare-estimate.js';
import { renderEstimateHtml } from '../../../src/report/estimate/estimate-page.js';
import { prepareText } from '../../experiment/estimate/prepare-text.js';
import { differences } from './compare-page.js';
import * as expected from './expected-estimate.js';
import { all, picturesOf, readPage, tableOf, textOf } from './read-page.js';

/* The page of an estimate beside its record: every figure with a caption, worked out by no code of the report. */

/** Every figure of the page that is not what the record says; empty where all are. */
function pageDifferences(record: EstimateRecord): readonly string[] {
  const page = readPage(renderEstimateHtml(record));
  const rows = (label: string) => tableOf(page, label) ?? [];
  const ofWidth = (label: string, width: number) =>
    rows(label)
      .slice(1)
      .filter(({ length }) => length === width);
  const [answer] = all(page, 'p').filter(({ attributes }) => attributes['class'] === 'answer');
  const said = answer === undefined ? '' : textOf(answer);
  const bars = expected.expectedBars(record);
  const isDrawn = bars.some((bar) => !bar.includes('unpriced'));
  const drawn = picturesOf(page, 'Energy per sample').map(
    ({ attributes }) => attributes['aria-label'],
  );
  const description = `Energy per sample: ${bars.join(', ')}.`;
  const text = textOf(page);
  const { tool, estimateHash, hardware, notes } = record;
  const stated = [`spikeledger ${tool.version}`, estimateHash, hardware.hash, ...notes];
  return [
    ...differences('rules', rows('Rules').slice(1), expected.expectedRules(record)),
    ...differences('memory', ofWidth('Memory of the rules', 9), expected.expectedMemory(record)),
    ...differences('phases', rows('Energy by phase'), expected.expectedPhases(record)),
    ...differences('layers', rows('Layers').slice(1), expected.expectedLayers(record)),
    ...differences('area', ofWidth('Area', 9), expected.expectedArea(record)),
    ...differences('area', ofWidth('Area', 5), expected.expectedAreaTotals(record)),
    ...differences(
      'schedules',
      ofWidth('Schedules of the update', 8).map((cells) => cells.slice(0, 7)),
      expected.expectedSchedules(record),
    ),
    ...expected
      .expectedAnswer(record)
      .filter((part) => !said.includes(part))
      .map((part) => `answer: no "${part}" in "${said}"`),
    ...(isDrawn
      ? differences(
          'chart',
          drawn.map((one) => [one ?? '']),
          [[description]],
        )
      : []),
    ...stated.filter((part) => !text.includes(part)).map((part) => `page: no "${part}"`),
  ];
}

interface Setting {
  readonly network: string;
  readonly shape: string;
  readonly training?: string;
  readonly hardware: string;
  readonly layers?: string;
}

function experimentOf({
  network,
  shape,
  training = '',
  hardware,
  layers = '0.75',
}: Setting): string {
  return `name: figures
dataset: { inputShape: ${shape}, classCount: 3, trainSamples: 70 }
network: ${network}
activity: { input: 0.4, layers: ${layers}, changedWords: 0.5 }
training: { rule: drtp, epochs: 2, learningRate: 2^-5${training} }
hardware: ${hardware}
`;
}

const settings: Readonly<Record<string, Setting>> = {
  'fully-connected layers on one core each': {
    network: 'FC_6_FC_3',
    shape: '[1, 1, 9]',
    hardware: 'edge-28nm',
  },
  'layers that repeat, many cores': {
    network: '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]',
    shape: '[1, 1, 9]',
    hardware: 'edge-28nm',
  },
  'batches and an optimizer': {
    network: 'FC_6_FC_3',
    shape: '[1, 1, 9]',
    training: ', batch: 3, optimizer: adam',
    hardware: 'large-28nm',
  },
  convolutions: {
    network: '[{ type: conv, channels: 4, kernel: 3, padding: 1 }, { type: fc, neurons: 3 }]',
    shape: '[1, 8, 8]',
    hardware: 'large-28nm',
  },
  'a mesh of small cores': {
    network: 'FC_40_FC_3',
    shape: '[1, 10, 10]',
    hardware: 'mesh-28nm',
  },
  'a chip that does not learn': {
    network: 'FC_6_FC_3',
    shape: '[1, 1, 9]',
    hardware: 'truenorth-28nm',
  },
};

for (const [name, setting] of Object.entries(settings)) {
  test(`every figure of an estimate's page is that of its record: ${name}`, async (t) => {
    const prepared = await prepareText(experimentOf(setting), {
      rules: parseRules('all'),
      coreCount: 64,
    });
    t.deepEqual(pageDifferences(makeEstimate(prepared).record), []);
    const alone = makeEstimate({ ...prepared, rules: ['drtp'] });
    t.deepEqual(pageDifferences(alone.record), []);
  });
}

for (const absent of [['clock.cycle'], ['synapses.read', 'leakage.cycle'], 'all'] as const) {
  test(`an estimate without a price of ${String(absent)} shows what is known and says so`, async (t) => {
    const prepared = await prepareText(
      experimentOf({ network: 'FC_6_FC_3', shape: '[1, 1, 9]', hardware: 'edge-28nm' }),
      { rules: parseRules('drtp,bp') },
    );
    const { chip } = prepared;
    const unpriced: readonly string[] = absent === 'all' ? [] : absent;
    const { record } = makeEstimate({
      ...prepared,
      chip: {
        ...chip,
        unitPrice: (key) =>
          absent === 'all' || unpriced.includes(key.componentAction) ? null : chip.unitPrice(key),
      },
    });
    t.deepEqual(pageDifferences(record), []);
    const page = textOf(readPage(renderEstimateHtml(record)));
    for (const action of unpriced) t.true(page.includes(action), action);
  });
}
