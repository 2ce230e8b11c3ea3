import type { ResultRecord } from '../../../src/experiment/record/result-record.js';

/** The chip of the sample. */
export const sampleHardware: ResultRecord['hardware'] = {
  name: 'edge-28nm',
  hash: '2e'.repeat(32),
  nodeNm: 28,
  voltageV: 0.6,
  clockMhz: 100,
  update: { schedule: 'serial', writeBanks: 'shared' },
};

/** The sample's training sample by two schedules, and one that its chip cannot have. */
export function sampleSchedules(
  training: ResultRecord['perSample']['training'],
): ResultRecord['updateSchedules'] {
  const overhead = { energyLow: null, energyHigh: null, area: 12.5 };
  return [
    {
      schedule: 'serial',
      writeBanks: 'shared',
      isOwn: true,
      problem: null,
      costs: {
        training,
        learningOverheadPercent: { ...overhead, energy: 150, latency: 140 },
        areaMm2: 1.25,
        eventBufferWords: 512,
      },
    },
    {
      schedule: 'serial',
      writeBanks: 'interleaved',
      isOwn: false,
      problem: 'needs two macros that hold the words of a row by turns; the synapse memory has 1',
      costs: null,
    },
    {
      schedule: 'fused',
      writeBanks: 'shared',
      isOwn: false,
      problem: null,
      costs: {
        training: { ...training, energyNj: training.energyNj / 2 },
        learningOverheadPercent: { ...overhead, energy: 25, latency: 20 },
        areaMm2: 1.5,
        eventBufferWords: 1024,
      },
    },
  ];
}
