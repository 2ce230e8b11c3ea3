import test from 'ava';
import { areaOfChip } from '../../../src/experiment/estimate/area-record.js';
import { printFigure } from '../../../src/experiment/validation/figure.js';
import { areaRecord } from '../../../src/experiment/run/memory-record.js';
import { readPublishedRows } from '../../../src/experiment/validation/published-rows.js';
import {
  listValidations,
  readValidation,
} from '../../../src/experiment/validation/read-validation.js';
import { validateChip } from '../../../src/experiment/validation/validate.js';
import { areaByComponent, chipArea } from '../../../src/hardware/chip-area.js';
import { listChips, loadChip } from '../../../src/hardware/load-chip.js';
import { areaLine } from '../../../src/cli/models-command.js';
import { renderValidation } from '../../../src/report/validation/validation-page.js';

/* Every place that shows an area of a chip file shows the same one (issue 13, item 4). */

function printMm2(value: number): string {
  return printFigure({ quantity: 'area', value });
}

/** Relative to a sum of parts in another order. */
const rounding = 1e-12;

for (const name of listChips()) {
  test(`models show, estimates and records say the same area of ${name}`, (t) => {
    const chip = loadChip(name);
    const area = chipArea(chip);
    const { totalMm2 } = area;
    t.is(areaOfChip(chip).totalMm2, totalMm2);
    t.is(areaRecord(chipArea(chip, 2)).totalMm2, totalMm2);
    t.true(
      areaLine(chip).includes(totalMm2 === null ? 'unknown mm²' : `${totalMm2.toPrecision(4)} mm²`),
    );
    if (totalMm2 === null) return;
    const parts = areaByComponent(chip).map(({ cores, areaMm2 }) => cores * (areaMm2 ?? NaN));
    const sum = parts.reduce((total, part) => total + part, 0);
    t.true(Math.abs(sum / totalMm2 - 1) < rounding);
  });
}

for (const name of listValidations()) {
  test(`what the validation of ${name} takes of areas and what it leaves out is the area that models show says, and the page prints both`, async (t) => {
    const validation = await validateChip(readValidation(name, readPublishedRows()));
    const { chip } = validation;
    const page = renderValidation([validation], [], []);
    const accounts = validation.verdicts.flatMap(({ predicted }) => predicted.account ?? []);
    for (const { chipMm2, takenMm2, leftOut } of accounts) {
      t.true(chipMm2 === chipArea(chip).totalMm2, `${chipMm2} mm²`);
      t.true(page.includes(`\`models show ${chip.name}\` says ${printMm2(chipMm2)}`));
      if (leftOut === null) continue;
      const left = leftOut.reduce((sum, { areaMm2 }) => sum + areaMm2, 0);
      t.true(Math.abs((takenMm2 + left) / chipMm2 - 1) < rounding, `${takenMm2} and ${left}`);
      for (const { why } of leftOut) t.true(page.includes(why.slice(0, 20)));
    }
    const isOfArea = validation.verdicts.filter(
      ({ claim: { prediction } }) =>
        prediction.kind === 'area' || (prediction.kind === 'overhead' && prediction.of === 'area'),
    );
    t.is(accounts.length, isOfArea.length);
  });
}
