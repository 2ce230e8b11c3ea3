import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { coresText, deploymentOf, fullSpeedText } from './expected-summary.js';
import * as print from './print.js';
import {
  areaOf,
  areaOverhead,
  energyOf,
  idlePower,
  leakingCores,
  microsecondsOf,
  type Run,
  rowsOfRun,
} from './recompute.js';

/* Rows of the page's other tables, as they must be printed: power, classes, health, area, memory, activity and wear. */

type Row = readonly string[];

export function expectedPower(result: ResultRecord): readonly Row[] {
  const atSpeed = (run: Run, name: string): Row => {
    const { low, high } = energyOf(rowsOfRun(result, run));
    const us = microsecondsOf(result, run);
    const range = print.powerRange(low / us, high / us);
    return [name, print.rate(1e6 / us), '100 %', fullSpeedText(result, run), range];
  };
  const idle = idlePower(result);
  const cores = leakingCores(result);
  const leaking = cores === 1 ? '1 core' : `${print.significant(cores)} cores`;
  const resting: Row =
    idle === null
      ? [`Idle, ${leaking} leaking`, '–', '0 %', 'unpriced', '–']
      : [
          `Idle, ${leaking} leaking`,
          '–',
          '0 %',
          print.power(idle.pj),
          print.powerRange(idle.low, idle.high),
        ];
  const used = deploymentOf(result);
  const deployed: readonly Row[] =
    used === null
      ? []
      : [
          [
            'As deployed',
            print.rate(used.perSecond),
            print.percent(100 * used.duty),
            `${print.power(used.pj)}${used.isComplete ? '' : ', incomplete'}`,
            print.powerRange(used.low, used.high),
          ],
        ];
  return [
    atSpeed('inference', 'Inference at full speed'),
    atSpeed('training', 'Training at full speed'),
    resting,
    ...deployed,
  ];
}

/** The use that the experiment states, in a sentence; null: it states none. */
export function expectedDeployment(result: ResultRecord): string | null {
  const used = deploymentOf(result);
  if (used === null) return null;
  const { trainingFraction: fraction, low, high, apartLow, apartHigh } = used;
  const mix =
    fraction === 0
      ? 'no sample is learned from'
      : `${print.percent(100 * fraction, 1)} of the samples are learned from`;
  const bound = used.isComplete ? '' : ', at least: not everything has a price';
  const text = `At ${print.rate(used.perSecond)}, ${mix}, the chip works ${print.percent(100 * used.duty)} of the time and takes ${print.power(used.pj)} on average${bound} (${print.powerRange(low, high)} if all prices err in the same direction, ${print.powerRange(apartLow, apartHigh)} if each errs by itself).`;
  if (used.joules === null) return text;
  const band = print.lifeRange(used.hours(high), used.hours(low));
  const most = used.isComplete ? '' : ' at most';
  return `${text} A battery of ${print.energy(used.joules * 1e12)} feeds it${most} ${print.life(used.hours(used.pj))} (${band}), if it feeds nothing else and loses nothing.`;
}

export function expectedClasses({ classes }: ResultRecord): readonly Row[] {
  const confusion = classes?.confusion ?? [];
  return confusion.map((row, label) => {
    const samples = row.reduce((total, one) => total + one, 0);
    const said = confusion.reduce((total, other) => total + (other[label] ?? 0), 0);
    const wrong = samples - (row[label] ?? 0);
    const train = classes?.perClass[label]?.trainSamples ?? NaN;
    const error = samples === 0 ? '–' : print.percent((100 * wrong) / samples);
    return [print.count(label), print.count(train), print.count(samples), print.count(said), error];
  });
}

/** Share of the test samples that the best constant answer gets wrong. */
export function constantError({ classes }: ResultRecord): string {
  const sizes = (classes?.confusion ?? []).map((row) => row.reduce((a, b) => a + b, 0));
  const samples = sizes.reduce((a, b) => a + b, 0);
  return print.percent((100 * (samples - Math.max(...sizes))) / samples);
}

/** Rows of fixed-point health by column; a column that no row has a figure for may be missing. */
export function expectedHealth({ fixedPoint }: ResultRecord): ReadonlyMap<string, Row> {
  const dash = (value: number | null, text: (known: number) => string) =>
    value === null ? '–' : text(value);
  const counted = (number: number, values: number | null) => {
    if (number === 0 || values === null || values === 0) return print.count(number);
    return `${print.count(number)}, ${print.percent((100 * number) / values)}`;
  };
  return new Map<string, Row>([
    ['Layer', fixedPoint.map(({ layer }) => (layer === 0 ? 'input' : String(layer)))],
    ['Tensor', fixedPoint.map(({ tensor }) => tensor)],
    ['Values compared', fixedPoint.map(({ values }) => dash(values, print.count))],
    [
      'Saturations values, share',
      fixedPoint.map(({ saturations, values }) =>
        dash(saturations, (known) => counted(known, values)),
      ),
    ],
    ['Wraps values, share', fixedPoint.map(({ wraps, values }) => counted(wraps, values))],
    ['First training sample', fixedPoint.map((row) => dash(row.firstTrainingSample, print.count))],
    [
      'Dead updates of updates',
      fixedPoint.map((row) => dash(row.deadUpdateFraction, (part) => print.percent(100 * part))),
    ],
    [
      'Initial zeros of weights',
      fixedPoint.map((row) =>
        dash(row.initialZeros, (zeros) => print.share(zeros, row.initialValues ?? 0)),
      ),
    ],
    [
      'RMS error of real values',
      fixedPoint.map((row) => dash(row.rmsErrorVsReference, (rms) => print.significant(rms, 3))),
    ],
    [
      'Relative of own RMS',
      fixedPoint.map((row) => dash(row.relativeRmsError, (part) => print.percent(100 * part))),
    ],
    [
      'Reaches real value',
      fixedPoint.map((row) => dash(row.largestReference, (real) => print.significant(real, 3))),
    ],
    ['Outside of values', fixedPoint.map((row) => dash(row.outsidePercent, print.percent))],
    [
      'Sign differs of values',
      fixedPoint.map((row) => dash(row.signDisagreementPercent, print.percent)),
    ],
  ]);
}

