import all from './ava.config.js';

/** Files that take longest; `bench/README.md` says how long. */
const slowest = [
  'cases/killed-processes',
  'chip/co-simulation',
  'chip/fast/engine-paths',
  'cli/lost-results',
  'cli/main',
  'experiment/file/reference-training',
  'experiment/probe/health-probe',
  'experiment/replay/replay-on-chip-precision',
  'experiment/run/mnist',
  'experiment/run/run-experiment',
  'extending',
  'reference/resume',
  'reference/rules-against-float64',
];

/** `npm run test:fast`: all tests but those of the slowest files. */
const config = {
  ...all,
  files: [...all.files, ...slowest.map((file) => `!dist/test/${file}.test.js`)],
};

export default config;
