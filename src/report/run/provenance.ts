import { stringify } from 'yaml';
import type { RunRecord } from '../../experiment/record/run-record.js';
import { markup, type Markup } from '../kit/markup.js';
import { formatNumber, notMeasured, withUnit } from '../kit/quantity.js';

/** What made this result: everything needed to make it again and to see whether it came out the same. */
export function renderProvenance(result: RunRecord): Markup {
  const { tool, hardware, accuracy, dataset, timing } = result;
  const speed =
    timing.samplesPerSecond === null
      ? notMeasured
      : `${formatNumber(timing.samplesPerSecond, 3)} training samples per second`;
  const entries: readonly (readonly [string, string])[] = [
    ['Tool', `spikeledger ${tool.version}`],
    ['Commit', tool.commit ?? 'not known'],
    ['Experiment hash', result.experimentHash],
    [`Hardware hash (${hardware.name})`, hardware.hash],
    ['Seed', String(result.seed)],
    ['Float reference', accuracy.reference?.backend ?? 'not part of this run'],
    ...dataset.files.map(({ name, sha256 }) => [`SHA-256 of ${name}`, sha256] as const),
    [
      'Simulation',
      `${withUnit(formatNumber(timing.wallSeconds, 3), 's')} on the host, ${speed}; not a property of the chip`,
    ],
  ];
  return markup`<dl class="provenance">${entries.map(([label, value]) => markup`<dt>${label}</dt><dd><code>${value}</code></dd>`)}</dl>`;
}

/** The experiment with every default filled in, as it can be run again. */
export function renderExperiment(result: RunRecord): Markup {
  return markup`<details class="experiment"><summary>The experiment, with every default filled in</summary><pre>${stringify(result.experiment)}</pre></details>`;
}
