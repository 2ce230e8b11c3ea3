import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import { toolVersion } from '../tool-version.js';
import { dataFolder, only, overrides } from './common-options.js';
import { addCompare } from './study/add-compare.js';
import { addStudies } from './study/add-studies.js';
import type { DatasetsOptions } from './datasets-command.js';
import type { EstimateOptions } from './estimate-command.js';
import { exitCodes, reportFailure } from './exit.js';
import type { FirmwareAsmOptions } from './firmware/firmware-asm-command.js';
import type { FirmwareRunOptions } from './firmware/firmware-command.js';
import type { ReportOptions } from './report-command.js';
import type { RunOptions } from './run-command.js';
import type { ValidateOptions } from './validate-command.js';
import type { VectorsOptions } from './vectors-command.js';

/* Every action imports what it needs when it runs: --help answers before TensorFlow.js or mathjs are loaded. */

function addRun(program: Command): void {
  program
    .command('run')
    .description(
      'Train and evaluate on the chip, beside the float reference; write result.json, report.html, ledger.csv, phases.csv',
    )
    .argument('<experiment>', 'experiment file (YAML)')
    .option(
      '--out <folder>',
      'folder for the results (default: reports/<name of the experiment>, with --set reports/<name>-<short hash>)',
    )
    .option('--overwrite', 'replace what another experiment left in the folder')
    .addOption(only())
    .addOption(dataFolder())
    .addOption(overrides())
    .option('--json', 'print only the result record, as JSON, on stdout')
    .option('--quiet', 'no progress on stderr')
    .action(async (experiment: string, options: RunOptions) => {
      const { runCommand } = await import('./run-command.js');
      await runCommand(experiment, options);
    });
}

/** Bytes of byte code that a function runs through before V8 compiles it again; V8's own is 132 KB. */
const interruptBudget = 1_000_000;

/**
 * Lets V8 optimise a function later, for a command that is over within seconds and calls very many: with V8's own patience
 * a third of the processor time of an estimate of 1,000 unequal layers is compilers' (bench/README.md). Nothing but time
 * depends on it.
 */
function compileLate(): void {
  setFlagsFromString(`--interrupt-budget=${interruptBudget}`);
}

function addEstimate(program: Command): void {
  program
    .command('estimate')
    .description(
      'What learning costs, by rule, from stated or measured activity and without training; write estimate.json, estimate.html, ledger.csv',
    )
    .argument('<experiment>', 'experiment file (YAML)')
    .option('--result <file>', 'take the activity that a run measured: its result.json, or folder')
    .option(
      '--rules <names>',
      'rules to compare on the chip: drtp,bp,… or all (default: the rule of the experiment)',
    )
    .option(
      '--cores <n>',
      'as if the chip had n cores; of a chip with kinds of cores as many of each: hidden=4,output=1',
    )
    .option(
      '--out <folder>',
      'folder for the files (default: reports/<name>-estimate, with --set reports/<name>-estimate-<short hash>)',
    )
    .option('--overwrite', 'replace another estimate in the folder')
    .addOption(dataFolder())
    .addOption(overrides())
    .option('--json', 'print only the estimate, as JSON, on stdout')
    .option('--quiet', 'print only where the page is')
    .action(async (experiment: string, options: EstimateOptions) => {
      compileLate();
      const { estimateCommand } = await import('./estimate-command.js');
      await estimateCommand(experiment, options);
    });
}

function addReport(program: Command): void {
  program
    .command('report')
    .description('Write the HTML report again from result files; several are shown side by side')
    .argument('<result...>', 'result.json files, or folders that hold one')
    .option('--out <file>', 'HTML file to write (default: report.html beside the first result)')
    .option('--phases <file>', 'CSV file to write too: the four training phases of one result')
    .action(async (results: string[], options: ReportOptions) => {
      const { reportCommand } = await import('./report-command.js');
      await reportCommand(results, options);
    });
}

function addModels(program: Command): void {
  const models = program.command('models').description('The shipped chips and technologies');
  models
    .command('list')
    .description('Names of the shipped chips')
    .action(async () => {
      const { listModels } = await import('./models-command.js');
      listModels();
    });
  models
    .command('show')
    .description('A chip with its formats, memories and prices')
    .argument('<chip>', 'name of a shipped chip, or path of a chip file')
    .action(async (chip: string) => {
      const { showModel } = await import('./models-command.js');
      showModel(chip);
    });
  models
    .command('check')
    .description('Read every shipped chip and technology, or those given, strictly')
    .argument('[model...]', 'names or paths')
    .action(async (names: string[]) => {
      const { checkModelsCommand } = await import('./models-command.js');
      checkModelsCommand(names);
    });
}

