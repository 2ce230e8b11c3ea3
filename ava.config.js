/**
 * All tests, each file in a process of its own: that isolates the TensorFlow.js engine. Drawn chips are many short-lived
 * objects: a larger young generation saves a sixth of the co-simulation's time.
 */
const config = {
  files: ['dist/test/**/*.test.js'],
  timeout: '5m',
  workerThreads: false,
  nodeArguments: ['--max-semi-space-size=32'],
};

export default config;
