import test from 'ava';
import fc from 'fast-check';
import { z } from 'zod';
import { InputError } from '../../src/units/input-error.js';
import { createMath } from '../../src/units/mathjs.js';
import { allowedUnits, findUnit, parseQuantity, printQuantity } from '../../src/units/quantity.js';
import { quantitySchema, quantityText } from '../../src/units/quantity-schema.js';
import { readStrictYaml } from '../../src/units/strict-yaml.js';
import { quantities } from './quantity-names.js';
import { holds } from '../support/holds.js';

test('parseQuantity reads every kind in its base unit', (t) => {
  t.is(parseQuantity('0.6 V', 'voltage'), 0.6);
  t.is(parseQuantity('600 mV', 'voltage'), 0.6);
  t.is(parseQuantity('313 nJ', 'energy'), 313_000);
  t.is(parseQuantity('0.2pJ', 'energy'), 0.2);
  t.is(parseQuantity('28 nm', 'length'), 28);
  t.is(parseQuantity('10 ns', 'time'), 10);
  t.is(parseQuantity('100 MHz', 'frequency'), 100);
  t.is(parseQuantity('256 KiB', 'information'), 256 * 1024 * 8);
  t.is(parseQuantity('128 bits', 'information'), 128);
  t.is(parseQuantity('0.32 mm²', 'area'), 0.32);
  t.is(parseQuantity('0.32 mm2', 'area'), 0.32);
  t.is(parseQuantity('5 pF', 'capacitance'), 5);
});

test('parseQuantity takes both signs for micro and the letter u', (t) => {
  for (const text of ['27.3 µW', '27.3 μW', '27.3 uW']) t.is(parseQuantity(text, 'power'), 27.3);
});

test('parseQuantity refuses what is no quantity, has no unit, or has the unit of something else', (t) => {
  const cases: [string, RegExp][] = [
    ['fast', /"fast" is not a voltage; write a number and a unit.*allowed units are mV, V/],
    ['0.6', /"0\.6" has no unit; allowed units are mV, V/],
    ['0.6 pJ', /"pJ" is not one of its units; allowed units are mV, V/],
    ['0.6 v', /did you mean "V"\?/],
    ['0.6 V + 1 V', /"V \+ 1 V" is not one of its units/],
    ['1e999 V', /too large/],
  ];
  for (const [text, message] of cases) {
    t.throws(() => parseQuantity(text, 'voltage'), { instanceOf: RangeError, message });
  }
});

test('printQuantity chooses the largest unit of which there is at least 1, 0.1 V or 0.01 mm²', (t) => {
  t.is(printQuantity(313_000, 'energy'), '313 nJ');
  t.is(printQuantity(0.2, 'energy'), '200 fJ');
  t.is(printQuantity(999.99, 'energy'), '1 nJ');
  t.is(printQuantity(0.8, 'voltage'), '0.8 V');
  t.is(printQuantity(0.05, 'voltage'), '50 mV');
  t.is(printQuantity(0.0006, 'area'), '600 µm²');
  t.is(printQuantity(2_097_152, 'information'), '256 KiB');
  t.is(printQuantity(2.6, 'power'), '2.6 µW');
  t.is(printQuantity(0, 'energy'), '0 pJ');
  t.is(printQuantity(-3, 'energy'), '-3 pJ');
  t.is(printQuantity(0.32, 'area', 2), '0.32 mm²');
  t.is(printQuantity(123_456, 'energy', 2), '120 nJ');
});

test('what printQuantity prints, parseQuantity reads back to the digits printed', (t) => {
  holds(
    t,
    fc.property(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), (energyPj) => {
      const again = parseQuantity(printQuantity(energyPj, 'energy', 6), 'energy');
      t.true(Math.abs(again - energyPj) <= 5.1e-6 * energyPj);
    }),
    { seed: 1 },
  );
});

test('findUnit knows only the listed units', (t) => {
  t.deepEqual(findUnit('nJ'), { quantity: 'energy', baseUnits: 1000 });
  t.is(findUnit('furlong'), null);
  t.is(allowedUnits('power'), 'pW, nW, µW, mW, W');
});

