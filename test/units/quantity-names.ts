import type { Quantity } from '../../src/units/quantity.js';

/** Everything that is written with a unit. */
export const quantities: readonly Quantity[] = [
  'voltage',
  'energy',
  'charge',
  'length',
  'time',
  'frequency',
  'information',
  'power',
  'area',
  'capacitance',
];
