import { join } from 'node:path';

import { packageRoot } from '../package-root.js';
import { cifarNote } from './cifar.js';
import { DatasetKeyError } from './dataset-key-error.js';
import type { InputShape, Samples } from './dataset.js';
import {
  cifarLayout,
  cueLayout,
  type FolderLayout,
  idxLayout,
  npyLayout,
  planesLayout,
  wholeNpyLayout,
} from './folder-layout.js';
import { cueShape } from './events/reckon-cue.js';
import { findEntry, listFolder } from './stored-file.js';
import type { Checksum } from './verified-file.js';

/** A data set known by name: what its files must be, and what they mean. */
export interface KnownSet {
  readonly name: string;
  readonly title: string;
  /** Folder under the data folder; null: packaged with the simulator. */
  readonly folder: string | null;
  readonly layout: FolderLayout;
  /** Samples of the whole set. */
  readonly trainSampleCount: number;
  readonly testSampleCount: number;
  readonly classCount: number;
  readonly inputShape: InputShape;
  /** Real value = raw value · featureScale; 1 for event counts. */
  readonly featureScale: number;
  /** Whether each feature is brought to 0…1 by the range it has in the training part. */
  readonly isScaledByTrainingRange: boolean;
  readonly note: string | null;
  /** What a report must say of the files that were read, in place of `note`. */
  readonly noteOf?: (train: Samples, test: Samples) => string | null;
  readonly licence: string;
  /** By file name without `.gz`. */
  readonly checksums: Readonly<Record<string, Checksum>>;
}

/*
 * Checksums: `packed` is `sha256sum FILE.gz`, `content` is `gzip -dc FILE.gz | sha256sum`, or `sha256sum FILE` of a set
 * published unpacked. The MNIST files have the MD5 widely listed for the canonical ones (train images
 * f68b3c2dcbeaaa9fbdd348bbdeb94873, train labels d53e105ee54ea40749a09fcbcd1e9432).
 */

