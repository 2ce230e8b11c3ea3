import { factsOf } from '../../src/network/rule-facts.js';
import type { ChipImage } from '../../src/chip/image/chip-image.js';
import type { CommandPort, SamplesAtPins } from '../../src/chip/timed/engine/controller.js';
import type { CoreCommand } from '../../src/chip/timed/core/core-context.js';
import type { Pass } from '../../src/chip/engine.js';
import { ceilDiv, elementAt } from '../../src/numerics/integer.js';
import {
  allIdleEvent,
  coreDoneEvent,
  endEvent,
  epochEvent,
  inputEvent,
  labelEvent,
} from '../registers/event-lines.js';
import type { RegisterBus } from '../registers/register-bus.js';
import {
  bankCount,
  coresPerBank,
  learningModes,
  mappedWord,
  type RegisterName,
} from '../registers/register-map.js';
import { commandFault } from './command-fault.js';
import { LayerCommands } from './layer-commands.js';

/** The chip behind the register map. */
export interface ChipBusSpec {
  /** Cores of the chip, mapped or not. */
  readonly coreCount: number;
  /** DEFP: a pass that only measures comes first (docs/spec.md §2.9). */
  readonly beginsWithMeasuring: boolean;
}

const commandOf = {
  START_FORWARD: 'forward',
  START_FEEDBACK: 'feedback',
  START_UPDATE: 'update',
  START_READOUT: 'readout',
} as const satisfies Partial<Record<RegisterName, CoreCommand>>;
const learningOf: Readonly<Record<Pass, number>> = {
  inference: learningModes.off,
  training: learningModes.train,
  measuring: learningModes.measure,
};

/** @throws RangeError where the registers cannot name the cores, or two layers share one. */
function checkCores(layers: readonly LayerCommands[], coreCount: number): void {
  const limit = bankCount * coresPerBank;
  if (!Number.isInteger(coreCount) || coreCount < 1 || coreCount > limit) {
    throw new RangeError(
      `controller: the chip has ${coreCount} cores, the register map names 1..${limit}; use a chip with fewer`,
    );
  }
  const cores = layers.flatMap((layer) => layer.cores);
  const outside = cores.find((core) => core >= coreCount);
  if (outside !== undefined) {
    throw new RangeError(
      `controller: a layer lies on core ${outside}, the chip has ${coreCount}, numbered from 0`,
    );
  }
  if (new Set(cores).size !== cores.length) {
    throw new RangeError(
      `controller: layers share cores (${cores.join(', ')}); place each layer on cores of its own`,
    );
  }
}

/** @throws RangeError for an address at which the chip holds nothing */
function heldWord(address: number) {
  const word = mappedWord(address);
  if (word?.register.holder !== 'chip') {
    throw new RangeError(`chip: it holds no register at address ${address}`);
  }
  return { register: word.register, bank: word.bank };
}

/** First largest of the outputs (docs/spec.md §2.6). */
function predictionOf(outputsRaw: Int32Array): number {
  let best = 0;
  for (const [output, raw] of outputsRaw.entries()) {
    if (raw > (outputsRaw[best] ?? raw)) best = output;
  }
  return best;
}

/**
 * The event-driven chip as its program sees it: the words of the register map that the chip holds, and what the host has at
 * the pins. The engine tells it what is done, the host what comes; it is up to date when the queue of the engine is.
 *
 * Implements: firmware-sim/README.md §5, §10.
 */
export class ChipBus implements RegisterBus {
  readonly #image: ChipImage;
  readonly #coreCount: number;
  readonly #layers: readonly LayerCommands[];
  /** A word a bank: cores that finished a command since their bit was cleared. */
  readonly #doneCores = new Uint32Array(bankCount);
  #learning: number;
  #selectedLayer = 1;
  #prediction = 0;
  #pass: Pass | null = null;
  #samples: SamplesAtPins | null = null;
  #sampleCount = 0;
  #releasedCount = 0;
  #isEpochOpen = false;
  #isEnded = false;

