import { readFile } from 'node:fs/promises';

/** What `assembly/index.ts` exports; addresses are bytes from the start of the memory. */
export interface CompiledEngine {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pageCount: number): number };
  firstFreeAddress(): number;
  chipBytes(): number;
  layerBytes(): number;
  layerFieldBytes(): number;
  delayedErrorsBytes(): number;
  stepsBytes(): number;
  /** 1 if all `count` 32-bit values lie in lowest..highest, else 0. */
  areWithin(valuesAddress: number, count: number, lowest: number, highest: number): number;
  /** Runs the staged samples; the kind of pass is its place in `passes`. */
  run(chipAddress: number, sampleCount: number, pass: number, firstTrainingSample: bigint): void;
  /** Leaves all gradients where `LayerState` reads them: single steps may keep those of some samples together. */
  settleGradients(chipAddress: number): void;
  /** Takes the step of a batch that is not full, and closes the epoch of the delayed errors. */
  endEpoch(chipAddress: number): void;
  /** Does what waits of an update: the next training sample shares no row with the one before. */
  flushUpdates(chipAddress: number): void;
  /** The parts of `run`, one per call; `trainingSample` is −1 where the sample does not train. */
  forwardLayer(
    chipAddress: number,
    layerIndex: number,
    valuesAddress: number,
    pass: number,
    trainingSample: number,
  ): void;
  leavingAddress(chipAddress: number, layerIndex: number): number;
  /** Of each neuron z (64 bits), h before pooling (32), δz (64); CONV position by position, its channels side by side. */
  sumsAddress(chipAddress: number, layerIndex: number): number;
  outputsAddress(chipAddress: number, layerIndex: number): number;
  deltasAddress(chipAddress: number, layerIndex: number): number;
  /** 1 if the sample trains and is not learned from, else 0. */
  latchOutputs(chipAddress: number, label: number, pass: number, trainingSample: number): number;
  errorLayer(
    chipAddress: number,
    layerIndex: number,
    sample: number,
    label: number,
    trainingSample: number,
  ): void;
  updateLayer(chipAddress: number, layerIndex: number, trainingSample: number): void;
  openStep(chipAddress: number): void;
  stepLayer(chipAddress: number, layerIndex: number, trainingSample: number): void;
  keepDelayedError(
    chipAddress: number,
    sample: number,
    label: number,
    trainingSample: number,
  ): void;
}

/** A compiled module, which any number of engines are instances of. */
interface CompiledModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module';
}

/** The part of the WebAssembly interface used here: the compiler's library for Node has no types for it. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  instantiate(module: CompiledModule): Promise<{ readonly exports: CompiledEngine }>;
};

let compiled: Promise<CompiledModule> | undefined;

async function compileEngine(): Promise<CompiledModule> {
  return WebAssembly.compile(await readFile(new URL('./fast-engine.wasm', import.meta.url)));
}

/** A fresh instance of the compiled engine, which is read and compiled once: its own memory, shared with no other engine. */
export async function loadCompiledEngine(): Promise<CompiledEngine> {
  compiled ??= compileEngine();
  return (await WebAssembly.instantiate(await compiled)).exports;
}