const mnist: KnownSet = {
  name: 'mnist',
  title: 'MNIST handwritten digits',
  folder: 'mnist',
  layout: idxLayout,
  trainSampleCount: 60000,
  testSampleCount: 10000,
  classCount: 10,
  inputShape: [1, 28, 28],
  featureScale: 1 / 255,
  isScaledByTrainingRange: false,
  note: null,
  licence: 'Y. LeCun, C. Cortes, C. Burges; no licence of the data itself is stated',
  checksums: {
    'train-images-idx3-ubyte': {
      packed: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      content: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    },
    'train-labels-idx1-ubyte': {
      packed: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      content: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    't10k-images-idx3-ubyte': {
      packed: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      content: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    },
    't10k-labels-idx1-ubyte': {
      packed: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      content: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
};

/** As many of the five training batches as the folder has. */
const cifar10: KnownSet = {
  name: 'cifar-10',
  title: 'CIFAR-10 colour images',
  folder: 'cifar-10',
  layout: cifarLayout(5),
  trainSampleCount: 50000,
  testSampleCount: 10000,
  classCount: 10,
  inputShape: [3, 32, 32],
  featureScale: 1 / 255,
  isScaledByTrainingRange: false,
  note: 'training batches may be missing from the last on; beside the original files, copies of batches 1, 2 and test are known, 68 records of which were decoded from JPEG',
  noteOf: cifarNote,
  licence: 'A. Krizhevsky, 2009; no licence of the data itself is stated',
  // The originals' git blob SHA-1 are those of data/raw_bin in NTU-ALComLab/IWLS2021 @ cfe48c16beaeb89726d1516badbf96e2537f6e0b.
  checksums: {
    'data_batch_1.bin': {
      packed: '67b25572280c0c657f3c27f753f28c64c3e63f09b2f0dd3d35059ba3f2dc9d6e',
      content: '5f6320d5b07a70127f3d9d1f87d6fc909b7bb69c7abea586629f04469446c415',
      jpegSampleCount: 20,
      originalBlob: 'da09f891072747be90e69e4f00ba7cba870dc87e',
    },
    'data_batch_2.bin': {
      packed: '48be47ee7723624d5246180a8b24e1e0197e82b0cd738b5134392c3f53b076de',
      content: 'ec5500a07d118a5796c27747388bfa612bd437798543da7d98d553536b6ec43b',
      jpegSampleCount: 16,
      originalBlob: '7e958840b7a55df3353574298ebc9ca0e4bba48e',
    },
    'data_batch_3.bin': {
      packed: null,
      content: null,
      originalBlob: '5259a3e9674ffdf2d5c33a1067f7192ff06c9e2f',
    },
    'data_batch_4.bin': {
      packed: null,
      content: null,
      originalBlob: '301e7d16d78428f13262e87a5bc78ed45b8224aa',
    },
    'data_batch_5.bin': {
      packed: null,
      content: null,
      originalBlob: '51fe428dfbdd065852912743ae8b7b63bb1e9d8d',
    },
    'test_batch.bin': {
      packed: 'fc86ad76e5402e3f5f73e013dbd335cfb343dbd5a9115b94c34accb9f66b07c9',
      content: '1c56621ea675bc020e791b7048af50595f4308627fb741d4a105da29126daf31',
      jpegSampleCount: 32,
      originalBlob: 'e3f3b4653f18f27ada1558cabc3352a3ed1b25cc',
    },
  },
};

const synthFrenkel: KnownSet = {
  name: 'synth-frenkel',
  title: 'synthetic classification set of Frenkel et al. 2021',
  folder: 'synth-frenkel',
  layout: npyLayout,
  trainSampleCount: 25000,
  testSampleCount: 5000,
  classCount: 10,
  inputShape: [1, 1, 256],
  featureScale: 1,
  isScaledByTrainingRange: false,
  note: 'about 1 % of the labels are random by construction',
  licence: 'generated with scikit-learn 1.2.1 by the call of an Apache-2.0 script',
  checksums: {
    'train-x.npy': {
      packed: '3f7c0f5de1bb9f966998556228fa6ffd8f14ea880bd0f537c67185ff595355bc',
      content: '3a93e7a53ebfc0b2204c3e2e052310b2f9b05e8fd8ce29b5f932844084e2dabf',
    },
    'train-y.npy': {
      packed: 'f369655754fc858721ae66c3425048cf24fc6010b11d0ded18782f75c55edfa5',
      content: '1271c4aa55192be1ab329156eb974692f795513ba8e8dad6177215e3437ff251',
    },
    'test-x.npy': {
      packed: 'c7de9e80056aa0d5ac6a8530667c8c59c8d4bd1f79cf5a790a9f640c9d348ee7',
      content: '12871ba646b90b9f83ef40199525098cda573a624a62228512097c1271b23de8',
    },
    'test-y.npy': {
      packed: '7fa3b09df1ef15ef7bde4703fc05d243f816e0c8e588da6088346a2a3d76bcdc',
      content: 'c2dc69e6fffccaa1478aa7b925346b93ad40a872d7e815c1df57c221490860ee',
    },
  },
};

const digits: KnownSet = {
  name: 'digits',
  title: '8 x 8 handwritten digits, packaged',
  folder: null,
  layout: wholeNpyLayout('digits'),
  trainSampleCount: 1498,
  testSampleCount: 299,
  classCount: 10,
  inputShape: [1, 8, 8],
  featureScale: 1 / 16,
  isScaledByTrainingRange: false,
  note: null,
  licence: 'BSD-3-Clause (scikit-learn 1.2.1); data of the UCI repository',
  checksums: {
    'digits-x.npy': {
      packed: null,
      content: '06622382efae4888481a982e2eb3ac77ac3e5b64ef0da69168b7943041fbebe0',
    },
    'digits-y.npy': {
      packed: null,
      content: '03ec0343bca84958ae3df825f252a3680415fa07fccb1ed1125ed521c13169e5',
    },
  },
};

/** What iris, wine and breast_cancer have in common: tables of measurements in unlike units. */
const table = {
  folder: 'sklearn-small',
  featureScale: 1,
  isScaledByTrainingRange: true,
  note: 'each feature is scaled by its smallest and largest value in the training part, which become 0 and 1',
  licence: 'BSD-3-Clause (scikit-learn 1.2.1); data of the UCI repository',
} as const;

const iris: KnownSet = {
  ...table,
  name: 'iris',
  title: 'Iris flowers',
  layout: wholeNpyLayout('iris'),
  trainSampleCount: 125,
  testSampleCount: 25,
  classCount: 3,
  inputShape: [1, 1, 4],
  checksums: {
    'iris-x.npy': {
      packed: null,
      content: '9d225ff4d95359a808b30d2e3e4462dd126f9781a827acb00e832c8a9d4f9cb0',
    },
    'iris-y.npy': {
      packed: null,
      content: 'b77c26f505de98fe3020a4b9650222f7dfd289b3a043fecea99db3bd9f8b7801',
    },
  },
};

const wine: KnownSet = {
  ...table,
  name: 'wine',
  title: 'Wine cultivars',
  layout: wholeNpyLayout('wine'),
  trainSampleCount: 149,
  testSampleCount: 29,
  classCount: 3,
  inputShape: [1, 1, 13],
  checksums: {
    'wine-x.npy': {
      packed: null,
      content: '09af9db3ce2a52b3f168d5d9eb1d4d4ceba584fad9e0e9aba63ff536c192c6a6',
    },
    'wine-y.npy': {
      packed: null,
      content: '349f72e0064fe2ea90a7283e0fbf11e8e5c809493918c52b48337c1562d87811',
    },
  },
};

const breastCancer: KnownSet = {
  ...table,
  name: 'breast_cancer',
  title: 'Breast cancer Wisconsin (diagnostic)',
  layout: wholeNpyLayout('breast_cancer'),
  trainSampleCount: 475,
  testSampleCount: 94,
  classCount: 2,
  inputShape: [1, 1, 30],
  checksums: {
    'breast_cancer-x.npy': {
      packed: null,
      content: '602e781b91843b0ea3dc8bf3ff3e63055985230cad47c45a5099780e3c33459f',
    },
    'breast_cancer-y.npy': {
      packed: null,
      content: '6871faf5a44ce8570d33f6ed19ff64295d7319574486af83aa054cc6b14e6691',
    },
  },
};

const eventCamera: InputShape = [2, 34, 34];

const nmnistSmall: KnownSet = {
  name: 'nmnist-small',
  title: 'N-MNIST, events of a camera that looks at MNIST digits: the first 1000 and 100 samples',
  folder: 'nmnist-small',
  layout: planesLayout(eventCamera),
  trainSampleCount: 1000,
  testSampleCount: 100,
  classCount: 10,
  inputShape: eventCamera,
  featureScale: 1,
  isScaledByTrainingRange: false,
  note: 'the first 1000 training and 100 test samples of N-MNIST; one test sample is a percent',
  licence:
    'G. Orchard et al., 2015; GPL-3.0 on the repository of the subset, no licence of the data itself is stated',
  checksums: {
    'train-events.planes': {
      packed: 'd609ac18fa9e0f98805fd5b20d4860a0539a08a865f9082ce5cee4582d61c72f',
      content: '176e1931f3e35344f8a6883866e0b045cf8512d828a5a2212c379b742cb8d8c2',
    },
    'train-offsets.npy': {
      packed: null,
      content: 'e2d1b394a93c3afcd88823e89c102aecd30657e8a3086d89deaf56615cdbd5c8',
    },
    'train-y.npy': {
      packed: null,
      content: '8a42695ad40784391e44058286405d0302503af7911f5ee6c5a1b16e8191573c',
    },
    'test-events.planes': {
      packed: '9a02a747d2ce5b5a4eb01d396eed861e3fc5b04b99cf1e46892d002afc9eb4eb',
      content: '66b98be82e2ca928c4e6c98a81558772e5f5f7885011b62fae1cfd56d1e0967b',
    },
    'test-offsets.npy': {
      packed: null,
      content: '4d678caa7275973b621e8e9140dfc31ba33a16c5ba0def7a60e515d5253f5738',
    },
    'test-y.npy': {
      packed: null,
      content: 'eb3e3096cc55d741628b2be45f121455339e2b2594fdcab9093e8a4fbc2c3ed6',
    },
  },
};

const reckonCue: KnownSet = {
  name: 'reckon-cue',
  title: 'delayed-supervision navigation (cue accumulation) of ReckOn',
  folder: 'reckon-cue',
  layout: cueLayout,
  trainSampleCount: 50,
  testSampleCount: 50,
  classCount: 2,
  inputShape: cueShape,
  featureScale: 1,
  isScaledByTrainingRange: false,
  note: 'made for a recurrent network; one without recurrence sees the spikes of each neuron added up',
  licence: 'Solderpad Hardware License v2.1 (University of Zurich)',
  checksums: {
    'dataset_cueAcc_train.dat': {
      packed: null,
      content: '077593d0fa00caba389ea406bdf113d546ced21a2d130f68d5b2cedc7f6d1647',
    },
    'dataset_cueAcc_test.dat': {
      packed: null,
      content: '200c730abd248c3bf380acc57349aaf9ab22de1a17ad0b576c2399a642f8c0d2',
    },
  },
};

/** Every set known by name, in the order in which they are listed. */
export const knownSets: readonly KnownSet[] = [
  digits,
  mnist,
  cifar10,
  synthFrenkel,
  iris,
  wine,
  breastCancer,
  nmnistSmall,
  reckonCue,
];

/** @throws InputError when no set has this name. */
export function findKnownSet(name: string): KnownSet {
  const set = knownSets.find((known) => known.name === name);
  if (set === undefined) {
    throw new DatasetKeyError(
      'name',
      JSON.stringify(name),
      `there is no such data set; known are ${knownSets.map((known) => known.name).join(', ')}; for other data give dataset.path and dataset.format`,
    );
  }
  return set;
}

/** Where the files of a known set are expected. */
export function folderOf(set: KnownSet, dataFolder: string): string {
  return set.folder === null
    ? join(packageRoot, 'src', 'datasets', 'digits')
    : join(dataFolder, set.folder);
}

/** The part of a known set whose files are to be read. */
interface SetHere {
  readonly layout: FolderLayout;
  readonly trainSampleCount: number;
}

/**
 * What a folder has of a known set. Training batches end with the last one there, so that a gap is a missing file and never fewer
 * samples than meant; where there is none, all are missing. Every other set is whole or not there.
 */
export async function setHere(
  { layout, trainSampleCount, folder: name }: KnownSet,
  folder: string,
): Promise<SetHere> {
  if (name === null || layout.kind === 'whole' || layout.train.kind !== 'cifarBatches') {
    return { layout, trainSampleCount };
  }
  const { fileNames } = layout.train;
  const entries = await listFolder(folder);
  const last = fileNames.findLastIndex((fileName) => findEntry(entries, fileName) !== null);
  if (last < 0) return { layout, trainSampleCount };
  return {
    layout: { ...layout, train: { ...layout.train, fileNames: fileNames.slice(0, last + 1) } },
    trainSampleCount: ((last + 1) * trainSampleCount) / fileNames.length,
  };
}

/** What the user can do when a file of a known set is missing. */
export function remedyOf(set: KnownSet): string {
  return set.folder === null
    ? 'it belongs to the package; install the package again'
    : 'put it there, or name another data folder with --data or SPIKELEDGER_DATA';
}
