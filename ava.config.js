/** All tests, each file in a process of its own: that isolates the TensorFlow.js engine. */
const config = {
  files: ['dist/test/**/*.test.js'],
  timeout: '5m',
  workerThreads: false,
};

export default config;
