import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkModel, checkModels } from '../../src/hardware/check-models.js';
import { listChips } from '../../src/hardware/load-chip.js';
import { listTechnologies } from '../../src/hardware/load-technology.js';
import { edit, makeFolder, shippedChipText, shippedTechnologyText } from './model-folder.js';

/** What a check says of a file that holds this text, without its folder. */
function problemOf(t: ExecutionContext, text: string): string | null {
  const file = path.join(makeFolder(t, { 'model.yaml': text }), 'model.yaml');
  const [check, ...others] = checkModel(file);
  t.is(check?.path, file);
  t.is(others.length, 0);
  return check?.problem?.replaceAll(`${path.dirname(file)}/`, '') ?? null;
}

test('every shipped technology, on both ends of its supplies, and every shipped chip are right', (t) => {
  const checks = checkModels();
  t.deepEqual(
    checks.filter(({ problem }) => problem !== null),
    [],
  );
  t.true(listChips().includes('edge-28nm'));
  t.is(checks.length, listChips().length + listTechnologies().length);
});

test('a path is a technology or a chip by its keys, and right where it is a copy of a shipped one', (t) => {
  t.is(problemOf(t, shippedTechnologyText('generic-28nm')), null);
  t.is(problemOf(t, shippedTechnologyText('generic-90nm')), null);
  t.is(problemOf(t, shippedTechnologyText('loihi-14nm')), null);
  t.is(problemOf(t, shippedChipText('edge-28nm')), null);
});

test('a wrong technology is refused as one: at its key, its formula, and where only one end of its supplies is wrong', (t) => {
  const text = shippedTechnologyText('generic-28nm');
  const energy = 'energy: sramReadEnergy(bankBits, bits)';
  const cases: readonly (readonly [from: string, to: string, message: RegExp])[] = [
    [
      'node: 28 nm',
      'nodes: 28 nm',
      /^model\.yaml:8:1: nodes: unknown key; .*did you mean "node"\?$/m,
    ],
    ['node: 28 nm', 'node: 28 nm: 3', /^model\.yaml:8:\d+: not valid YAML/],
    [
      energy,
      'energy: 1 pJ * bitz',
      /^model\.yaml:\d+:13: memories\.read\.energy: synapses\.read: .*"bitz" is neither .* did you mean "bits"\?$/,
    ],
    [energy, 'energy: 1 V', /"1 V" is V; a price is an energy, in pJ or nJ$/],
    // Right at 1.0 V, below 0 at 0.5 V.
    [
      energy,
      'energy: 1 pJ * (voltage / 0.6 V - 1)',
      /memories\.read\.energy: synapses\.read: .*no energy is negative$/,
    ],
  ];
  for (const [from, to, message] of cases)
    t.regex(problemOf(t, edit(text, from, to)) ?? '', message);
});

test('a wrong chip is refused as one', (t) => {
  const text = edit(shippedChipText('edge-28nm'), 'voltage: 0.8 V', 'voltage: 0.8 MHz');
  t.regex(problemOf(t, text) ?? '', /^model\.yaml:8:10: voltage: "0\.8 MHz" is not a voltage/);
});

test('a name is all that is shipped under it; another name is refused with all there are', (t) => {
  const names = (name: string) =>
    checkModel(name).map((check) => path.basename(path.dirname(check.path)));
  t.deepEqual(names('generic-28nm'), ['technologies']);
  t.deepEqual(names('edge-28nm'), ['chips']);
  t.deepEqual(names('loihi-14nm'), ['technologies', 'chips']);
  const [check] = checkModel('generic-29nm');
  t.regex(
    check?.problem ?? '',
    /chips are anp-i-28nm, edge-28nm.*technologies are generic-22nm.*did you mean "generic-22nm"\?$/,
  );
});
