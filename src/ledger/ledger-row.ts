import { type ComponentAction, componentActions } from './components.js';

/** Phases of the chip's work (docs/spec.md §4). */
export const phases = ['forward', 'feedback', 'update', 'readout', 'control', 'idle'] as const;
export type Phase = (typeof phases)[number];

/** Whether a row was counted while learning or while only inferring. */
export const runKinds = ['inference', 'training'] as const;
/** Kind of run that a row was counted in. */
export type RunKind = (typeof runKinds)[number];

/** Where and why an action happens; `bits` is the width of the word or operand, null where width has no meaning. */
export interface ActionKey {
  readonly run: RunKind;
  readonly phase: Phase;
  /** 1…k, or null where the action belongs to no layer. */
  readonly layer: number | null;
  readonly core: number | null;
  readonly componentAction: ComponentAction;
  readonly bits: number | null;
}

/** Rows that differ in layer and core alone. */
export interface EqualRows {
  /** Consecutive layers with such a row. */
  readonly count: number;
  /** From the core of one to that of the next. */
  readonly coreStep: number;
}

/** One line of the ledger: the count of one action at one place. */
export interface LedgerRow extends ActionKey {
  readonly count: number;
  /** The row is that of the first of several equal layers and stands for them all; absent: for itself alone. */
  readonly equals?: EqualRows;
}

/** Rows that a row stands for. */
export function equalRowCount({ equals }: Pick<LedgerRow, 'equals'>): number {
  return equals?.count ?? 1;
}

/** Ranks of names in their list: a record, as their look-up is part of every count. */
function ranksOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, rank) => [name, rank])) as Record<Name, number>;
}

const runRanks = ranksOf(runKinds);
const phaseRanks = ranksOf(phases);
const actionRanks = ranksOf(componentActions);

/** Place of a run in the canonical order. */
export function runRank(run: RunKind): number {
  return runRanks[run];
}

/** Place of a phase in the canonical order. */
export function phaseRank(phase: Phase): number {
  return phaseRanks[phase];
}

/** More than any width: words of a memory end at 4096 bits. */
const widthCount = 1 << 20;

/** Number of run, phase, action and width together, in canonical order: one for each four of them. */
export function numberOfAction({
  run,
  phase,
  componentAction,
  bits,
}: Omit<ActionKey, 'layer' | 'core'>): number {
  const ofPhase = runRanks[run] * phases.length + phaseRanks[phase];
  const ofAction = ofPhase * componentActions.length + actionRanks[componentAction];
  return ofAction * widthCount + (bits ?? -1) + 1;
}

function compareNullable(left: number | null, right: number | null): number {
  return (left ?? -1) - (right ?? -1);
}

/** Canonical order of rows: run, phase, layer, core, component and action as in the table of components, bits. */
export function compareActionKeys(left: ActionKey, right: ActionKey): number {
  return (
    runRank(left.run) - runRank(right.run) ||
    phaseRank(left.phase) - phaseRank(right.phase) ||
    compareNullable(left.layer, right.layer) ||
    compareNullable(left.core, right.core) ||
    actionRanks[left.componentAction] - actionRanks[right.componentAction] ||
    compareNullable(left.bits, right.bits)
  );
}
