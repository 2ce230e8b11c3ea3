import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { validateAll } from '../../../src/experiment/validation/validate-all.js';
import { compareSramWitnesses } from '../../../src/hardware/sram/sram-witnesses.js';
import { sourcedFigures } from '../../../src/hardware/provenance.js';
import { packageRoot } from '../../../src/package-root.js';
import { printError } from '../../../src/report/validation/validation-figures.js';
import { renderValidation } from '../../../src/report/validation/validation-page.js';

test('docs/validation.md is the page that npm run validation writes', async (t) => {
  const page = renderValidation(await validateAll([]), compareSramWitnesses(), sourcedFigures());
  t.is(readFileSync(path.join(packageRoot, 'docs/validation.md'), 'utf8'), page);
});

test('a page of one chip has each of its figures in words, and each published source', async (t) => {
  const page = renderValidation(await validateAll(['tinyodin-28nm']), [], []);
  t.regex(page, /Predicted 514 cycles, published 514 cycles: exact\./);
  t.regex(
    page,
    /Predicted 32 accesses, published 64 accesses: 50 % too low, outside the 0 % written beforehand\./,
  );
  t.regex(
    page,
    /Within their tolerance: 5 of 10 predictions \(calibrated 4 of 9, fitted 1 of 1\)\./,
  );
  t.regex(page, /tinyODIN, “cycles” \(read-primary: read in the primary source\)/);
});

test('errors are printed with their sign, in three digits, two below one per cent', (t) => {
  t.is(printError(44.278), '+44.3 %');
  t.is(printError(-46.04), '−46 %');
  t.is(printError(-0.0112), '−0.011 %');
  t.is(printError(0), 'exact');
});

test('what learning adds is a table of its own, with the order of published pairs and what it is worth', async (t) => {
  const page = renderValidation(await validateAll(['spoon-28nm', 'reckon-28nm']), [], []);
  const section = page.slice(page.indexOf('## What learning adds'), page.indexOf('## Where it is'));
  t.regex(section, /\| spoon-28nm +\| power overhead of learning by DRTP +\|/);
  t.regex(section, /\| reckon-28nm +\| power of learning above that of inference.*87\.5 %/);
  t.notRegex(section, /MNIST accuracy/);
  // Published 16.8, 87.5 and 150 %; of the couples that of ReckOn's two figures is the other way round. Any order of three is as good.
  t.regex(
    section,
    /published pairs, .*: Kendall's τ = 0\.33, n = 3; 2 of 3 couples .* n is too small for this to mean anything: .* in 1 of all cases\./,
  );
  t.regex(
    section,
    /Order of chips: Kendall's τ = 1\.00, n = 2; 1 of 1 couples .* n is too small .* in 1 of all cases\./,
  );
  t.regex(
    section,
    /SPOON, “DRTP power overhead”: [\d.]+ % to [\d.]+ % over 2 predictions .*16\.8 %/,
  );
  const alone = renderValidation(await validateAll(['tinyodin-28nm']), [], []);
  t.regex(alone, /Fewer than two chips have no order/);
});
