import { z } from 'zod';
import { suggestion } from '../../units/nearest-name.js';
import { printInput } from '../../units/schema-problem.js';
import { readStrictYaml, type StrictYaml } from '../../units/strict-yaml.js';
import { type AccelergyMapping, argumentsSchema } from './accelergy-schema.js';

/** Most names in a message; longer lists are cut. */
const mostListed = 12;

const rowSchema = z.strictObject({
  name: z.string().min(1),
  arguments: argumentsSchema.nullish(),
  energy: z.number().nonnegative(),
});
type Row = z.output<typeof rowSchema>;

/**
 * An energy-reference table as Accelergy 0.3 and 0.4 write it; energies in pJ. Older versions hold maps in place of
 * the two lists.
 */
const tableFileSchema = z.strictObject({
  ERT: z.strictObject({
    version: z.literal([0.3, 0.4, '0.3', '0.4'], {
      error: ({ input }) =>
        `${input === undefined ? 'missing' : `${printInput(input)} is not a version that is read`}; allowed are 0.3 and 0.4`,
    }),
    tables: z
      .array(z.strictObject({ name: z.string().min(1), actions: z.array(rowSchema).min(1) }))
      .min(1),
  }),
});

/** A table as read, with positions for complaints. */
export type AccelergyTable = StrictYaml<z.output<typeof tableFileSchema>>;

/** `[0..3]` of a name says how many alike there are: `chip.core[0..3].weights` is also `chip.core.weights`. */
function withoutRanges(name: string): string {
  return name.replace(/\[[^\]]*\]/g, '');
}

/** `address_delta = 0, data_delta = 1`, in alphabetical order: equal arguments, equal text. */
function printArguments(given: Row['arguments']): string {
  const pairs = Object.entries(given ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  return pairs.length === 0
    ? 'no arguments'
    : pairs.map(([name, value]) => `${name} = ${String(value)}`).join(', ');
}

function listed(names: readonly string[], separator: string): string {
  const shown = names.slice(0, mostListed).join(separator);
  const rest = names.length - mostListed;
  return rest > 0 ? `${shown}${separator}and ${rest} more` : shown;
}

/** @throws InputError: a component that occurs twice, or an action twice with the same arguments */
function refuseDuplicates({ value, problem }: AccelergyTable): void {
  const components = new Set<string>();
  for (const [tableIndex, { name, actions }] of value.ERT.tables.entries()) {
    const path = ['ERT', 'tables', tableIndex];
    if (components.has(name)) {
      throw problem([...path, 'name'], `component "${name}" occurs twice; keep one of the two`);
    }
    components.add(name);
    const rows = new Set<string>();
    for (const [rowIndex, row] of actions.entries()) {
      const printed = `"${row.name}" of "${name}" with ${printArguments(row.arguments)}`;
      if (rows.has(printed)) {
        throw problem(
          [...path, 'actions', rowIndex, 'name'],
          `${printed} occurs twice; keep one of the two`,
        );
      }
      rows.add(printed);
    }
  }
}

/** Reads an energy-reference table. @param shownPath for messages. @throws InputError with file, line and column */
export function readAccelergyTable(shownPath: string, text: string): AccelergyTable {
  const table = readStrictYaml(shownPath, text, tableFileSchema);
  refuseDuplicates(table);
  return table;
}

/** A row that was found: its energy, and what it is called in sources of prices. */
interface FoundEnergy {
  readonly energyPj: number;
  readonly label: string;
}

/**
 * The one row of the table that a mapping means.
 * @param refuse is given the key of the mapping that is wrong and a sentence; makes the error of the technology file.
 */
export function findEnergy(
  { value }: AccelergyTable,
  asked: Pick<AccelergyMapping, 'component' | 'action' | 'arguments'>,
  refuse: (key: 'component' | 'action' | 'arguments', sentence: string) => Error,
): FoundEnergy {
  const { tables } = value.ERT;
  const components = tables.filter(
    ({ name }) => name === asked.component || withoutRanges(name) === asked.component,
  );
  const [component] = components;
  if (component === undefined) {
    const names = tables.map(({ name }) => name);
    throw refuse(
      'component',
      `"${asked.component}" is not in the table; its components are ${listed(names, ', ')}${suggestion(asked.component, names)}`,
    );
  }
  if (components.length > 1) {
    const names = components.map(({ name }) => name);
    throw refuse(
      'component',
      `"${asked.component}" may mean ${listed(names, ' or ')}; write one of them`,
    );
  }
  const rows = component.actions.filter(({ name }) => name === asked.action);
  if (rows.length === 0) {
    const names = [...new Set(component.actions.map(({ name }) => name))];
    throw refuse(
      'action',
      `"${asked.action}" is no action of ${component.name}; its actions are ${listed(names, ', ')}${suggestion(asked.action, names)}`,
    );
  }
  const printed = printArguments(asked.arguments);
  const row =
    asked.arguments === undefined && rows.length === 1
      ? rows[0]
      : rows.find((candidate) => printArguments(candidate.arguments) === printed);
  if (row === undefined) {
    const choices = rows.map((candidate) => printArguments(candidate.arguments));
    throw refuse(
      'arguments',
      `"${asked.action}" of ${component.name} has no row with ${printed}; its rows are ${listed(choices, '; ')}`,
    );
  }
  const label = `${component.name}, ${row.name}, ${printArguments(row.arguments)}`;
  return { energyPj: row.energy, label };
}
