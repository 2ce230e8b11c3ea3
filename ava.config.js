/**
 * All tests, each file in a process of its own; `npm test` runs them room by room (`ava.rooms.config.js`). What V8 is told
 * concerns time alone (bench/README.md): drawn chips are many short-lived objects, and tests are over before much of what it
 * would compile again, or collect in more threads than there are cores for, pays.
 */
const config = {
  files: ['dist/test/**/*.test.js'],
  timeout: '5m',
  workerThreads: false,
  nodeArguments: ['--max-semi-space-size=32', '--interrupt-budget=500000', '--single-threaded-gc'],
};

export default config;