function addDatasets(program: Command): void {
  const datasets = program.command('datasets').description('The known data sets');
  datasets
    .command('list')
    .description('Names, sizes and where the files are expected')
    .addOption(dataFolder())
    .action(async (options: DatasetsOptions) => {
      const { listDatasets } = await import('./datasets-command.js');
      await listDatasets(options);
    });
  datasets
    .command('check')
    .description('Verify checksums and contents of the files that are there')
    .argument('[name...]', 'data sets; all if left out')
    .addOption(dataFolder())
    .action(async (names: string[], options: DatasetsOptions) => {
      const { checkDatasets } = await import('./datasets-command.js');
      await checkDatasets(names, options);
    });
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'Replay golden cases through the float reference, and plain SGD on a wide-format chip; print the largest deviation per tensor',
    )
    .argument('<case...>', 'golden case folders')
    .action(async (folders: string[]) => {
      const { verifyCommand } = await import('./verify-command.js');
      await verifyCommand(folders);
    });
}

function addValidate(program: Command): void {
  program
    .command('validate')
    .description(
      'Predict published results of the shipped chips; print the error of each, and what it rests on',
    )
    .argument(
      '[chip...]',
      'names of chips, or paths of validation files; all shipped ones if left out',
    )
    .option('--json', 'print only the verdicts, as JSON, on stdout')
    .action(async (chips: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('./validate-command.js');
      await validateCommand(chips, options);
    });
}

function addVectors(program: Command): void {
  program
    .command('vectors')
    .description(
      'Write golden vectors of the first training samples for RTL test benches: memories, stimulus, generator states',
    )
    .argument('<experiment>', 'experiment file (YAML)')
    .requiredOption('--out <folder>', 'folder for the vectors')
    .option('--samples <n>', 'training samples, in the order of the first epoch', '16')
    .option('--overwrite', 'replace the vectors of another experiment in the folder')
    .addOption(dataFolder())
    .addOption(overrides())
    .action(async (experiment: string, options: VectorsOptions) => {
      const { vectorsCommand } = await import('./vectors-command.js');
      await vectorsCommand(experiment, options);
    });
}

/** What `firmware run` and `firmware trace` share. */
function addFirmwareRun(firmware: Command, name: string, description: string): Command {
  return firmware
    .command(name)
    .description(description)
    .argument('<experiment>', 'experiment file (YAML)')
    .requiredOption('--program <name|file>', 'shipped program, or assembler file')
    .option('--words <n>', 'words of program memory', '65536')
    .addOption(dataFolder())
    .addOption(overrides());
}

function addFirmware(program: Command): void {
  const firmware = program
    .command('firmware')
    .description('Programs of the chip’s controller: assemble them, let them drive the chip');
  firmware
    .command('asm')
    .description('Assemble a program; its words as $readmemh reads them')
    .argument('<program>', 'assembler file, or name of a shipped program')
    .option('--out <file>', 'file for the words (default: stdout, unless --listing)')
    .option('--listing', 'print addresses, words and source lines')
    .action(async (file: string, options: FirmwareAsmOptions) => {
      const { firmwareAsmCommand } = await import('./firmware/firmware-asm-command.js');
      await firmwareAsmCommand(file, options);
    });
  addFirmwareRun(
    firmware,
    'run',
    'Let a program drive the chip over the first training samples; print errors, cycles and instructions, beside the hardwired controller',
  )
    .option('--samples <n>', 'training samples, in the order of epoch 1 (default: 100, or all)')
    .option('--json', 'print only JSON')
    .action(async (experiment: string, options: FirmwareRunOptions) => {
      const { firmwareRunCommand } = await import('./firmware/firmware-command.js');
      await firmwareRunCommand(experiment, options);
    });
  addFirmwareRun(
    firmware,
    'trace',
    'The same, printing every instruction and every event of the chip, one a line',
  )
    .option('--samples <n>', 'training samples, in the order of epoch 1 (default: 1)')
    .action(async (experiment: string, options: FirmwareRunOptions) => {
      const { firmwareTraceCommand } = await import('./firmware/firmware-command.js');
      await firmwareTraceCommand(experiment, options);
    });
}

/** All commands of the command line, added to `program`. */
export function addCommands(program: Command): Command {
  addRun(program);
  addEstimate(program);
  addStudies(program);
  addReport(program);
  addCompare(program);
  addVerify(program);
  addModels(program);
  addDatasets(program);
  addValidate(program);
  addVectors(program);
  addFirmware(program);
  return program;
}

/** Executes a command line, `words` as in `process.argv`; gives the exit code. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const program = new Command('spikeledger')
    .description(
      'Simulate a neuromorphic chip that learns on the device, and price what learning costs.',
    )
    .version(toolVersion())
    .showHelpAfterError()
    .exitOverride();
  addCommands(program);
  try {
    await program.parseAsync([...words]);
    return exitCodes.done;
  } catch (error) {
    // Commander has printed its own message: help and version end with 0, wrong words are wrong input.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongInput;
    return reportFailure(error);
  }
}
