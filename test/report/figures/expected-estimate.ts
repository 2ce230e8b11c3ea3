import type {
  EstimateRecord,
  RuleEstimate,
} from '../../../src/experiment/estimate/estimate-record.js';
import { ruleFacts } from '../../../src/network/rule-facts.js';
import * as print from './print.js';

/* Figures of an estimate's page, worked out again from estimate.json and what captions and docs/spec.md say. */

type Row = readonly string[];
type Cost = NonNullable<RuleEstimate['perSample']>;
type Part = Cost['energyParts'][number];
type Run = Part['run'];

function labelOf({ rule, variant }: RuleEstimate): string {
  const { label } = ruleFacts[rule];
  return variant === null ? label : `${label} (${variant})`;
}

/** Energies in pJ: the sum of what has a price; `isKnown`: something has, `isWhole`: all of it. */
interface Energy {
  readonly pj: number;
  readonly low: number;
  readonly high: number;
  readonly isKnown: boolean;
  readonly isWhole: boolean;
}

function sumOf(parts: readonly Part[]): Energy {
  const total = (key: 'energyNj' | 'energyLowNj' | 'energyHighNj'): number =>
    parts.reduce((sum, part) => sum + 1000 * (part[key] ?? 0), 0);
  const [pj, low, high] = [total('energyNj'), total('energyLowNj'), total('energyHighNj')];
  const isWhole = parts.every(({ energyNj }) => energyNj !== null);
  return { pj, low, high, isKnown: high > 0, isWhole };
}

function energyOf({ energyParts }: Pick<Cost, 'energyParts'>, run: Run): Energy {
  return sumOf(energyParts.filter((part) => part.run === run));
}

function energyText({ pj, isKnown }: Energy): string {
  return isKnown ? print.energy(pj) : 'unpriced';
}

function bandText({ low, high, isKnown, isWhole }: Energy): string {
  if (!isKnown) return '';
  return `${print.energyRange(low, high)}${isWhole ? '' : ', incomplete'}`;
}

function changeOf(training: number, inference: number): string {
  return print.change((100 * (training - inference)) / inference);
}

function cycles(value: number): string {
  return `${print.count(value)} cycles`;
}

/** What goes with the time for which cores wait, leakage and a clock that is not gated: all of phase idle. */
function leakageOf({ energyParts }: Cost): Energy {
  return sumOf(energyParts.filter(({ run, phase }) => run === 'training' && phase === 'idle'));
}

/** Energy of a training sample where the next comes after an interval: the cores leak for that time only. */
function pacedEnergy(cost: Cost): Energy {
  const serial = energyOf(cost, 'training');
  const leakage = leakageOf(cost);
  const { trainingInterval, training } = cost;
  const saved = 1 - trainingInterval.cycles / training.latencyCycles;
  return {
    ...serial,
    pj: serial.pj - saved * leakage.pj,
    low: serial.low - saved * leakage.low,
    high: serial.high - saved * leakage.high,
  };
}

function timeOf(count: number, { hardware }: EstimateRecord): string {
  return print.time(count / hardware.clockMhz);
}

const kinds = [
  'weightsBits',
  'feedbackBits',
  'outputsBits',
  'eventsBits',
  'delayedErrorBits',
  'gradientBits',
  'optimizerBits',
] as const;

type Memory = NonNullable<RuleEstimate['memory']['chip']>;

function bitsOf(memory: Memory, held: readonly (typeof kinds)[number][] = kinds): number {
  return held.reduce((sum, kind) => sum + memory[kind], 0);
}

/** Cells of the table of rules. */
export function expectedRules(record: EstimateRecord): readonly Row[] {
  return record.rules.map((rule): Row => {
    const { perSample: cost, memory } = rule;
    const needed = memory.algorithm === null ? '–' : print.memory(bitsOf(memory.algorithm));
    const held = memory.chip === null ? '–' : print.memory(bitsOf(memory.chip));
    const label = `${labelOf(rule)}${rule.problem === null ? '' : 'does not fit'}`;
    if (cost === null) return [label, '–', '–', '–', '–', '–', needed, held];
    const [training, inference] = [energyOf(cost, 'training'), energyOf(cost, 'inference')];
    const over =
      training.isKnown && inference.isKnown ? changeOf(training.pj, inference.pj) : 'unpriced';
    const { training: ofTraining, trainingInterval: every } = cost;
    const often = print.significant(ofTraining.latencyCycles / every.cycles, 3);
    const pace = every.isPipelined ? `pipelined, ${often} × as often` : 'locked';
    const paced = pacedEnergy(cost);
    const { memory: added } = cost.learningOverheadPercent;
    return [
      label,
      `${energyText(training)}${bandText(training)}`,
      `${over}time ${changeOf(ofTraining.latencyCycles, cost.inference.latencyCycles)}`,
      `${timeOf(ofTraining.latencyCycles, record)}${cycles(ofTraining.latencyCycles)}`,
      `${timeOf(every.cycles, record)}${pace}`,
      `${energyText(paced)}${bandText(paced)}`,
      needed,
      `${held}${added === null ? 'unknown' : print.change(added)} by learning`,
    ];
  });
}

