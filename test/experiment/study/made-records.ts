import { type DonePoint, pointLine } from '../../../src/experiment/study/point-record.js';

/** A record with these test errors by epoch, and costs that follow from the first. */
export function recordOf(
  hash: string,
  errors: readonly number[],
  { rule = 'drtp', trainingNj = 10 }: { readonly rule?: string; readonly trainingNj?: number } = {},
): DonePoint {
  const cost = (energyNj: number) => ({
    energyNj,
    energyLowNj: energyNj / 2,
    energyHighNj: energyNj * 2,
    isComplete: true,
    latencyUs: energyNj / 4,
  });
  return {
    ...pointLine,
    hash,
    status: 'done',
    figures: {
      rule,
      testSamples: 100,
      backend: 'cpu',
      divergedInEpoch: null,
      referenceDiffers: [],
      lossPoints: (errors.at(-1) ?? 0) - 4,
      epochs: errors.map((error, index) => ({
        epoch: index + 1,
        chipTestErrorPercent: error,
        chipTrainErrorPercent: error,
        chipTrainErrorAfterPercent: error / 2,
        chipTestLoss: error / 100,
        referenceTestErrorPercent: 4,
        referenceTrainErrorPercent: 4,
        referenceTrainErrorAfterPercent: 2,
        referenceTestLoss: 0.04,
        trainingEnergyUj: 1,
      })),
      inference: cost(trainingNj / 2),
      training: cost(trainingNj),
      energySpread: null,
      memoryBits: 8192,
      areaMm2: 1,
      tensors: [],
      warnings: [],
    },
    timing: { wallSeconds: 1, samplesPerSecond: 1000 },
  };
}
