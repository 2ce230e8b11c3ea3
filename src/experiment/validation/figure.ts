import { z } from 'zod';
import {
  allowedUnits,
  findUnit,
  parseQuantity,
  printQuantity,
  type Quantity,
} from '../../units/quantity.js';

/** What is published and predicted: quantities with units, percentages, cycles and accesses. */
export const figureQuantities = [
  'power',
  'energy',
  'time',
  'area',
] as const satisfies readonly Quantity[];
/** Quantity of a published figure. */
export type FigureQuantity = (typeof figureQuantities)[number] | 'percent' | CountedQuantity;

/** What is counted: its name is its unit. */
export type CountedQuantity = 'cycles' | 'accesses';
const countedQuantities: readonly CountedQuantity[] = ['cycles', 'accesses'];

/** A published or predicted figure, in base units (`src/units`): µW, pJ, ns, mm², %, or a count. */
export interface Figure {
  readonly quantity: FigureQuantity;
  readonly value: number;
}

const pattern = /^\s*(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?<unit>\S.*?)\s*$/u;

function allowed(): string {
  return [...figureQuantities.map(allowedUnits), '%', ...countedQuantities].join(', ');
}

/** Reads `477 uW`, `16.8 %`, `513 cycles`. @throws RangeError, a sentence with the allowed units. */
export function parseFigure(text: string): Figure {
  const groups = pattern.exec(text)?.groups;
  const unit = groups?.['unit'];
  const counted = unit === '%' ? 'percent' : countedQuantities.find((name) => name === unit);
  if (counted !== undefined) return { quantity: counted, value: Number(groups?.['number']) };
  const quantity = figureQuantities.find((name) => name === findUnit(unit ?? '')?.quantity);
  if (quantity === undefined) {
    throw new RangeError(
      `"${text}" is not a number with a unit that can be compared; allowed units are ${allowed()}`,
    );
  }
  return { quantity, value: parseQuantity(text, quantity) };
}

/** A figure for people: `477 µW`, `16.8 %`, `513 cycles`. */
export function printFigure({ quantity, value }: Figure): string {
  if (quantity === 'percent') return `${Number(value.toPrecision(4))} %`;
  if (quantity === 'cycles' || quantity === 'accesses') {
    return `${Number(value.toPrecision(6))} ${quantity}`;
  }
  return printQuantity(value, quantity);
}

/** A figure in a file: its text, and what it says. */
export function figureSchema(description: string) {
  return z
    .string()
    .describe(description)
    .transform((text, context) => {
      try {
        const figure = parseFigure(text);
        if (figure.value > 0) return { text, ...figure };
        context.addIssue(`"${text}" is too small; errors are relative to it, so it is above 0`);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue(error.message);
      }
      return z.NEVER;
    });
}
