/*
 * Child process of `npm run setup:tensorflow`: a C library that does not suit the machine may end the whole process.
 * Argument: the folder to load tfjs-node from; without it, the backend `tensorflow` is opened as the reference does.
 * Prints one line and ends with 0, or ends otherwise.
 */
import { tensorFlowPackage } from './tensorflow-install.js';
import { openBackend, type TensorFlow } from '../reference/backend/backend.js';
import { loadFromFolder } from '../reference/backend/native-package.js';

const rowCount = 60;
const innerCount = 784;
const columnCount = 500;
const repetitions = 20;

async function start(folder: string | undefined): Promise<TensorFlow> {
  if (folder === undefined) return (await openBackend('tensorflow')).tf;
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode();
  loadFromFolder(folder, tensorFlowPackage);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js could not start it');
  return tf;
}

const tf = await start(process.argv[2]);
// Every product and partial sum is a small integer, which float32 holds exactly: in any order the sum is the same.
const left = Float32Array.from({ length: rowCount * innerCount }, (_, index) => (index % 7) - 3);
const right = Float32Array.from({ length: innerCount * columnCount }, (_, at) => (at % 11) - 5);
const leftTensor = tf.tensor2d(left, [rowCount, innerCount]);
const rightTensor = tf.tensor2d(right, [innerCount, columnCount]);
let product = await tf.matMul(leftTensor, rightTensor).data<'float32'>();
const startedAt = performance.now();
for (let repetition = 0; repetition < repetitions; repetition += 1) {
  product = await tf.matMul(leftTensor, rightTensor).data<'float32'>();
}
const milliseconds = (performance.now() - startedAt) / repetitions;

product.forEach((value, index) => {
  const row = Math.floor(index / columnCount);
  const column = index % columnCount;
  let expected = 0;
  left.subarray(row * innerCount, (row + 1) * innerCount).forEach((factor, inner) => {
    expected += factor * (right[inner * columnCount + column] ?? NaN);
  });
  if (value !== expected) {
    throw new Error(`element (${row}, ${column}) of the product is ${value}, not ${expected}`);
  }
});
process.stdout.write(
  `a right product of ${rowCount}×${innerCount} and ${innerCount}×${columnCount} numbers in ${milliseconds.toFixed(1)} ms\n`,
);
