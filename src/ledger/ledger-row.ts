/** Phases of the chip's work (docs/spec.md §4). */
export const phases = ['forward', 'feedback', 'update', 'readout', 'control', 'idle'] as const;
export type Phase = (typeof phases)[number];

/** Whether a row was counted while learning or while only inferring. */
export const runKinds = ['inference', 'training'] as const;
/** Kind of run that a row was counted in. */
export type RunKind = (typeof runKinds)[number];

/** Components and what can happen to them, in canonical order. A memory access is one access of one word; operations are per value. */
export const actionsByComponent = {
  synapses: ['read', 'write'],
  neurons: ['read', 'write'],
  bias: ['read', 'write'],
  feedback: ['read', 'generate'],
  delayedError: ['read', 'write'],
  eventBuffer: ['read', 'write'],
  activationBuffer: ['read', 'write'],
  optimizerState: ['read', 'write'],
  gradient: ['read', 'write'],
  activation: ['lookup'],
  datapath: ['multiplyAccumulate', 'multiply', 'add', 'compare', 'reciprocal', 'squareRoot'],
  random: ['draw'],
  router: ['hop'],
  io: ['eventIn', 'eventOut', 'label'],
  controller: ['fetch', 'execute'],
  clock: ['cycle'],
  leakage: ['cycle'],
} as const;
/** Component of the chip, as the ledger names it. */
export type Component = keyof typeof actionsByComponent;
/** Action with its component, such as `synapses.read`. */
export type ComponentAction = {
  [Name in Component]: `${Name}.${(typeof actionsByComponent)[Name][number]}`;
}[Component];

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

/** One line of the ledger: so many actions of one kind at one place. */
export interface LedgerRow extends ActionKey {
  readonly count: number;
}

const componentActions: readonly string[] = Object.entries(actionsByComponent).flatMap(
  ([component, actions]) => actions.map((action) => `${component}.${action}`),
);

function compareNullable(left: number | null, right: number | null): number {
  return (left ?? -1) - (right ?? -1);
}

/** Canonical order of rows: run, phase, layer, core, component and action as listed above, bits. */
export function compareActionKeys(left: ActionKey, right: ActionKey): number {
  return (
    runKinds.indexOf(left.run) - runKinds.indexOf(right.run) ||
    phases.indexOf(left.phase) - phases.indexOf(right.phase) ||
    compareNullable(left.layer, right.layer) ||
    compareNullable(left.core, right.core) ||
    componentActions.indexOf(left.componentAction) -
      componentActions.indexOf(right.componentAction) ||
    compareNullable(left.bits, right.bits)
  );
}
