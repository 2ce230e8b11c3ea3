import type { ChipImage } from '../../chip/image/chip-image.js';
import type { Dataset, DatasetParts } from '../../datasets/dataset.js';
import { missingClasses, printClasses } from '../../datasets/label-counts.js';
import type { FeatureTable } from '../../mapping/input/input-encoder.js';
import { fitInputs, type InputFit } from '../../mapping/input/input-fit.js';
import { type FixedPointFormat, maximumTensorBits, printFormat } from '../../numerics/format.js';
import { statedScale } from './experiment-schema.js';
import type { PreparedExperiment } from './prepare-experiment.js';

/* What the data themselves make of a run, each with what to do about it. */

/** `12.3 %` */
export function percentOf(part: number, whole: number): string {
  return `${((100 * part) / whole).toPrecision(3)} %`;
}

function realOf(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The largest denominator that `dataset.scale` reads. */
const largestDenominator = 999_999_999;

/** `1/9`, `40`: brings values of this magnitude, as they are stored, just below `limit`; null: it cannot be written. */
function scaleWithin(limit: number, storedMagnitude: number): string | null {
  const ratio = storedMagnitude / limit;
  if (ratio >= 1) {
    const whole = Math.ceil(ratio);
    if (whole === 1) return '1';
    return ratio <= largestDenominator ? `1/${whole}` : null;
  }
  return 1 / ratio <= largestDenominator ? String(Math.floor(1 / ratio)) : null;
}

/**
 * Whether the accumulators hold sums of inputs as large as the end of this format. The root mean square of the first sums is
 * at most that end by √3, with weights uniform in ±1/√fan-in; they grow as the network learns.
 */
function isSummable({ numerics }: ChipImage, input: FixedPointFormat): boolean {
  const endOf = (format: FixedPointFormat) =>
    2 ** (format.totalBits - (format.isSigned ? 1 : 0) - format.fractionBits);
  return endOf(numerics.formats.accumulator) >= 2 * endOf(input);
}

/** Keys that let the values fit, each by itself. */
function inputRemedies(
  { inputQuantiser, data, placement }: PreparedExperiment,
  { lowest, highest, fittingFormat }: InputFit,
): readonly string[] {
  const { format } = inputQuantiser;
  if (data.train.events !== null) {
    // Counts of events: an event weighs the last bit, whatever the fraction is.
    const bits = Math.ceil(Math.log2(highest * 2 ** format.fractionBits + 1));
    const wider = { isSigned: false, totalBits: bits, fractionBits: format.fractionBits };
    return bits > maximumTensorBits ? [] : [`write precision.input: ${printFormat(wider)}`];
  }
  const limit = 2 ** (format.totalBits - (format.isSigned ? 1 : 0) - format.fractionBits);
  const magnitude = Math.max(highest, -lowest) / data.train.featureScale;
  const scale = format.isSigned || lowest >= 0 ? scaleWithin(limit, magnitude) : null;
  const scalings = [
    ...(scale === null || data.train.normalise !== null ? [] : [`dataset.scale: ${scale}`]),
    ...(limit < 1 || data.train.normalise !== null ? [] : ['dataset.normalise: range']),
  ];
  return [
    ...(fittingFormat === null || !isSummable(placement.image, fittingFormat)
      ? []
      : [`write precision.input: ${printFormat(fittingFormat)}`]),
    ...(scalings.length === 0 ? [] : [`scale the values with ${scalings.join(', or ')}`]),
  ];
}

/** Values of both parts, one after the other. */
function joined({ train, test }: DatasetParts): FeatureTable {
  const [first, second] = [train.features, test.features];
  const values = Float32Array.from({ length: first.length + second.length }, (_, index) => {
    return (index < first.length ? first[index] : second[index - first.length]) ?? 0;
  });
  return { ...train, features: values };
}

/** Whether the inputs end so far below what they are read as that no step and no time may help. */
export function areInputsTooSmall(prepared: PreparedExperiment): boolean {
  return prepared.inputFit.isCoarse || byteWarning(prepared) !== null;
}

/** Values that the input format cannot hold, of the training data or, where those fit, of the test data alone. */
export function inputWarning(prepared: PreparedExperiment): string | null {
  const { inputFit, inputQuantiser, data } = prepared;
  if (inputFit.isLost) {
    return misfitWarning(prepared, 'training', inputFit, inputRemedies(prepared, inputFit));
  }
  const testFit = fitInputs(data.test, inputQuantiser.format);
  if (!testFit.isLost) return null;
  if (testFit.isCoarse || 2 * testFit.vanishedCount > testFit.nonZeroCount) {
    // What is fine enough for these values ends below those of the training data.
    const largest = realOf(Math.max(inputFit.highest, -inputFit.lowest));
    const remedy = `bring the test data to the unit of the training data, which reach ${largest}`;
    return misfitWarning(prepared, 'test', testFit, [remedy]);
  }
  // A format for the test data alone need not hold the training data.
  const both = fitInputs(joined(data), inputQuantiser.format);
  const remedies = inputRemedies(prepared, both.isLost ? both : testFit);
  return misfitWarning(prepared, 'test', testFit, remedies);
}

/** Steps from 0 to the end of a format. */
function stepsOf({ totalBits, isSigned }: FixedPointFormat): number {
  return 2 ** (totalBits - (isSigned ? 1 : 0));
}

function misfitWarning(
  { inputQuantiser, experiment }: PreparedExperiment,
  part: 'training' | 'test',
  fit: InputFit,
  remedies: readonly string[],
): string {
  const { lowest, highest, outsideCount, lostSignCount, valueCount } = fit;
  const { nonZeroCount, vanishedCount, isCoarse, stepCount } = fit;
  const format = printFormat(inputQuantiser.format);
  const losses = [
    ...(outsideCount === 0
      ? []
      : [`${percentOf(outsideCount, valueCount)} of the values lie outside ${format}`]),
    ...(lostSignCount === 0
      ? []
      : [`${percentOf(lostSignCount, valueCount)} because they are negative`]),
    ...(2 * vanishedCount <= nonZeroCount
      ? []
      : [`${percentOf(vanishedCount, nonZeroCount)} of those other than 0 become 0 in ${format}`]),
    ...(isCoarse && 2 * vanishedCount <= nonZeroCount
      ? [
          `they end at ${realOf(stepCount)} of the ${stepsOf(inputQuantiser.format)} steps of ${format}`,
        ]
      : []),
  ];
  const remedy = remedies.length === 0 ? '' : `; ${remedies.join(', or ')}`;
  const alone = part === 'training' ? '' : ', unlike those of the training data';
  const effect = experiment.reference.enabled
    ? "Points lost to the float reference are then in part the encoder's, not those of fixed-point learning"
    : 'The chip learns from what is left of them';
  return `Inputs do not fit their format: the ${part} data range from ${realOf(lowest)} to ${realOf(highest)}, and ${losses.join(', ')}${alone}. ${effect}${remedy}.`;
}

function areAllTheSame({ features, inputCount, sampleCount }: Dataset): boolean {
  return (
    sampleCount > 1 && features.every((value, index) => value === features[index % inputCount])
  );
}

/** Samples that are all the same: no class can be told from another. */
export function sameSamplesWarning({ data }: PreparedExperiment): string | null {
  if (areAllTheSame(data.train)) {
    return 'All training samples have the same inputs: no class can be told from another, however long the chip learns; look at how the features were made.';
  }
  return areAllTheSame(data.test)
    ? 'All test samples have the same inputs: the chip says the same class of each, whatever it has learned, and its error is that of saying so; look at how the test features were made.'
    : null;
}

/** Whether samples of one class differ from those of another: else no step and no time help. */
export function canBeLearned(prepared: PreparedExperiment): boolean {
  const { labels } = prepared.data.train;
  const isOneClass = labels.every((label) => label === labels[0]);
  return !isOneClass && sameSamplesWarning(prepared) === null;
}

/** Bytes below it leave the upper half of their range unused. */
const halfOfBytes = 128;

/** Bytes of the user's own that are divided by 255 and end far below it. */
export function byteWarning({ experiment, data, inputFit }: PreparedExperiment): string | null {
  const { features, featureScale, events } = data.train;
  const isOwn = 'path' in experiment.dataset;
  if (!isOwn || events !== null || !(features instanceof Uint8Array)) return null;
  if (statedScale(experiment) !== null || featureScale === 1) return null;
  const largest = Math.round(inputFit.highest / featureScale);
  if (largest === 0 || largest >= halfOfBytes) return null;
  return `Bytes are divided by 255, but the largest of the training data is ${largest}: the inputs end at ${realOf(inputFit.highest)}. If ${largest} is full scale, write dataset.scale: ${largest === 1 ? '1' : `1/${largest}`}; if 255 is, write dataset.scale: 1/255.`;
}

/** What to do about classes without a training sample. */
function missingRemedy({ experiment, data: { train, test } }: PreparedExperiment): string {
  const missing = missingClasses(train.labels, train.classCount);
  const them = missing.length === 1 ? 'it' : 'them';
  const isTested = missing.some((label) => test.labels.includes(label));
  if (missing.join() === '0' && !isTested) {
    return 'if the labels count from 1, subtract 1 in both parts (y - 1), and give the last layer one neuron less';
  }
  const isOwn = 'path' in experiment.dataset;
  const count = train.classCount - missing.length;
  const areLast = missing[0] === count;
  if (isTested || !isOwn || (areLast && count < 2)) return `give training samples of ${them}`;
  return areLast
    ? `give training samples of ${them}, or leave ${them} out: dataset.classCount: ${count}, and ${count} neurons in the last layer`
    : `give training samples of ${them}, or number the classes without gaps`;
}

/** Classes of the network that no training sample belongs to. */
export function missingClassWarning(prepared: PreparedExperiment): string | null {
  const { train } = prepared.data;
  const { classCount } = train;
  const missing = missingClasses(train.labels, classCount);
  if (missing.length === 0) return null;
  if (missing.length === classCount - 1) {
    return `All training samples are of class ${train.labels[0] ?? 0}: there is nothing to tell apart, and a test error says only how many test samples are of it; give training samples of every class.`;
  }
  const have = missing.length === 1 ? 'has' : 'have';
  const them = missing.length === 1 ? 'it' : 'them';
  const noun = missing.length === 1 ? 'Class' : 'Classes';
  return `${noun} ${printClasses(missing)} ${have} no training sample: the chip cannot learn ${them}; ${missingRemedy(prepared)}.`;
}
