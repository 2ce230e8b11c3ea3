import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { registerMap, ruleCodes } from '../../firmware-sim/registers/register-map.js';
import { shippedPrograms } from '../../firmware-sim/programs/shipped-programs.js';
import {
  alternatives,
  factsOf,
  readsWeightsAbove,
  ruleNames,
  rulesWhere,
  usesLayerAbove,
} from '../../src/network/rule-facts.js';
import { packageRoot } from '../../src/package-root.js';

test('rules wait and have B as spec §2.9 says', (t) => {
  t.deepEqual(
    rulesWhere(({ waitsFor }) => waitsFor === 'nothing'),
    ['drtp', 'defp', 'shallow'],
  );
  t.deepEqual(
    rulesWhere(({ waitsFor }) => waitsFor === 'outputs'),
    ['dfa', 'sdfa'],
  );
  t.deepEqual(
    ruleNames.filter((rule) => usesLayerAbove(rule)),
    ['bp', 'fa'],
  );
  t.deepEqual(
    ruleNames.filter((rule) => readsWeightsAbove(rule)),
    ['bp'],
  );
  t.deepEqual(
    rulesWhere(({ feedback }) => feedback === 'none'),
    ['bp', 'shallow'],
  );
});

test('every rule has a register code of its own, which the register RULE can hold (firmware-sim/README.md §3)', (t) => {
  const codes = ruleNames.map((rule) => factsOf(rule).registerCode);
  t.is(new Set(codes).size, ruleNames.length);
  t.false(codes.includes(0));
  const { bits = 0 } = registerMap.find(({ name }) => name === 'RULE') ?? {};
  t.true(Math.max(...codes) < 2 ** bits);
  t.is(ruleCodes.get('none'), 0);
});

test('programs of rules are those that come with the package, and know the rule (README §8)', (t) => {
  for (const rule of ruleNames) {
    const { program } = factsOf(rule);
    if (program === null) continue;
    t.true(
      shippedPrograms.some((name) => name === program),
      `${rule}: ${program}`,
    );
    const source = readFileSync(
      path.join(packageRoot, 'firmware-sim', 'programs', `${program}.s`),
      'utf8',
    );
    t.true(
      source.includes(`RULE_${rule.toUpperCase()}`),
      `firmware-sim/programs/${program}.s does not know RULE_${rule.toUpperCase()}, which the table of facts gives it`,
    );
  }
});

test('alternatives are listed as a sentence does', (t) => {
  t.is(alternatives(['bp', 'shallow', 'none']), 'bp, shallow or none');
  t.is(alternatives(['bp']), 'bp');
  t.is(alternatives([]), 'none');
});