  /** @throws RangeError where the register map cannot name the cores. */
  constructor(image: ChipImage, spec: ChipBusSpec, port: CommandPort) {
    this.#image = image;
    this.#coreCount = spec.coreCount;
    this.#learning = spec.beginsWithMeasuring ? learningModes.measure : learningModes.off;
    this.#layers = image.layers.map(({ layer, core, parts }, index) => {
      const cores = parts?.map((part) => part.core) ?? [core];
      return new LayerCommands(layer, cores, (command) => {
        port.start(index, command);
      });
    });
    checkCores(this.#layers, spec.coreCount);
  }

  /** LEARNING, as the program wrote it. */
  get learning(): number {
    return this.#learning;
  }

  /** Nothing is left of what the host brought: all samples are released and forward through all layers, and no core works. */
  get isThrough(): boolean {
    return !this.#isEpochOpen && this.isForward && this.#isIdle;
  }

  /** All samples of the pass are released, and every layer was told to go forward with each. */
  get isForward(): boolean {
    const count = this.#sampleCount;
    return (
      this.#releasedCount === count && this.#layers.every((layer) => layer.forwardCount === count)
    );
  }

  get isEpochOpen(): boolean {
    return this.#isEpochOpen;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** How far the samples have come, for messages. */
  describe(): string {
    const forward = this.#layers.map(({ forwardDoneCount }) => forwardDoneCount).join(', ');
    const epoch = this.#isEpochOpen ? ', and EPOCH_END is not written' : '';
    return `${this.#releasedCount} of ${this.#sampleCount} samples are released, layers 1..${this.#layers.length} went forward with ${forward}${epoch}`;
  }

  /** Samples come to the pins. After those of a measuring pass the program ends that pass first. */
  beginPass(pass: Pass, sampleCount: number, samples: SamplesAtPins): void {
    this.#isEpochOpen ||= this.#pass === 'measuring' && pass !== 'measuring';
    this.#pass = pass;
    this.#samples = samples;
    this.#sampleCount = sampleCount;
    this.#releasedCount = 0;
    for (const layer of this.#layers) layer.beginPass();
  }

  /** The host ends an epoch: EVENT_EPOCH, unless the chip only infers. */
  openEpoch(): void {
    this.#isEpochOpen = this.#learning !== learningModes.off;
  }

  /** No sample will follow. */
  end(): void {
    this.#isEnded = true;
  }

  /** A layer (from 0) has done a command. */
  commandDone(index: number, command: CoreCommand): void {
    const layer = elementAt(this.#layers, index, 'layers');
    for (const core of layer.cores) {
      const bank = core >> 5;
      this.#doneCores[bank] = elementAt(this.#doneCores, bank, 'banks') | (1 << (core & 31));
    }
    if (command === 'readout' && this.#samples !== null) {
      const { classCount } = this.#image;
      const first = (layer.forwardDoneCount - 1) * classCount;
      this.#prediction = predictionOf(this.#samples.outputsRaw.subarray(first, first + classCount));
    }
    layer.done(command);
  }

  /** @throws RangeError for an address that the chip does not hold */
  read(address: number): number {
    const { register, bank } = heldWord(address);
    if (register.access === 'write') {
      throw new RangeError(`chip: ${register.name} can only be written`);
    }
    switch (register.name) {
      case 'CORE_COUNT':
        return this.#coreCount;
      case 'BANK_COUNT':
        return ceilDiv(this.#coreCount, coresPerBank);
      case 'LAYER_COUNT':
        return this.#layers.length;
      case 'RULE':
        return factsOf(this.#image.rule.kind).registerCode;
      case 'LEARNING':
        return this.#learning;
      case 'EVENTS':
        return this.#events();
      case 'LABEL':
        return this.#samples?.batch.labels[this.#releasedCount] ?? 0;
      case 'SAMPLE_INDEX':
        return this.#samples?.indexOf(this.#releasedCount) ?? 0;
      case 'PREDICTION':
        return this.#prediction;
      case 'LAYER_SELECT':
        return this.#selectedLayer;
      case 'LAYER_CORES':
        return this.#coresWhere(bank, ({ layer }) => layer === this.#selectedLayer);
      case 'MAPPED_CORES':
        return this.#coresWhere(bank, () => true);
      case 'CORE_BUSY':
        return this.#coresWhere(bank, (layer, core) => layer.isBusy(core));
      case 'CORE_FULL':
        return this.#coresWhere(bank, (layer, core) => layer.isFull(core));
      case 'CORE_DONE':
        return elementAt(this.#doneCores, bank, 'banks');
    }
  }

  /** @throws RangeError for an address that the chip does not hold */
  write(address: number, value: number): string | null {
    const { register, bank } = heldWord(address);
    if (register.access === 'read') {
      throw new RangeError(`chip: ${register.name} can only be read`);
    }
    switch (register.name) {
      case 'START_FORWARD':
      case 'START_FEEDBACK':
      case 'START_UPDATE':
      case 'START_READOUT':
        return this.#start(commandOf[register.name], bank, value);
      case 'RULE':
        return this.#chooseRule(value);
      case 'LEARNING':
        return this.#chooseLearning(value);
      case 'INPUT_ACK':
        return this.#release();
      case 'EPOCH_END':
        if (!this.#isIdle) return 'cores still work; wait for EVENT_ALL_IDLE first';
        this.#isEpochOpen = false;
        return null;
      case 'LAYER_SELECT':
        return this.#selectLayer(value);
      case 'CORE_DONE': {
        const cores = elementAt(this.#doneCores, bank, 'banks');
        this.#doneCores[bank] = cores & ~value;
        return null;
      }
    }
  }

  get #isIdle(): boolean {
    return this.#layers.every((layer) => layer.isIdle);
  }

  get #hasInput(): boolean {
    return !this.#isEpochOpen && this.#releasedCount < this.#sampleCount;
  }

  #events(): number {
    const lines = [
      this.#hasInput ? inputEvent.mask | labelEvent.mask : 0,
      this.#doneCores.some((cores) => cores !== 0) ? coreDoneEvent.mask : 0,
      this.#isIdle ? allIdleEvent.mask : 0,
      this.#isEpochOpen ? epochEvent.mask : 0,
      this.#isEnded && !this.#isEpochOpen && !this.#hasInput ? endEvent.mask : 0,
    ];
    return lines.reduce((sum, line) => sum | line, 0);
  }

  #coresWhere(bank: number, isMeant: (layer: LayerCommands, core: number) => boolean): number {
    let mask = 0;
    for (const layer of this.#layers) {
      for (const core of layer.cores) {
        if (core >> 5 === bank && isMeant(layer, core)) mask |= 1 << (core & 31);
      }
    }
    return mask >>> 0;
  }

  /** Tells the cores of a bank a command, from layer 1 upwards. */
  #start(command: CoreCommand, bank: number, mask: number): string | null {
    for (const [index, layer] of this.#layers.entries()) {
      for (const core of layer.cores) {
        if (core >> 5 !== bank || ((mask >>> (core & 31)) & 1) === 0) continue;
        const fault = this.#faultOf(index, core, command);
        if (fault !== null) return `core ${core} of layer ${layer.layer}: ${fault}`;
        layer.tell(core, command);
      }
    }
    return null;
  }

  #faultOf(index: number, core: number, command: CoreCommand): string | null {
    const layers = this.#layers;
    const joined = elementAt(layers, index, 'layers').joining(core);
    if (joined !== null) {
      return joined === command
        ? null
        : `command ${command} came, but other cores of the layer were told ${joined}; tell all cores of a layer the same`;
    }
    const scene = { rule: this.#image.rule, pass: this.#pass, layers };
    const takesSample = command === 'forward' && index === 0;
    return (takesSample ? this.#inputFault() : null) ?? commandFault(scene, index, command);
  }

  /** Why layer 1 cannot take the sample at the input. */
  #inputFault(): string | null {
    const pass = this.#pass;
    if (!this.#hasInput || pass === null) {
      return 'command forward came without a sample at the input; wait for EVENT_INPUT first';
    }
    if (elementAt(this.#layers, 0, 'layers').forwardCount > this.#releasedCount) {
      return 'command forward came for a sample that layer 1 has taken already; release it with INPUT_ACK and wait for the next';
    }
    const needed = learningOf[pass];
    return this.#learning === needed
      ? null
      : `command forward came with LEARNING = ${this.#learning}, and the host brings samples for ${pass}, which is LEARNING = ${needed}; run a program for that`;
  }

  #release(): string | null {
    const first = elementAt(this.#layers, 0, 'layers');
    if (first.forwardDoneCount <= this.#releasedCount) {
      return 'layer 1 has not finished the sample; wait until its forward pass is done';
    }
    this.#releasedCount += 1;
    return null;
  }

  #chooseRule(value: number): string | null {
    const { kind } = this.#image.rule;
    const { registerCode } = factsOf(kind);
    if (value === registerCode) return null;
    return `the chip is set up for rule ${kind} (${registerCode}); run a program for it, or change training.rule`;
  }

  #chooseLearning(value: number): string | null {
    const highest = learningModes.measure;
    if (value > highest) return `there is no such mode; allowed are 0..${highest}`;
    if (!this.#isIdle) return 'cores still work; wait for EVENT_ALL_IDLE first';
    if (value === learningModes.measure && !factsOf(this.#image.rule.kind).keepsDelayedErrors) {
      return `rule ${this.#image.rule.kind} keeps no errors that could be measured; only defp does`;
    }
    this.#learning = value;
    return null;
  }

  #selectLayer(value: number): string | null {
    const { length } = this.#layers;
    if (value < 1 || value > length) return `there is no layer ${value}; allowed are 1..${length}`;
    this.#selectedLayer = value;
    return null;
  }
}