function memoryRow(label: string, memory: Memory): Row {
  const cell = (bits: number): string => (bits === 0 ? '–' : print.memory(bits));
  return [label, ...kinds.map((kind) => cell(memory[kind])), cell(bitsOf(memory))];
}

/** What the rules need, then what the chip must hold. */
export function expectedMemory({ rules, inferenceOnly }: EstimateRecord): readonly Row[] {
  const of = (side: 'algorithm' | 'chip'): readonly Row[] =>
    rules.flatMap((rule) => {
      const memory = rule.memory[side];
      return memory === null ? [] : [memoryRow(labelOf(rule), memory)];
    });
  const inference = inferenceOnly === null ? [] : [memoryRow('inference', inferenceOnly.memory)];
  return [...of('algorithm'), ...inference, ...of('chip')];
}

const phases = ['forward', 'feedback', 'update', 'readout', 'control', 'idle'] as const;

/** The head and the rows of the energy by phase. */
export function expectedPhases({ rules, inferenceOnly }: EstimateRecord): readonly Row[] {
  const rows: readonly (readonly [string, readonly Part[]])[] =
    inferenceOnly === null
      ? rules.flatMap((rule) => {
          const parts = rule.perSample?.energyParts.filter(({ run }) => run === 'training');
          return parts === undefined ? [] : [[labelOf(rule), parts] as const];
        })
      : [['inference', inferenceOnly.perSample.energyParts]];
  const shown = phases.filter((phase) =>
    rows.some(([, parts]) => parts.some((part) => part.phase === phase)),
  );
  const cellOf = (parts: readonly Part[], phase: Part['phase']): string => {
    const own = parts.filter((part) => part.phase === phase);
    if (own.length === 0) return '–';
    if (own.every(({ energyNj }) => energyNj === null)) return 'unpriced';
    return print.energy(sumOf(own).pj);
  };
  const body = rows.map(([label, parts]) => [label, ...shown.map((one) => cellOf(parts, one))]);
  return [['Rule', ...shown], ...body];
}

/** Layers in their order, each line those that are alike. */
export function expectedLayers({ network, activity }: EstimateRecord): readonly Row[] {
  interface Line {
    readonly first: number;
    readonly last: number;
    readonly cells: Row;
  }
  const lines: Line[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const { eventsPerTrainingSample: events = NaN } = activity.layers[index] ?? {};
    const cells = [
      layer.description,
      print.count(layer.parameters),
      print.count(layer.inputs),
      print.mean(events),
      print.percent((100 * events) / layer.inputs, 1),
    ];
    const last = layer.layer + (layer.repeat ?? 1) - 1;
    const before = lines.at(-1);
    if (before?.cells.join() === cells.join()) lines.splice(-1, 1, { ...before, last });
    else lines.push({ first: layer.layer, last, cells });
  }
  return lines.map(({ first, last, cells }) => [
    first === last ? print.count(first) : `${print.count(first)}–${print.count(last)}`,
    ...cells,
  ]);
}

/** Bars of the chart with their totals. */
export function expectedBars({ rules, inferenceOnly }: EstimateRecord): readonly string[] {
  const costs = rules.flatMap((rule) =>
    rule.perSample === null ? [] : [[labelOf(rule), rule.perSample] as const],
  );
  const inferring = costs[0]?.[1] ?? inferenceOnly?.perSample;
  if (inferring === undefined) return [];
  const text = (energy: Energy): string =>
    `${energyText(energy)}${energy.isWhole ? '' : ', incomplete'}`;
  return [
    `inference ${text(energyOf(inferring, 'inference'))}`,
    ...costs.map(([label, cost]) => `${label} ${text(energyOf(cost, 'training'))}`),
  ];
}

