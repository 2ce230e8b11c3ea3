import all from './ava.config.js';

/** Rooms whose tests run whole experiments or commands. */
const wholeRuns = [
  'cases',
  'cli',
  'experiment/estimate',
  'experiment/probe',
  'experiment/replay',
  'experiment/run',
  'experiment/validation',
  'experiment/vectors',
  'fuzz',
  'report/figures',
];

/** Other files of more than 2.3 seconds of processor time; `bench/README.md` says how that was measured. */
const slowest = [
  'chip/co-simulation',
  'chip/fast/engine-paths',
  'chip/fast/layer-parts',
  'chip/oracle/chip-laws',
  'chip/oracle/observe-sample',
  'chip/schedules/co-simulation',
  'chip/skip/co-simulation',
  'chip/ten-million-updates',
  'chip/timed/agreement',
  'chip/timed/input-wait',
  'chip/timed/layer-parts',
  'chip/timed/odin',
  'chip/timed/robustness',
  'chip/timed/robustness-parts',
  'datasets/real-sets',
  'datasets/stored-limits',
  'experiment/file/check-training',
  'experiment/file/reference-training',
  'experiment/reference/reference-run',
  'extending',
  'firmware-sim/driver/agreement',
  'hardware/check-models',
  'hardware/chip-area',
  'hardware/load-chip',
  'hardware/technology-prices',
  'library',
  'mapping/mapping-law',
  'mapping/placement/allocate-cores',
  'mapping/placement/place-network',
  'mapping/placement/smallest-grid',
  'numerics/function-table',
  'reference/alignment',
  'reference/golden/replay-golden',
  'reference/gradient-check',
  'reference/resume',
  'reference/rules-against-float64',
  'reference/skipped-samples',
  'reference/train-reference',
  'report/estimate/estimate-page',
  'report/run/differences',
  'report/run/page',
  'report/validation/validation-page',
  'repository/facts-stand-once',
];

/** `npm run test:fast`: all tests but these. */
const config = {
  ...all,
  files: [
    ...all.files,
    ...wholeRuns.map((room) => `!dist/test/${room}/**`),
    ...slowest.map((file) => `!dist/test/${file}.test.js`),
  ],
};

export default config;