test('every unit is as large as mathjs says, and decimals are read as it converts them', (t) => {
  const math = createMath();
  // mathjs knows no ampere-hour as one unit, but it knows the product.
  const spell = (name: string): string =>
    name.replace(/Ah$/, 'A h').replace('µ', 'u').replace('²', '^2');
  const units = quantities.flatMap((quantity) => {
    const names = allowedUnits(quantity).split(', ');
    const base = names.find((name) => parseQuantity(`1 ${name}`, quantity) === 1) ?? '';
    return names.map((name) => ({ quantity, name, base }));
  });
  t.is(units.length, 38);
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: -40, max: 40 }))
    .map(([digits, exponent]) => `${digits}e${exponent}`);
  holds(
    t,
    fc.property(fc.constantFrom(...units), decimal, ({ quantity, name, base }, amount) => {
      const unit = math.unit(math.bignumber(amount), spell(name));
      const expected = Number(unit.toNumeric(spell(base)).toString());
      t.is(parseQuantity(`${amount} ${name}`, quantity), expected);
    }),
    { seed: 3, numRuns: 400 },
  );
});

test('a quantity in a file is refused with its place when its unit is missing, wrong, or it is not above 0', (t) => {
  const schema = z.strictObject({
    voltage: quantitySchema('voltage', 'Supply.'),
    leakage: quantitySchema('power', 'Leakage.', { isZeroAllowed: true }).optional(),
  });
  t.is(readStrictYaml('c.yaml', 'voltage: 0.8 V\nleakage: 0 W', schema).value.leakage, 0);
  const cases: [string, RegExp][] = [
    ['voltage: 0.8', /^c\.yaml:1:10: voltage: 0\.8 is not a voltage with a unit; .* mV, V$/],
    ['voltage: 0.8 W', /^c\.yaml:1:10: voltage: "0\.8 W" is not a voltage: .* mV, V/],
    ['voltage: 0 V', /^c\.yaml:1:10: voltage: "0 V" is too small; it must be above 0$/],
    ['voltage: 1 V\nleakage: -1 W', /^c\.yaml:2:10: leakage: "-1 W" is too small.* 0 or more$/],
    ['{}', /^c\.yaml:1:1: voltage: missing; a voltage with its unit is required/],
  ];
  for (const [text, message] of cases) {
    t.throws(() => readStrictYaml('c.yaml', text, schema), { instanceOf: InputError, message });
  }
});

test('charges and energies of batteries are read as they are written on them', (t) => {
  t.is(parseQuantity('230 mAh', 'charge'), 230);
  t.is(parseQuantity('230 mA h', 'charge'), 230);
  t.is(parseQuantity('2.5 Ah', 'charge'), 2500);
  t.is(parseQuantity('1 Wh', 'energy'), 3.6e15);
  t.is(parseQuantity('1 mW h', 'energy'), 3.6e12);
  t.is(parseQuantity('2.4 kJ', 'energy'), 2.4e15);
  t.is(printQuantity(3.6e15, 'energy'), '3.6 kJ');
  t.is(allowedUnits('charge'), 'mAh, Ah');
  t.throws(() => parseQuantity('230 mA', 'charge'), { message: /did you mean "mAh"\?/ });
});

test('a quantity that stays as it is written is checked all the same', (t) => {
  const schema = z.strictObject({ capacity: quantityText('charge', 'Charge.') });
  t.is(readStrictYaml('b.yaml', 'capacity: 1 Ah', schema).value.capacity, '1 Ah');
  for (const [text, message] of [
    ['0 Ah', /^b\.yaml:1:11: capacity: "0 Ah" is too small; it must be above 0$/],
    ['3 V', /^b\.yaml:1:11: capacity: "3 V" is not a charge: .* mAh, Ah$/],
  ] as const) {
    t.throws(() => readStrictYaml('b.yaml', `capacity: ${text}`, schema), { message });
  }
});
