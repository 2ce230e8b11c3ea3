import all from './ava.config.js';

/** Files of more than four seconds of processor time; `bench/README.md` says how that was measured. */
const slowest = [
  'cases/data-remedies',
  'cases/hostile-files',
  'cases/killed-processes',
  'cases/own-data',
  'cases/recorded-time',
  'chip/co-simulation',
  'chip/fast/engine-paths',
  'chip/schedules/co-simulation',
  'chip/ten-million-updates',
  'chip/timed/agreement',
  'cli/estimate-command',
  'cli/lost-results',
  'cli/main',
  'cli/memory-of-rules',
  'datasets/real-sets',
  'datasets/stored-limits',
  'experiment/estimate/make-estimate',
  'experiment/estimate/measured-cut',
  'experiment/estimate/result-activity',
  'experiment/file/reference-training',
  'experiment/probe/health-probe',
  'experiment/probe/lockstep',
  'experiment/replay/replay-on-chip',
  'experiment/replay/replay-on-chip-precision',
  'experiment/replay/wide-chip-against-reference',
  'experiment/run/firmware-run',
  'experiment/run/mapping-mnist',
  'experiment/run/mnist',
  'experiment/run/run-experiment',
  'extending',
  'hardware/check-models',
  'hardware/load-chip',
  'hardware/technology-prices',
  'library',
  'numerics/function-table',
  'reference/alignment',
  'reference/gradient-check',
  'reference/resume',
  'reference/rules-against-float64',
  'reference/train-reference',
  'repository/facts-stand-once',
];

/** `npm run test:fast`: all tests but those of the slowest files. */
const config = {
  ...all,
  files: [...all.files, ...slowest.map((file) => `!dist/test/${file}.test.js`)],
};

export default config;
