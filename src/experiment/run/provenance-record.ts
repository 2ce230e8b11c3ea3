import { printFormat } from '../../numerics/format.js';
import { toolCommit, toolVersion } from '../../tool-version.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';

type Provenance = Pick<
  ResultRecord,
  'schema' | 'tool' | 'experiment' | 'experimentHash' | 'hardware' | 'dataset' | 'seed'
>;

/** How the training data lie in the format of the inputs. */
function inputRangeOf({
  inputFit,
  inputQuantiser,
  data,
}: PreparedExperiment): ResultRecord['dataset']['inputs'] {
  const { lowest, highest, valueCount, outsideCount, lostSignCount, vanishedCount, fittingFormat } =
    inputFit;
  return {
    format: printFormat(inputQuantiser.format),
    scale: data.train.featureScale,
    lowest,
    highest,
    values: valueCount,
    outside: outsideCount,
    lostSigns: lostSignCount,
    vanished: vanishedCount,
    normalise: data.train.normalise,
    channels: data.train.channels === null ? null : [...data.train.channels],
    fittingFormat: fittingFormat === null ? null : printFormat(fittingFormat),
  };
}

function datasetRecord(prepared: PreparedExperiment): ResultRecord['dataset'] {
  const { data, topology } = prepared;
  const files = [...data.train.sourceFiles, ...data.test.sourceFiles];
  return {
    name: data.train.name,
    trainSamples: data.train.sampleCount,
    testSamples: data.test.sampleCount,
    trainSamplesInSet: data.train.setSampleCount,
    testSamplesInSet: data.test.setSampleCount,
    inputCount: topology.inputCount,
    classCount: data.train.classCount,
    inputs: inputRangeOf(prepared),
    files: files
      .map(({ fileName, sha256 }) => ({ name: fileName, sha256 }))
      .filter((file, index, all) => all.findIndex((other) => other.name === file.name) === index),
  };
}

/** Tool, experiment, chip, data set and seed: everything that makes the run again. */
export function provenanceRecord(prepared: PreparedExperiment): Provenance {
  const { experiment, experimentHash, chip } = prepared;
  return {
    schema: 'spikeledger.result/1',
    tool: { version: toolVersion(), commit: toolCommit() },
    experiment,
    experimentHash,
    hardware: {
      name: chip.name,
      hash: chip.hash,
      nodeNm: chip.technology.nodeNm,
      voltageV: chip.voltageV,
      clockMhz: chip.clockMhz,
      update: chip.core.update,
    },
    dataset: datasetRecord(prepared),
    seed: experiment.training.seed,
  };
}
