import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChipModel } from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { InputError } from '../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText } from './model-folder.js';

const edgeText = shippedChipText('edge-28nm');
const generic = loadChip('edge-28nm');

function load(t: ExecutionContext, text: string): ChipModel {
  return loadChip(path.join(makeFolder(t, { 'chip.yaml': text }), 'chip.yaml'));
}

/** edge-28nm with these prices of its own. */
function withPrices(prices: string): string {
  return edit(edgeText, 'tensors:\n', `prices:\n${prices}tensors:\n`);
}

const clock = { componentAction: 'clock.cycle', bits: null } as const;
const add = { componentAction: 'datapath.add', bits: 8 } as const;
const delayed = { componentAction: 'delayedError.read', bits: 8 } as const;

test('a price of the chip file takes the place of its technology’s, with kind and source; the others stay', (t) => {
  const chip = load(
    t,
    withPrices(
      '  clock.cycle: { energy: 3 pJ * sqrt(forwardLanes), low: 1 pJ, high: 20 pJ, kind: published, source: made up for a test }\n',
    ),
  );
  t.deepEqual(chip.unitPrice(clock), {
    energyPj: 12,
    lowPj: 1,
    highPj: 20,
    kind: 'published',
    source: 'made up for a test',
  });
  t.deepEqual(chip.unitPrice(add), generic.unitPrice(add));
  t.deepEqual([...chip.ownPrices], ['clock.cycle']);
  t.is(generic.ownPrices.size, 0);
  t.not(chip.hash, generic.hash);
});

test('a chip may say that a price is unknown to it, whatever its technology says', (t) => {
  const chip = load(
    t,
    withPrices(
      '  clock.cycle: { energy: null, kind: unknown, source: not published for this chip }\n',
    ),
  );
  t.not(generic.unitPrice(clock), null);
  t.is(chip.unitPrice(clock), null);
});

test('an error in a price of the chip points to the chip file', (t) => {
  const text = withPrices(
    '  clock.cycle: { energy: 3 V, low: 1 pJ, high: 20 pJ, kind: published, source: made up for a test }\n',
  );
  const error = t.throws(() => load(t, text), { instanceOf: InputError });
  t.regex(
    error.message,
    /chip\.yaml:\d+:26: prices\.clock\.cycle\.energy: .*"3 V" is V; a price is an energy/,
  );
});

test('delayed errors off the chip cost 8 pJ a bit, LPDDR4, and at worst a burst of 256 bits', (t) => {
  const chip = load(t, edit(edgeText, 'placement: onChip', 'placement: offChip'));
  const price = chip.unitPrice(delayed);
  t.is(price?.energyPj, 64);
  t.is(price?.highPj, 1.5 * 8 * 256);
  t.not(generic.unitPrice(delayed)?.energyPj, 64);
});

test('delayed errors off the chip are unpriced where the technology has no price for them there', (t) => {
  const technology = `name: t
description: d
node: 28 nm
voltage: { lowest: 0.6 V, highest: 1 V }
prices:
  delayedError.read: { energy: 2 pJ, low: energy, high: energy, kind: assumed, source: made up for a test }
`;
  const text = edit(edgeText, 'technology: generic-28nm', 'technology: ./t.yaml');
  const onChip = makeFolder(t, { 'chip.yaml': text, 't.yaml': technology });
  t.is(loadChip(path.join(onChip, 'chip.yaml')).unitPrice(delayed)?.energyPj, 2);
  const offText = edit(text, 'placement: onChip', 'placement: offChip');
  const offChip = makeFolder(t, { 'chip.yaml': offText, 't.yaml': technology });
  t.is(loadChip(path.join(offChip, 'chip.yaml')).unitPrice(delayed), null);
});