type AreaPart = ResultRecord['area']['parts'][number];

const needed = (isTraining: boolean) => (isTraining ? 'learning only' : 'inference and learning');

function areaCells(parts: readonly AreaPart[], whole: number | null): Row {
  const { mm2, low, high } = areaOf(parts);
  const figure = (value: number | null) =>
    value === null ? 'unknown' : print.significant(value, 3);
  const band = low === null || high === null ? '–' : `${figure(low)}–${figure(high)}`;
  return [figure(mm2), band, whole === null || whole === 0 ? '–' : print.share(mm2 ?? 0, whole)];
}

/** A row for each component, all cores that have it together, in any order. */
export function expectedArea({ area: { parts } }: ResultRecord): readonly Row[] {
  const whole = areaOf(parts).mm2;
  const groups = new Map<string, AreaPart[]>();
  for (const part of parts) {
    const key = JSON.stringify({ ...part, core: part.core === null });
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()].map((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const [, ...rest] = [null, ...areaCells(own, whole)];
    const each = first.areaMm2 === null ? 'unknown' : print.significant(first.areaMm2, 3);
    const cores = first.core === null ? 'shared' : print.count(own.length);
    const bits = first.bits === null ? '–' : print.memory(first.bits);
    return [first.component, cores, bits, each, ...rest, first.kind, needed(first.trainingOnly)];
  });
}

/** The lines below the components of the area. */
export function expectedAreaTotals(result: ResultRecord): readonly Row[] {
  const { parts } = result.area;
  const whole = areaOf(parts).mm2;
  const added = areaOverhead(result);
  const line = (label: string, isIn: (part: AreaPart) => boolean, note = ''): Row => [
    label,
    ...areaCells(parts.filter(isIn), whole),
    note,
  ];
  return [
    line('Memory', ({ bits }) => bits !== null),
    line('Logic', ({ bits }) => bits === null),
    line('The chip without its learning engine', ({ trainingOnly }) => !trainingOnly),
    line(
      'Its learning engine',
      ({ trainingOnly }) => trainingOnly,
      added === null ? '' : `${print.change(added)} by learning`,
    ),
    line('The whole chip', () => true),
  ];
}

type Memory = ResultRecord['memory'][number];

/** A row for each memory of each core. */
export function expectedMemories({ memory }: ResultRecord): readonly Row[] {
  return memory.map(({ core, component, wordBits, usedBits, capacityBits, trainingOnly }) => [
    core === null ? 'all' : print.count(core),
    component,
    print.count(wordBits),
    print.count(usedBits),
    print.count(capacityBits),
    print.share(usedBits, capacityBits),
    needed(trainingOnly),
  ]);
}

export function expectedMemoryTotals({ memory }: ResultRecord): readonly Row[] {
  const line = (label: string, own: readonly Memory[]): Row => {
    const used = own.reduce((bits, { usedBits }) => bits + usedBits, 0);
    const capacity = own.reduce((bits, { capacityBits }) => bits + capacityBits, 0);
    return [label, print.count(used), print.count(capacity), print.share(used, capacity), ''];
  };
  return [
    line(
      'Of it for learning only',
      memory.filter(({ trainingOnly }) => trainingOnly),
    ),
    line('All', memory),
  ];
}

/** Events of each layer by the totals that the counts follow from; its cores as they are numbered. */
export function expectedActivity({ activity, measuredRuns }: ResultRecord): readonly Row[] {
  const perSample = (layer: number, run: Run): number => {
    const own = measuredRuns.filter((one) => one.run === run && !one.isMeasuring);
    const events = own.reduce(
      (total, one) => total + (one.layers.find((of) => of.layer === layer)?.events ?? NaN),
      0,
    );
    return events / own.reduce((total, { samples }) => total + samples, 0);
  };
  return activity.map(({ layer, inputCount, neuronCount, ...own }) => {
    const training = perSample(layer, 'training');
    const isOne = own.neuronParts * own.axonParts === 1;
    return [
      print.count(layer),
      isOne ? coresText(own) : `${coresText(own)} (${own.neuronParts} × ${own.axonParts})`,
      print.count(inputCount),
      print.count(neuronCount),
      print.mean(perSample(layer, 'inference')),
      print.mean(training),
      print.share(training, inputCount),
    ];
  });
}

/** Writes to the synapse words of a layer: what training wrote, divided by the words. */
export function expectedWear(result: ResultRecord): readonly Row[] {
  const { wear, ledger, memory, activity } = result;
  return wear.map(({ layer, largestWritesPerWord }) => {
    const writes = ledger
      .filter(
        (row) => row.layer === layer && row.component === 'synapses' && row.action === 'write',
      )
      .reduce((total, { count }) => total + count, 0);
    const own = activity.find((one) => one.layer === layer);
    const first = own?.core ?? NaN;
    const cores = (own?.neuronParts ?? 1) * (own?.axonParts ?? 1);
    const words = memory
      .filter(({ component, core }) => component === 'synapses' && core !== null)
      .filter(({ core }) => (core ?? NaN) >= first && (core ?? NaN) < first + cores)
      .reduce((total, { usedBits, wordBits }) => total + usedBits / wordBits, 0);
    return [print.count(layer), print.count(largestWritesPerWord), print.mean(writes / words)];
  });
}
