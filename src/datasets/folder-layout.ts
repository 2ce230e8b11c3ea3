import type { InputShape } from './dataset.js';
import { listFolder } from './stored-file.js';

/** How the files of a data set's own folder are written. */
export const folderFormats = ['idx', 'cifar', 'npy', 'aer'] as const;
export type FolderFormat = (typeof folderFormats)[number];

/**
 * Files of one part, names without `.gz`: features and labels apart, batches that hold both, or event streams: records,
 * first records of the samples and labels apart, or all in one.
 */
export type PartFiles =
  | {
      readonly kind: 'pair';
      readonly format: 'idx' | 'npy';
      readonly features: string;
      readonly labels: string;
    }
  | { readonly kind: 'cifarBatches'; readonly fileNames: readonly string[] }
  | {
      readonly kind: 'planes';
      readonly shape: InputShape;
      readonly events: string;
      readonly offsets: string;
      readonly labels: string;
    }
  | {
      readonly kind: 'aer';
      readonly sensor: string;
      readonly events: string;
      readonly offsets: string;
      readonly labels: string;
    }
  | { readonly kind: 'cues'; readonly fileName: string };

/** A folder with a training and a test part. */
export interface PartsLayout {
  readonly kind: 'parts';
  readonly train: PartFiles;
  readonly test: PartFiles;
}

/** A folder with one whole set, which is split on reading. */
export interface WholeLayout {
  readonly kind: 'whole';
  readonly files: PartFiles;
}

export type FolderLayout = PartsLayout | WholeLayout;

/** MNIST's own names, which its successors (Fashion-MNIST, KMNIST) kept. */
export const idxLayout: PartsLayout = {
  kind: 'parts',
  train: {
    kind: 'pair',
    format: 'idx',
    features: 'train-images-idx3-ubyte',
    labels: 'train-labels-idx1-ubyte',
  },
  test: {
    kind: 'pair',
    format: 'idx',
    features: 't10k-images-idx3-ubyte',
    labels: 't10k-labels-idx1-ubyte',
  },
};

export const npyLayout: PartsLayout = {
  kind: 'parts',
  train: { kind: 'pair', format: 'npy', features: 'train-x.npy', labels: 'train-y.npy' },
  test: { kind: 'pair', format: 'npy', features: 'test-x.npy', labels: 'test-y.npy' },
};

function aerFiles(part: 'train' | 'test'): PartFiles {
  return {
    kind: 'aer',
    sensor: 'sensor.npy',
    events: `${part}-events.npy`,
    offsets: `${part}-offsets.npy`,
    labels: `${part}-y.npy`,
  };
}

/** Event streams of a user's own; one sensor for both parts. */
const aerLayout: PartsLayout = {
  kind: 'parts',
  train: aerFiles('train'),
  test: aerFiles('test'),
};

/** Records of N-MNIST of all samples joined, as five planes of bytes. */
export function planesLayout(shape: InputShape): PartsLayout {
  const files = (part: 'train' | 'test'): PartFiles => ({
    kind: 'planes',
    shape,
    events: `${part}-events.planes`,
    offsets: `${part}-offsets.npy`,
    labels: `${part}-y.npy`,
  });
  return { kind: 'parts', train: files('train'), test: files('test') };
}

/** ReckOn's own names. */
export const cueLayout: PartsLayout = {
  kind: 'parts',
  train: { kind: 'cues', fileName: 'dataset_cueAcc_train.dat' },
  test: { kind: 'cues', fileName: 'dataset_cueAcc_test.dat' },
};

/** `name-x.npy` and `name-y.npy`, split on reading. */
export function wholeNpyLayout(name: string): WholeLayout {
  return {
    kind: 'whole',
    files: { kind: 'pair', format: 'npy', features: `${name}-x.npy`, labels: `${name}-y.npy` },
  };
}

/** Training batches 1…batchCount and the test batch, named as in the CIFAR-10 binary version. */
export function cifarLayout(batchCount: number): PartsLayout {
  return {
    kind: 'parts',
    train: {
      kind: 'cifarBatches',
      fileNames: Array.from({ length: batchCount }, (_, index) => `data_batch_${index + 1}.bin`),
    },
    test: { kind: 'cifarBatches', fileNames: ['test_batch.bin'] },
  };
}

/**
 * Layout of a user's folder. CIFAR training batches are counted by the highest number in the folder,
 * so that a gap is a missing file and never fewer samples than meant.
 */
export async function layoutOfFolder(folder: string, format: FolderFormat): Promise<PartsLayout> {
  switch (format) {
    case 'idx':
      return idxLayout;
    case 'npy':
      return npyLayout;
    case 'aer':
      return aerLayout;
    case 'cifar': {
      const numbers = (await listFolder(folder)).map((entry) =>
        Number(/^data_batch_(\d{1,3})\.bin(\.gz)?$/.exec(entry)?.[1] ?? 1),
      );
      return cifarLayout(Math.max(1, ...numbers));
    }
  }
}

/** The parts of a layout in order; a whole set is one. */
export function partsOf(layout: FolderLayout): readonly PartFiles[] {
  return layout.kind === 'whole' ? [layout.files] : [layout.train, layout.test];
}

/** File names of a part, without `.gz`. */
export function fileNamesOf(part: PartFiles): readonly string[] {
  switch (part.kind) {
    case 'pair':
      return [part.features, part.labels];
    case 'cifarBatches':
      return part.fileNames;
    case 'planes':
      return [part.events, part.offsets, part.labels];
    case 'aer':
      return [part.sensor, part.events, part.offsets, part.labels];
    case 'cues':
      return [part.fileName];
  }
}
