/* The controller's processor: what other rooms may use of it. */
export { assemble, maximumProgramWords } from './assembler/assemble.js';
export { disassemble, disassembleWord } from './assembler/disassemble.js';
export { hexWords } from './assembler/hex-words.js';
export { formatListing } from './assembler/listing.js';
export type { Program, SourceLine } from './assembler/program.js';
export { ChipBus } from './driver/chip-bus.js';
export type { FirmwareSpec } from './driver/firmware-controller.js';
export { createFirmwareEngine, type FirmwareEngine } from './driver/firmware-engine.js';
export { FirmwareStop } from './driver/firmware-stop.js';
export { instructions } from './isa/instruction-set.js';
export { Machine } from './machine/machine.js';
export { runToEnd } from './machine/run-to-end.js';
export type { RegisterAccessRecord, RegisterResult, StepRecord } from './machine/step-record.js';
export {
  type ChipEventRecord,
  formatTrace,
  formatTraceEntry,
  type TraceEntry,
  traceHeader,
} from './machine/trace.js';
export { formatTrap, type Trap, type TrapCause, trapCauses } from './machine/trap.js';
export {
  loadShippedProgram,
  readShippedSource,
  type ShippedProgram,
  shippedPrograms,
} from './programs/shipped-programs.js';
export {
  allIdleEvent,
  coreDoneEvent,
  endEvent,
  epochEvent,
  inputEvent,
  labelEvent,
} from './registers/event-lines.js';
export type { RegisterBus } from './registers/register-bus.js';
export {
  bankCount,
  coresPerBank,
  learningModes,
  mappedWord,
  registerAddress,
  registerMap,
  type RegisterName,
  ruleCodes,
} from './registers/register-map.js';
