import { z } from 'zod';
import { allowedUnits, nameQuantity, parseQuantity, type Quantity } from './quantity.js';
import { printInput } from './schema-problem.js';

/** How the range of a quantity is limited. */
interface QuantityLimits {
  readonly isZeroAllowed: boolean;
}

/**
 * A quantity with its unit in a file (`voltage: 0.8 V`); the value read is in base units. Negative ones are refused.
 * @param description one sentence, for the schema that editors show.
 */
export function quantitySchema(
  quantity: Quantity,
  description: string,
  limits: QuantityLimits = { isZeroAllowed: false },
) {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `missing; ${nameQuantity(quantity)} with its unit is required; allowed units are ${allowedUnits(quantity)}`
          : `${printInput(input)} is not ${nameQuantity(quantity)} with a unit; allowed units are ${allowedUnits(quantity)}`,
    })
    .describe(`${description} Units: ${allowedUnits(quantity)}.`)
    .transform((text, context): number => {
      try {
        const value = parseQuantity(text, quantity);
        if (value > 0 || (value === 0 && limits.isZeroAllowed)) return value;
        context.addIssue(
          `"${text}" is too small; it must be ${limits.isZeroAllowed ? '0 or more' : 'above 0'}`,
        );
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue(error.message);
      }
      return z.NEVER;
    });
}

/**
 * A quantity above 0 with its unit that stays as it is written, so that a file can be written again from what was read;
 * `parseQuantity` gives its value.
 * @param description one sentence, for the schema that editors show.
 */
export function quantityText(quantity: Quantity, description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        if (parseQuantity(text, quantity) > 0) return;
        context.addIssue(`"${text}" is too small; it must be above 0`);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue(error.message);
      }
    })
    .describe(`${description} Units: ${allowedUnits(quantity)}.`);
}
