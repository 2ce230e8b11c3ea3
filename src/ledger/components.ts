/*
 * What the ledger counts, stated once: every room looks up here. How a memory or an action is added: docs/extending.md.
 */

/** Components of the ledger, in canonical order. */
export const componentNames = [
  'synapses',
  'neurons',
  'bias',
  'feedback',
  'delayedError',
  'eventBuffer',
  'optimizerState',
  'gradient',
  'activation',
  'datapath',
  'random',
  'router',
  'io',
  'controller',
  'clock',
  'leakage',
] as const;
/** Component of the chip, as the ledger names it. */
export type Component = (typeof componentNames)[number];

/** What `bits` of a row is: the word of a memory, an operand, a value of h, a register; `none`: width has no meaning. */
export type ActionWidth = 'word' | 'operand' | 'activation' | 'generator' | 'none';

/** Groups of components in charts, in their order. */
export const componentGroupNames = [
  'synapse array',
  'neuron and bias memory',
  'feedback and error memory',
  'buffers',
  'datapath and activation unit',
  'random generators',
  'router and input/output',
  'clock, controller and leakage',
] as const;
/** Group of components in charts. */
export type ComponentGroupName = (typeof componentGroupNames)[number];

/** Facts of one action. */
export interface ActionFacts {
  readonly width: ActionWidth;
  /** What it covers: its row of `hardware-models/README.md`, "Actions". */
  readonly glossary: string;
}

/** Facts of one component. */
export interface ComponentFacts {
  /** A memory of every core, the one that all cores share, or what is no memory. */
  readonly kind: 'coreMemory' | 'sharedMemory' | 'operation' | 'transport' | 'control' | 'cycles';
  /** In canonical order. */
  readonly actions: Readonly<Record<string, ActionFacts>>;
  /** The least for which a chip has it, or for which it happens; steps: docs/spec.md §2.11. */
  readonly neededTo: 'infer' | 'learn' | 'learnInSteps';
  readonly group: ComponentGroupName;
}

function accesses(glossary: string) {
  return { read: { width: 'word', glossary }, write: { width: 'word', glossary } } as const;
}
const operation = { width: 'operand', glossary: 'one operation' } as const;
const division = { width: 'operand', glossary: '1/x, ⌊√x⌋' } as const;
const pads = { width: 'operand', glossary: 'pads of the chip' } as const;
const firmware = {
  width: 'operand',
  glossary: 'firmware: one word read from program memory, one instruction carried out',
} as const;

/** Step 1 of a new memory or action in docs/extending.md: an entry of this table. */
export const componentFacts = {
  synapses: {
    kind: 'coreMemory',
    actions: accesses('weights'),
    neededTo: 'infer',
    group: 'synapse array',
  },
  neurons: {
    kind: 'coreMemory',
    actions: accesses('h, and partial sums with `accumulate: memory`'),
    neededTo: 'infer',
    group: 'neuron and bias memory',
  },
  bias: {
    kind: 'coreMemory',
    actions: accesses('biases'),
    neededTo: 'infer',
    group: 'neuron and bias memory',
  },
  feedback: {
    kind: 'coreMemory',
    actions: {
      ...accesses('the stored B; written where it changes over the epochs'),
      generate: {
        width: 'operand',
        glossary: 'one value of B made by a generator, one clock of it',
      },
    },
    neededTo: 'learn',
    group: 'feedback and error memory',
  },
  delayedError: {
    kind: 'sharedMemory',
    actions: accesses("DEFP's stored errors, one per training sample"),
    neededTo: 'learn',
    group: 'feedback and error memory',
  },
  eventBuffer: {
    kind: 'coreMemory',
    actions: accesses('events kept for the update'),
    neededTo: 'learn',
    group: 'buffers',
  },
  optimizerState: {
    kind: 'coreMemory',
    actions: accesses('momenta and second moments; unpriced on a chip with `banks: 0`'),
    neededTo: 'learnInSteps',
    group: 'buffers',
  },
  gradient: {
    kind: 'coreMemory',
    actions: accesses('sums over a batch or a CONV map; unpriced on a chip with `banks: 0`'),
    neededTo: 'learnInSteps',
    group: 'buffers',
  },
  activation: {
    kind: 'operation',
    actions: {
      lookup: {
        width: 'activation',
        glossary: "one value through the table; relu, none and softmax's e^−x are counted here too",
      },
    },
    neededTo: 'infer',
    group: 'datapath and activation unit',
  },
  datapath: {
    kind: 'operation',
    actions: {
      multiplyAccumulate: {
        width: 'operand',
        glossary: 'multiplication, addition and, with `accumulate: registers`, the register',
      },
      multiply: operation,
      add: operation,
      compare: operation,
      reciprocal: division,
      squareRoot: division,
    },
    neededTo: 'infer',
    group: 'datapath and activation unit',
  },
  random: {
    kind: 'operation',
    actions: { draw: { width: 'generator', glossary: 'one clock of one generator' } },
    neededTo: 'learn',
    group: 'random generators',
  },
  router: {
    kind: 'transport',
    actions: { hop: { width: 'operand', glossary: 'from one core to the next' } },
    neededTo: 'infer',
    group: 'router and input/output',
  },
  io: {
    kind: 'transport',
    actions: { eventIn: pads, eventOut: pads, label: pads },
    neededTo: 'infer',
    group: 'router and input/output',
  },
  controller: {
    kind: 'control',
    actions: { fetch: firmware, execute: firmware },
    neededTo: 'infer',
    group: 'clock, controller and leakage',
  },
  clock: {
    kind: 'cycles',
    actions: {
      cycle: {
        width: 'none',
        glossary: 'clock tree, controller and pipeline registers of a working core, per cycle',
      },
      update: {
        width: 'none',
        glossary:
          'registers of the learning engine, per cycle in which it works, beside clock.cycle',
      },
      ungated: {
        width: 'none',
        glossary:
          'clock that ticks in a core in use whether it works or not, per cycle of the whole run',
      },
    },
    neededTo: 'infer',
    group: 'clock, controller and leakage',
  },
  leakage: {
    kind: 'cycles',
    actions: {
      cycle: { width: 'none', glossary: 'leakage of one core, per cycle of the whole run' },
      shared: {
        width: 'none',
        glossary: 'leakage of the memory that all cores share, per cycle of the whole run',
      },
    },
    neededTo: 'infer',
    group: 'clock, controller and leakage',
  },
} as const satisfies Readonly<Record<Component, ComponentFacts>>;

