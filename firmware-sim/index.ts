/* The controller's processor: what other rooms may use of it. */
export { assemble, maximumProgramWords } from './assembler/assemble.js';
export { disassemble, disassembleWord } from './assembler/disassemble.js';
export { formatListing } from './assembler/listing.js';
export { printPlace, type Program, type SourceLine } from './assembler/program.js';
export { ChipBus, type ChipBusSpec } from './driver/chip-bus.js';
export { FirmwareController, type FirmwareSpec } from './driver/firmware-controller.js';
export { createFirmwareEngine, type FirmwareEngine } from './driver/firmware-engine.js';
export { FirmwareStop } from './driver/firmware-stop.js';
export {
  type Instruction,
  instructions,
  type InstructionSpec,
  type Mnemonic,
} from './isa/instruction-set.js';
export type { ControllerCounts } from './machine/controller-counts.js';
export { Machine, type MachineSpec } from './machine/machine.js';
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
  type EventLine,
  eventLines,
  inputEvent,
  labelEvent,
  timerEvent,
} from './registers/event-lines.js';
export type { RegisterBus } from './registers/register-bus.js';
export {
  bankCount,
  coresPerBank,
  learningModes,
  type MappedWord,
  mappedWord,
  registerAddress,
  registerMap,
  type RegisterName,
  type RegisterSpec,
  ruleCodes,
} from './registers/register-map.js';
