/** Style sheet of the report: a datasheet on screen (from 390 px on), in the dark and on paper. */
export const pageStyle = `
:root { --ink: #1b2127; --muted: #59636e; --soft: #aeb6be; --rule: #dde1e5; --paper: #fff; --shade: #f5f6f7; --alert: #a33a00; --chip: #d55e00; --reference: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --muted: #9aa5b0; --soft: #5f6b77; --rule: #323a42; --paper: #14181c; --shade: #1c2126; --alert: #ff9d5c; --chip: #e9782a; --reference: #56b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1248px; padding: 20px 32px 48px; background: var(--paper); color: var(--ink);
  font: 14px/1.45 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; padding: 0; }
h1 { font-size: 26px; line-height: 1.2; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 15px; font-weight: 600; margin-bottom: 6px; }
h3 { font-size: 12.5px; font-weight: 400; color: var(--muted); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.92em; }
a { color: inherit; }
.kicker { color: var(--muted); font-size: 13px; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 22px; margin-top: 6px; }
.facts div { display: flex; gap: 6px; }
.facts dt { color: var(--muted); }
.answer { margin-top: 8px; font-size: 15.5px; max-width: 78em; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); margin: 14px 0 6px; border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--rule); }
.figure { padding: 9px 16px 11px; border-left: 1px solid var(--rule); }
.figure:first-child { padding-left: 0; border-left: 0; }
.value { font-size: 34px; line-height: 1.15; font-weight: 600; letter-spacing: -0.01em; white-space: nowrap; }
.value small { font-size: 17px; font-weight: 400; }
.value .words { font-size: 22px; font-weight: 400; color: var(--alert); }
.note { color: var(--muted); font-size: 13px; }
.note b { color: var(--ink); font-weight: 600; }
.bands { margin-bottom: 18px; font-size: 12.5px; }
.warning { margin: -8px 0 16px; font-size: 13px; }
header .warning, section > .warning { margin: 8px 0; }
.unpriced { color: var(--alert); font-style: italic; }
.charts { display: grid; grid-template-columns: minmax(0, 400fr) minmax(0, 760fr); gap: 28px 40px; margin-bottom: 30px; }
.panels { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 28px 40px; margin: 20px 0 30px; }
.charts.swapped { grid-template-columns: minmax(0, 760fr) minmax(0, 400fr); }
.chart { overflow-x: auto; }
.chart svg { display: block; width: 100%; height: auto; min-width: 340px; }
.chart.schedule svg { min-width: 620px; }
.charts > figure + figure .chart svg, .charts.swapped .chart svg { min-width: 620px; }
figcaption { color: var(--muted); font-size: 12.5px; margin-top: 4px; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12.5px; margin-top: 4px; }
.keys i { display: inline-block; width: 11px; height: 11px; margin-right: 5px; vertical-align: -1px; }
section { margin-bottom: 30px; }
.rules { margin-top: 14px; }
section > p, footer > p { max-width: 74em; margin-bottom: 8px; }
.legend + p { margin-top: 6px; }
.legend + .wide { margin-top: 22px; }
section > ul { padding-left: 1.2em; max-width: 74em; }
.wide { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 13px; }
.ledger table { min-width: 100%; }
th { font-weight: 600; text-align: left; vertical-align: top; }
th small { display: block; font-weight: 400; color: var(--muted); font-size: 0.92em; }
thead th { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; line-height: 1.25; }
th, td { padding: 3px 18px 3px 0; }
td small { display: block; font-weight: 400; color: var(--muted); font-size: 0.92em; }
.n { text-align: right; white-space: nowrap; }
th.n { white-space: normal; }
th:last-child, td:last-child { padding-right: 0; }
.prices th, .prices td { padding-right: 8px; font-size: 12px; }
td { border-bottom: 1px solid var(--rule); }
td.t { white-space: nowrap; }
td.t:last-child { white-space: normal; min-width: 15em; }
.stacks th, .stacks td { padding-right: 12px; }
.stacks td.t { white-space: normal; }
tr.group th { padding-top: 14px; border-bottom: 1px solid var(--soft); }
tr.total th, tr.total td { border-top: 1px solid var(--soft); border-bottom: 0; font-weight: 600; white-space: nowrap; }
tbody tr:hover td { background: var(--shade); }
.kinds { width: 100%; }
.kinds th small { max-width: 30em; }
.kinds td { vertical-align: top; width: 104px; border-bottom: 0; }
.kinds tbody tr + tr > * { border-top: 1px solid var(--rule); }
.kinds .unpriced { white-space: nowrap; }
.bar { display: block; height: 4px; margin: 2px 0 0 auto; background: var(--ink); }
.legend { margin-top: 6px; font-size: 12.5px; color: var(--muted); }
summary { cursor: pointer; }
.legend dl, .provenance { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin-top: 4px; }
.legend dt { color: var(--ink); }
.pair { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 4fr); gap: 0 56px; }
footer { margin-top: 26px; padding-top: 14px; border-top: 1.5px solid var(--ink); font-size: 12.5px; }
.provenance dt { color: var(--muted); }
.provenance dd { overflow-wrap: anywhere; }
.experiment { margin-top: 12px; }
pre { overflow-x: auto; padding: 10px 12px; background: var(--shade); }
.comparison { padding-bottom: 10px; }
.comparison h1 { margin-bottom: 10px; }
.comparison td { vertical-align: top; min-width: 11em; }
article + article { margin-top: 48px; padding-top: 24px; border-top: 3px double var(--soft); }
@media (max-width: 900px) {
  body { padding: 16px 16px 40px; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .figure:nth-child(odd) { padding-left: 0; border-left: 0; }
  .value { font-size: 27px; }
  .charts, .charts.swapped, .panels, .pair { grid-template-columns: minmax(0, 1fr); }
  .legend dl, .provenance { grid-template-columns: minmax(0, 1fr); }
  .legend dd, .provenance dd { margin-bottom: 4px; }
}
@media screen and (max-width: 600px) {
  .stacks table, .stacks tbody, .stacks tr, .stacks td { display: block; }
  .stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacks tr { padding: 8px 0; border-bottom: 1px solid var(--soft); }
  .stacks td, .stacks td.n, .stacks td.t:last-child { position: relative; min-width: 0; min-height: 1.45em; padding: 1px 0 1px 11em; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .stacks td::before { content: attr(data-label); position: absolute; left: 0; width: 10.2em; color: var(--muted); }
}
@media print {
  :root { --ink: #000; --muted: #444; --soft: #999; --rule: #ccc; --paper: #fff; --shade: #fff; --alert: #a33a00; --chip: #d55e00; --reference: #0072b2; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .wide, .chart { overflow: visible; }
  .chart svg, .chart.schedule svg, .charts > figure + figure .chart svg, .charts.swapped .chart svg { min-width: 0; }
  .charts:not(.swapped) > figure:first-child .chart svg { max-width: 340px; }
  details.legend { display: none; }
  table { font-size: 7.5pt; }
  th, td { padding-right: 7px; }
  figure, tr, .figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
}
`;
