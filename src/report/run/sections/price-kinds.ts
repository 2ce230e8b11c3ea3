import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { type PriceKind, priceKinds } from '../../../ledger/priced-ledger.js';
import { type RunKind, runKinds } from '../../../ledger/ledger-row.js';
import { rowsOf, sumEnergyPj } from '../../kit/ledger-view.js';
import { markup, type Markup } from '../../kit/markup.js';
import { formatPercent } from '../../kit/quantity.js';
import { priceKindExplanations } from '../../kit/vocabulary.js';

/** How much of a run's priced energy rests on prices of one kind. */
interface KindShare {
  readonly kind: PriceKind;
  /** null where nothing is priced. */
  readonly percent: number | null;
  readonly unpricedRowCount: number;
}

export function kindShares(result: ResultRecord, run: RunKind): readonly KindShare[] {
  const rows = rowsOf(result, run);
  const totalPj = sumEnergyPj(rows);
  return priceKinds.map((kind) => {
    const ofKind = rows.filter((row) => row.priceKind === kind);
    return {
      kind,
      percent: totalPj === 0 ? null : (100 * sumEnergyPj(ofKind)) / totalPj,
      unpricedRowCount: ofKind.filter((row) => row.energyPj === null).length,
    };
  });
}

function shareCell({ kind, percent, unpricedRowCount }: KindShare): Markup {
  if (unpricedRowCount > 0) {
    const rows = unpricedRowCount === 1 ? 'row' : 'rows';
    return markup`<em class="unpriced">unpriced</em> (${String(unpricedRowCount)} ${rows})`;
  }
  if (kind === 'unknown') return markup`0 rows`;
  if (percent === null) return markup`–`;
  return markup`${formatPercent(percent, 1)}<span class="bar" style="width:${percent.toFixed(1)}%"></span>`;
}

/** What the kinds of prices mean and how much of the energy rests on each. */
export function renderPriceKinds(result: ResultRecord): Markup {
  const shares = runKinds.map((run) => kindShares(result, run));
  const rows = priceKinds.map((kind) => {
    const cells = shares.map((ofRun) => {
      const share = ofRun.find((candidate) => candidate.kind === kind);
      return markup`<td class="n">${share === undefined ? '–' : shareCell(share)}</td>`;
    });
    return markup`<tr><th scope="row">${kind}<small>${priceKindExplanations[kind]}</small></th>${cells}</tr>\n`;
  });
  return markup`<table class="kinds"><thead><tr><th scope="col" class="t" title="What a price of the hardware model rests on, from best to none.">Kind of price</th><th scope="col" class="n" title="Share of the priced energy of an inference that rests on prices of this kind.">Inference<small>of energy</small></th><th scope="col" class="n" title="Share of the priced energy of a training sample that rests on prices of this kind.">Training<small>of energy</small></th></tr></thead><tbody>${rows}</tbody></table>`;
}