/** Action with its component, such as `synapses.read`. */
export type ComponentAction = {
  [Name in Component]: `${Name}.${keyof (typeof componentFacts)[Name]['actions'] & string}`;
}[Component];

/** Components of one kind. */
export type OfKind<Kind extends ComponentFacts['kind']> = {
  [Name in Component]: (typeof componentFacts)[Name]['kind'] extends Kind ? Name : never;
}[Component];
/** Memory of a core, as a chip file names it. */
export type CoreMemory = OfKind<'coreMemory'>;
/** Memory of a core or of all cores. */
export type Memory = OfKind<'coreMemory' | 'sharedMemory'>;

/** Memory that only chips which learn in steps have. */
export type StepMemory = {
  [Name in Component]: (typeof componentFacts)[Name]['neededTo'] extends 'learnInSteps'
    ? Name
    : never;
}[Component];

/** Memory of a core that is written as it runs. */
export type WrittenCoreMemory = {
  [Name in CoreMemory]: 'write' extends keyof (typeof componentFacts)[Name]['actions']
    ? Name
    : never;
}[CoreMemory];

/** One action with what is known of it. */
export interface LedgerAction extends ActionFacts {
  readonly componentAction: ComponentAction;
  readonly component: Component;
  readonly action: string;
}

function actionsOf(component: Component): readonly LedgerAction[] {
  const facts: ComponentFacts = componentFacts[component];
  return Object.entries(facts.actions).map(([action, of]) => ({
    ...of,
    componentAction: `${component}.${action}` as ComponentAction,
    component,
    action,
  }));
}

/** All actions, in canonical order. */
export const ledgerActions: readonly LedgerAction[] = componentNames.flatMap(actionsOf);

/** Their names. */
export const componentActions: readonly ComponentAction[] = ledgerActions.map(
  ({ componentAction }) => componentAction,
);

const actionsByName: ReadonlyMap<ComponentAction, LedgerAction> = new Map(
  ledgerActions.map((action) => [action.componentAction, action]),
);

/** What is known of an action. @throws RangeError for a name that is none. */
export function actionOf(componentAction: ComponentAction): LedgerAction {
  const action = actionsByName.get(componentAction);
  if (action === undefined) {
    throw new RangeError(`ledger: there is no action ${componentAction}; see components.ts`);
  }
  return action;
}

/** Whether an action is counted in cycles of a core. */
export function isOfCycles(componentAction: ComponentAction): boolean {
  return componentFacts[actionOf(componentAction).component].kind === 'cycles';
}

/** Whether a component exists, or works, only because the chip learns. */
export function isTrainingOnly(component: Component): boolean {
  return componentFacts[component].neededTo !== 'infer';
}

/** Whether a component exists only because the chip learns in steps. */
export function isForSteps(component: Component): component is StepMemory {
  return componentFacts[component].neededTo === 'learnInSteps';
}

/** Whether a component is a memory of every core. */
export function isCoreMemory(component: Component): component is CoreMemory {
  return componentFacts[component].kind === 'coreMemory';
}

/** Whether a component is a memory: its accesses are of one word. */
export function isMemory(component: Component): component is Memory {
  return isCoreMemory(component) || componentFacts[component].kind === 'sharedMemory';
}

/** Memories of a core, in the order in which tables of memories print them: gradients before what is made of them. */
export const coreMemories: readonly CoreMemory[] = componentNames
  .filter(isCoreMemory)
  .toSorted(
    (left, right) => Number(left === 'optimizerState') - Number(right === 'optimizerState'),
  );

/** Memories that all cores share. */
export const sharedMemories = componentNames.filter(
  (component): component is OfKind<'sharedMemory'> =>
    componentFacts[component].kind === 'sharedMemory',
);