/** Figures of the answer: of the cheapest and the dearest rule, and how often a sample can come. */
export function expectedAnswer(record: EstimateRecord): readonly string[] {
  const { rules, inferenceOnly } = record;
  if (inferenceOnly !== null) {
    const { perSample: cost } = inferenceOnly;
    const energy = energyOf(cost, 'inference');
    return [
      `${record.hardware.name} does not learn.`,
      energy.isKnown ? `${energyText(energy)} (${bandText(energy)})` : 'energy without a price',
      `${timeOf(cost.inference.latencyCycles, record)} (${cycles(cost.inference.latencyCycles)})`,
      `a sample every ${timeOf(cost.inferenceInterval.cycles, record)}`,
    ];
  }
  const costs = rules.flatMap(({ perSample }) => perSample ?? []);
  const ordered = costs
    .map((cost) => energyOf(cost, 'training'))
    .toSorted((left, right) => left.pj - right.pj);
  const [least, most] = [ordered[0], ordered.at(-1)];
  const inference = costs[0] === undefined ? undefined : energyOf(costs[0], 'inference');
  if (least === undefined || most === undefined || inference === undefined) return [];
  if (!inference.isKnown) return ['Nothing of it has a price on this chip'];
  const times = (left: Energy, right: Energy) =>
    `${print.significant(left.pj / right.pj, 3)} times`;
  return [
    `${energyText(least)} (${bandText(least)}), ${times(least, inference)} an inference of ${energyText(inference)}`,
    ...(costs.length === 1 ? [] : [`: ${energyText(most)}, ${times(most, least)} the least.`]),
  ];
}

type AreaRow = EstimateRecord['area']['components'][number];

/** mm² of components on all their cores; null: one is unknown. */
function areaOf(rows: readonly AreaRow[], end: 'areaMm2' | 'lowMm2' | 'highMm2'): number | null {
  return rows.reduce<number | null>((sum, row) => {
    const { cores, [end]: mm2 } = row;
    return sum === null || mm2 === null ? null : sum + (cores ?? 1) * mm2;
  }, 0);
}

function areaCells(rows: readonly AreaRow[], whole: number | null): Row {
  const [mm2, low, high] = [
    areaOf(rows, 'areaMm2'),
    areaOf(rows, 'lowMm2'),
    areaOf(rows, 'highMm2'),
  ];
  if (mm2 === null) return ['unknown', '–', '–'];
  const range =
    low === null || high === null
      ? '–'
      : `${print.significant(low, 3)}–${print.significant(high, 3)}`;
  return [print.significant(mm2, 3), range, whole === null ? '–' : print.share(mm2, whole)];
}

/** Lines of the components, memory first. */
export function expectedArea({ area: { components } }: EstimateRecord): readonly Row[] {
  const whole = areaOf(components, 'areaMm2');
  return components.map((row) => {
    const { component, cores, bits, areaMm2, kind, trainingOnly } = row;
    return [
      component,
      cores === null ? 'shared' : print.count(cores),
      bits === null ? '–' : print.memory(bits),
      areaMm2 === null ? 'unknown' : print.significant(areaMm2, 3),
      ...areaCells([row], whole),
      kind,
      trainingOnly ? 'learning only' : 'inference and learning',
    ];
  });
}

export function expectedAreaTotals({ area: { components } }: EstimateRecord): readonly Row[] {
  const whole = areaOf(components, 'areaMm2');
  const line = (label: string, isIn: (row: AreaRow) => boolean, note = ''): Row => [
    label,
    ...areaCells(components.filter(isIn), whole),
    note,
  ];
  const rest = areaOf(
    components.filter(({ trainingOnly }) => !trainingOnly),
    'areaMm2',
  );
  const added = areaOf(
    components.filter(({ trainingOnly }) => trainingOnly),
    'areaMm2',
  );
  const note =
    rest === null || added === null ? '' : `${print.change((100 * added) / rest)} by learning`;
  return [
    line('Memory', ({ bits }) => bits !== null),
    line('Logic', ({ bits }) => bits === null),
    line('The chip without its learning engine', ({ trainingOnly }) => !trainingOnly),
    line('Its learning engine', ({ trainingOnly }) => trainingOnly, note),
    line('The whole chip', () => true),
  ];
}

/** Rows of the schedules of the update: energy, time and area of a training sample by each. */
export function expectedSchedules(record: EstimateRecord): readonly Row[] {
  return record.rules.flatMap(({ updateSchedules }) =>
    updateSchedules.map(({ schedule, writeBanks, costs }): Row => {
      if (costs === null) return [schedule, writeBanks, '–', '–', '–', '–', '–'];
      const { training, learningOverheadPercent: over, areaMm2 } = costs;
      const [pj, low, high] = [training.energyNj, training.energyLowNj, training.energyHighNj].map(
        (nj) => 1000 * nj,
      ) as [number, number, number];
      const note = training.complete ? '' : ', incomplete';
      return [
        schedule,
        writeBanks,
        high === 0 && !training.complete
          ? 'unpriced'
          : `${print.energy(pj)}${print.energyRange(low, high)}${note}`,
        over.energy === null ? 'unpriced' : print.change(over.energy),
        `${cycles(Math.round(training.latencyCycles))}${timeOf(training.latencyCycles, record)}`,
        over.latency === null ? 'unknown' : print.change(over.latency),
        areaMm2 === null || over.area == null
          ? 'unknown'
          : `${print.change(over.area)}of ${print.significant(areaMm2, 3)} mm²`,
      ];
    }),
  );
}
