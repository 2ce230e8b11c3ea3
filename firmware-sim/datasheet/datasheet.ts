import { operandSyntax } from '../assembler/operands.js';
import { assemble } from '../assembler/assemble.js';
import { printHex } from '../assembler/disassemble.js';
import { formatListing } from '../assembler/listing.js';
import { type InstructionSpec, instructions } from '../isa/instruction-set.js';
import { trapCauses } from '../machine/trap.js';
import { registerMap, type RegisterSpec } from '../registers/register-map.js';
import { markdownTable } from './markdown-table.js';

function formOf({ operands }: InstructionSpec): string {
  const parts = operands.map((operand) => {
    switch (operand.kind) {
      case 'register':
        return operand.field;
      case 'immediate':
        return `immediate ${operand.minimum}…${operand.maximum}`;
      case 'target':
        return 'distance';
      case 'location':
        return 'b, immediate';
    }
  });
  return parts.length === 0 ? '–' : parts.join(', ');
}

function instructionTable(): string {
  return markdownTable(
    ['instruction', 'opcode', 'fields used', 'cycles', 'effect'],
    instructions.map((instruction) => {
      const { mnemonic, opcode, cycles, takenCycles, effect } = instruction;
      return [
        `\`${`${mnemonic} ${operandSyntax(instruction)}`.trim()}\``,
        printHex(opcode, 2),
        formOf(instruction),
        cycles === takenCycles ? `${cycles}` : `${cycles}, taken ${takenCycles}`,
        effect,
      ];
    }),
  );
}

const accessNames = {
  read: 'read',
  write: 'write',
  readWrite: 'read, write',
  clear: 'read, write 1 clears',
} as const;

function printReset({ resetValue, bits }: RegisterSpec): string {
  return resetValue === null ? 'chip' : printHex(resetValue, bits > 8 ? (bits + 3) >> 2 : 1);
}

function registerTable(): string {
  return markdownTable(
    ['address', 'name', 'bits', 'access', 'reset', 'holds', 'description'],
    registerMap.map((register: RegisterSpec) => [
      printHex(register.address, 3) + (register.wordCount === 1 ? '' : ' + 4·bank'),
      `\`${register.name}\``,
      `${register.bits}`,
      accessNames[register.access],
      printReset(register),
      register.holder,
      register.description,
    ]),
  );
}

function fieldTable(): string {
  return markdownTable(
    ['register', 'bits or value', 'name', 'meaning'],
    registerMap.flatMap(({ name, fields }: RegisterSpec) =>
      fields.map((field) => [`\`${name}\``, field.place, `\`${field.name}\``, field.meaning]),
    ),
  );
}

function trapTable(): string {
  return markdownTable(
    ['code', 'cause', 'meaning'],
    trapCauses.map(({ code, name, meaning }) => [`${code}`, `\`${name}\``, meaning]),
  );
}

/** The blocks of the datasheet that follow from the tables of the code, by name. */
function blocks(exampleSource: string): ReadonlyMap<string, string> {
  const listing = formatListing(assemble(exampleSource, 'inference.s'));
  return new Map([
    ['instructions', instructionTable()],
    ['registers', registerTable()],
    ['fields', fieldTable()],
    ['traps', trapTable()],
    ['listing', `\`\`\`text\n${listing.trimEnd()}\n\`\`\``],
  ]);
}

/**
 * The datasheet with its generated blocks made anew; the text between them stays.
 * @param datasheet text of firmware-sim/README.md
 * @param exampleSource source of the program it lists
 * @throws RangeError where the datasheet lacks the marks of a block
 */
export function withGeneratedBlocks(datasheet: string, exampleSource: string): string {
  let text = datasheet;
  for (const [name, block] of blocks(exampleSource)) {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
      throw new RangeError(
        `datasheet: the marks "${begin}" and "${end}" are missing; write both, in this order`,
      );
    }
    text = `${text.slice(0, from + begin.length)}\n\n${block}\n\n${text.slice(to)}`;
  }
  return text;
}
