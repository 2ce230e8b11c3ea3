import test from 'ava';
import fc from 'fast-check';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatLife,
  formatLifeBand,
  formatMeanCount,
  formatNumber,
  formatPercent,
  formatPoints,
  formatPower,
  formatPowerBand,
  formatRate,
  formatTime,
} from '../../../src/report/kit/quantity.js';
import { holds } from '../../support/holds.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('formatNumber keeps four significant digits, groups thousands and drops trailing zeros', (t) => {
  t.is(formatNumber(0), '0');
  t.is(formatNumber(1_234_567), '1,234,567');
  t.is(formatNumber(1234.56), '1,235');
  t.is(formatNumber(999.96), '1,000');
  t.is(formatNumber(12.5), '12.5');
  t.is(formatNumber(0.000123456), '0.0001235');
  t.is(formatNumber(-3.14159), '−3.142');
  t.is(formatNumber(100), '100');
});

test('formatNumber reads back within half a unit of its last digit, without exponent, for any magnitude', (t) => {
  holds(
    t,
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
      const text = formatNumber(value);
      t.regex(text, /^\d{1,3}(,\d{3})*(\.\d+)?$/);
      t.true(Math.abs(Number(text.replaceAll(',', '')) - value) <= value * 5.0001e-4 + 1e-15);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('formatNumber refuses what is no figure, in a sentence', (t) => {
  t.throws(() => formatNumber(Number.NaN), {
    instanceOf: RangeError,
    message: 'report: NaN is not a figure; the record must hold finite numbers or null',
  });
  t.throws(() => formatNumber(Number.POSITIVE_INFINITY), { instanceOf: RangeError });
});

test('energies take the prefix that leaves one to three digits before the point', (t) => {
  t.is(plain(formatEnergy(0.25)), '0.25 pJ');
  t.is(plain(formatEnergy(999)), '999 pJ');
  t.is(plain(formatEnergy(17_482.3)), '17.5 nJ');
  t.is(plain(formatEnergy(2.5e6)), '2.5 µJ');
  t.is(plain(formatEnergy(3e9)), '3 mJ');
  t.is(plain(formatEnergy(4e12)), '4 J');
  t.is(plain(formatEnergyBand(900, 17_300)), '0.9–17.3 nJ');
});

test('an energy of null prints as unpriced, another unknown as not measured, and neither as 0', (t) => {
  t.is(formatEnergy(null), 'unpriced');
  t.is(formatTime(null), 'not measured');
  t.is(formatPercent(null), 'not measured');
  t.is(formatChangePercent(null), 'not measured');
  t.is(formatPoints(null), 'not measured');
});

test('a share that is small but not 0 does not print as 0', (t) => {
  t.is(plain(formatPercent(0.004)), '<0.01 %');
  t.is(plain(formatPercent(0.04, 1)), '<0.1 %');
  t.is(plain(formatPercent(0, 1)), '0.0 %');
  t.is(plain(formatPercent(8.75)), '8.75 %');
});

test('changes carry their sign, points their plural, times their prefix', (t) => {
  t.is(plain(formatChangePercent(190.84)), '+191 %');
  t.is(plain(formatChangePercent(-4.25)), '−4.25 %');
  t.is(plain(formatPoints(1)), '1 point');
  t.is(plain(formatPoints(-0.5)), '−0.50 points');
  t.is(plain(formatTime(0.35)), '350 ns');
  t.is(plain(formatTime(11.909)), '11.9 µs');
  t.is(plain(formatTime(2.5e6)), '2.5 s');
});

test('counts are whole, mean counts keep two decimals or four digits below 1', (t) => {
  t.is(formatCount(2_431_500), '2,431,500');
  t.is(formatMeanCount(810.5), '810.50');
  t.is(formatMeanCount(25), '25');
  t.is(formatMeanCount(0.031417), '0.03142');
});

test('bands share the unit of the high end unless the low one would print below a tenth of it', (t) => {
  t.is(plain(formatPowerBand(1_820, 14_300)), '1.82–14.3 mW');
  t.is(plain(formatPowerBand(37.87, 2_476)), '37.9 µW–2.48 mW');
  t.is(plain(formatPowerBand(0, 2_476)), '0–2.48 mW');
});

test('powers, rates and lives of batteries carry their units', (t) => {
  t.is(plain(formatPower(0.25)), '250 nW');
  t.is(plain(formatPower(4_353.9)), '4.35 mW');
  t.is(plain(formatEnergy(2.484e15)), '2.48 kJ');
  t.is(plain(formatRate(93_293.6)), '93,294 samples/s');
  t.is(plain(formatLife(5_493)), '229 days');
  t.is(plain(formatLife(8_766)), '1 year');
  t.is(plain(formatLifeBand(30, 48)), '1.25–2 days');
  t.is(plain(formatLifeBand(278.67, 18_218)), '11.6 days to 2.08 years');
});
