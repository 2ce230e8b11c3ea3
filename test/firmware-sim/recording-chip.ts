import type { RuleName } from '../../src/network/rule-facts.js';
import {
  allIdleEvent,
  bankCount,
  coreDoneEvent,
  coresPerBank,
  endEvent,
  epochEvent,
  inputEvent,
  labelEvent,
  learningModes,
  mappedWord,
  type RegisterBus,
  type RegisterName,
  ruleCodes,
} from '../../firmware-sim/index.js';

export type CommandName = 'forward' | 'feedback' | 'update' | 'readout';

/** What the chip was told to do, and when it did it. */
export interface RecordedCommand {
  readonly command: CommandName;
  readonly cores: readonly number[];
  /** Cycle of the write. */
  readonly cycle: number;
  /** First cycle of the work, and the first after it; of the slowest core. */
  readonly begin: number;
  readonly end: number;
}

export interface RecordingChipSpec {
  /** Cores of each layer. */
  readonly layers: readonly (readonly number[])[];
  readonly coreCount: number;
  /** Samples of each epoch. */
  readonly epochs: readonly number[];
  readonly durations: Readonly<Record<CommandName, number>>;
  readonly rule: RuleName | 'none';
  readonly learning: keyof typeof learningModes;
  /** Cycles from the release of a sample to the next one. */
  readonly sampleGap: number;
  readonly prediction: number;
}

const commandOf = {
  START_FORWARD: 'forward',
  START_FEEDBACK: 'feedback',
  START_UPDATE: 'update',
  START_READOUT: 'readout',
} as const satisfies Partial<Record<RegisterName, CommandName>>;

/**
 * A chip that does nothing but take time: it records what it is told and is busy for a set number of cycles per command. It
 * refuses what docs/spec.md forbids whatever the program: a second sample before the first is released, a release before
 * layer 1 has finished the sample, an epoch that ends while cores work.
 */
export class RecordingChip implements RegisterBus {
  readonly spec: RecordingChipSpec;
  readonly commands: RecordedCommand[] = [];
  /** Cycles of accepted INPUT_ACK and EPOCH_END. */
  readonly releases: number[] = [];
  readonly epochEnds: number[] = [];
  /** Other writes, in order. */
  readonly settings: (readonly [RegisterName, number])[] = [];
  /** Per core: begin and end of its works, ascending. */
  readonly #works = new Map<number, { begin: number; end: number }[]>();
  readonly #doneClearedAt = new Map<number, number>();
  #layerSelect = 1;
  #rule: number;
  #learning: number;
  #sampleReady = 0;
  #isTaken = false;
  #released = 0;

  constructor(spec: Partial<RecordingChipSpec>) {
    this.spec = {
      layers: [[0], [1]],
      coreCount: 4,
      epochs: [2],
      durations: { forward: 100, feedback: 20, update: 50, readout: 10 },
      rule: 'drtp',
      learning: 'off',
      sampleGap: 0,
      prediction: 7,
      ...spec,
    };
    this.#rule = ruleCodes.get(this.spec.rule) ?? NaN;
    this.#learning = learningModes[this.spec.learning];
  }

  /** Cores of layers 1…k, in the words of a bank. */
  read(address: number, cycle: number): number {
    const word = mappedWord(address);
    if (word === undefined) throw new RangeError(`chip: no register at ${address}`);
    const { register, bank } = word;
    if (register.holder !== 'chip' || register.access === 'write') {
      throw new RangeError(`chip: ${register.name} is not one the machine should ask for`);
    }
    switch (register.name) {
      case 'CORE_COUNT':
        return this.spec.coreCount;
      case 'BANK_COUNT':
        return Math.ceil(this.spec.coreCount / coresPerBank);
      case 'LAYER_COUNT':
        return this.spec.layers.length;
      case 'RULE':
        return this.#rule;
      case 'LEARNING':
        return this.#learning;
      case 'EVENTS':
        return this.#events(cycle);
      case 'LABEL':
        return this.#released % 10;
      case 'SAMPLE_INDEX':
        return this.#released;
      case 'PREDICTION':
        return this.spec.prediction;
      case 'LAYER_SELECT':
        return this.#layerSelect;
      case 'LAYER_CORES':
        return this.#mask(bank, this.spec.layers[this.#layerSelect - 1] ?? []);
      case 'MAPPED_CORES':
        return this.#mask(bank, this.spec.layers.flat());
      case 'CORE_BUSY':
        return this.#mask(
          bank,
          this.#coresWith((work) => work.end > cycle),
        );
      case 'CORE_FULL':
        return this.#mask(
          bank,
          this.#coresWith((work) => work.begin > cycle),
        );
      case 'CORE_DONE':
        return this.#mask(bank, this.#doneCores(cycle));
    }
  }

  write(address: number, value: number, cycle: number): string | null {
    const word = mappedWord(address);
    if (word === undefined) throw new RangeError(`chip: no register at ${address}`);
    const { register } = word;
    const { name } = register;
    if (register.holder !== 'chip' || register.access === 'read') {
      throw new RangeError(`chip: ${name} is not one the machine should write`);
    }
    switch (register.name) {
      case 'START_FORWARD':
      case 'START_FEEDBACK':
      case 'START_UPDATE':
      case 'START_READOUT':
        return this.#start(commandOf[register.name], word.bank, value, cycle);
      case 'INPUT_ACK':
        return this.#release(cycle);
      case 'EPOCH_END':
        if (this.#coresWith((work) => work.end > cycle).length > 0) return 'cores still work';
        this.epochEnds.push(cycle);
        return null;
      case 'LAYER_SELECT':
        if (value < 1 || value > this.spec.layers.length) {
          return `there is no layer ${value}; allowed are 1..${this.spec.layers.length}`;
        }
        this.#layerSelect = value;
        return null;
      case 'CORE_DONE':
        for (const core of this.#coresOf(word.bank, value)) this.#doneClearedAt.set(core, cycle);
        return null;
      case 'RULE':
        this.#rule = value;
        break;
      case 'LEARNING':
        this.#learning = value;
        break;
    }
    this.settings.push([name, value]);
    return null;
  }

  /** Cycles until something changes on the chip: where a work begins or ends, or a sample comes. */
  idleCycles(cycle: number): number {
    const times = [...this.#works.values()].flat().flatMap(({ begin, end }) => [begin, end]);
    const next = Math.min(...[...times, this.#sampleReady].filter((time) => time > cycle));
    return Number.isFinite(next) ? next - cycle : Number.MAX_SAFE_INTEGER;
  }

  #events(cycle: number): number {
    const { epochs } = this.spec;
    const ends = epochs.map((_, epoch) =>
      epochs.slice(0, epoch + 1).reduce((sum, samples) => sum + samples, 0),
    );
    const total = ends.at(-1) ?? 0;
    const isLearning = this.#learning !== learningModes.off;
    const isEpochOpen =
      isLearning &&
      ends.some((end, epoch) => this.#released === end && this.epochEnds.length === epoch);
    const hasSample = !isEpochOpen && this.#released < total && cycle >= this.#sampleReady;
    const lines = [
      hasSample ? inputEvent.mask | labelEvent.mask : 0,
      this.#doneCores(cycle).length > 0 ? coreDoneEvent.mask : 0,
      this.#coresWith((work) => work.end > cycle).length === 0 ? allIdleEvent.mask : 0,
      isEpochOpen ? epochEvent.mask : 0,
      !isEpochOpen && this.#released === total ? endEvent.mask : 0,
    ];
    return lines.reduce((sum, line) => sum | line, 0);
  }

  #start(command: CommandName, bank: number, mask: number, cycle: number): string | null {
    const cores = this.#coresOf(bank, mask);
    const works = cores.map((core) => {
      const known = this.#works.get(core) ?? [];
      const begin = Math.max(cycle + 1, known.at(-1)?.end ?? 0);
      const work = { begin, end: begin + this.spec.durations[command] };
      this.#works.set(core, [...known, work]);
      return work;
    });
    const takesSample =
      command === 'forward' && cores.some((core) => this.spec.layers[0]?.includes(core));
    if (takesSample) {
      const hasSample = (this.#events(cycle) & inputEvent.mask) !== 0;
      if (!hasSample) return 'no sample is at the input';
      this.#isTaken = true;
    }
    const begin = Math.max(...works.map((work) => work.begin));
    const end = Math.max(...works.map((work) => work.end));
    this.commands.push({ command, cores, cycle, begin, end });
    return null;
  }

  #release(cycle: number): string | null {
    const first = this.commands.findLast(
      ({ command, cores }) =>
        command === 'forward' && cores.some((core) => this.spec.layers[0]?.includes(core)),
    );
    if (!this.#isTaken || first === undefined) return 'layer 1 has not taken the sample';
    if (first.end > cycle) return 'layer 1 is still at work on the sample';
    this.#isTaken = false;
    this.#released += 1;
    this.#sampleReady = cycle + 1 + this.spec.sampleGap;
    this.releases.push(cycle);
    return null;
  }

  #coresWith(predicate: (work: { begin: number; end: number }) => boolean): readonly number[] {
    return [...this.#works].filter(([, works]) => works.some(predicate)).map(([core]) => core);
  }

  #doneCores(cycle: number): readonly number[] {
    return [...this.#works]
      .filter(([core, works]) => {
        const clearedAt = this.#doneClearedAt.get(core) ?? -1;
        return works.some(({ end }) => end <= cycle && end > clearedAt);
      })
      .map(([core]) => core);
  }

  #mask(bank: number, cores: readonly number[]): number {
    return cores
      .filter((core) => core >> 5 === bank)
      .reduce((mask, core) => (mask | (1 << (core & 31))) >>> 0, 0);
  }

  #coresOf(bank: number, mask: number): readonly number[] {
    if (bank >= bankCount) throw new RangeError(`chip: no bank ${bank}`);
    return Array.from({ length: coresPerBank }, (_, bit) => bit)
      .filter((bit) => ((mask >>> bit) & 1) === 1)
      .map((bit) => bank * coresPerBank + bit);
  }
}
