import { type Command, Option } from 'commander';
import { dataFolder, only, overrides, repeated } from '../common-options.js';
import type { FormatsOptions } from './formats-command.js';
import type { PipelineOptions } from './pipeline-command.js';
import type { SearchOptions } from './search-command.js';
import type { SweepCommandOptions } from './sweep-command.js';

/** Options of every command that runs a study and keeps it. */
function addStudyOptions(command: Command, defaultFolder: string): Command {
  return command
    .option('--workers <n>', 'runs at the same time (default: one for each core)')
    .option('--resume', 'go on with the study in the folder; what failed is tried again')
    .option('--overwrite', 'replace the study in the folder')
    .option('--out <folder>', `folder of the study (default: reports/${defaultFolder})`)
    .addOption(dataFolder())
    .option('--quiet', 'no progress on stderr');
}

/** Where the runs of a study are computed. */
function withExecutor(command: Command): Command {
  return command
    .addOption(
      new Option('--executor <where>', 'processes of this machine, or job arrays of Slurm')
        .choices(['local', 'slurm'])
        .default('local'),
    )
    .option('--partition <name>', 'Slurm: partition of the tasks')
    .option('--time <limit>', 'Slurm: time limit of a task, as sbatch takes it')
    .option('--memory <size>', 'Slurm: memory of a task, such as 4G')
    .option('--points-per-task <n>', 'Slurm: points of a task (default: as few as an array allows)')
    .addOption(repeated('--sbatch <option>', 'Slurm: a further option of sbatch; may be repeated'));
}

function withDryRun(command: Command): Command {
  return command.option('--dry-run', 'say what would be run, and run nothing');
}

function addSweep(program: Command): void {
  const sweep = program
    .command('sweep')
    .description(
      'Run many experiments, each once, and keep them in one study; write study.html, runs.csv, curves.csv, summary.csv',
    )
    .argument('<sweep>', 'sweep file, or an experiment file with --vary (YAML)')
    .addOption(
      repeated('--vary <key=a,b>', 'a key of the experiment and its values; may be repeated'),
    )
    .option('--seeds <n>', 'number of seeds of every point')
    .addOption(only());
  addStudyOptions(withExecutor(withDryRun(sweep)), '<name of the sweep>').action(
    async (file: string, options: SweepCommandOptions) => {
      const { sweepCommand } = await import('./sweep-command.js');
      await sweepCommand(file, options);
    },
  );
}

function addFormats(program: Command): void {
  const formats = program
    .command('formats')
    .description(
      'Which part of the arithmetic costs the accuracy: each tensor alone wide and alone narrow; write study.html, formats.csv',
    )
    .argument('<experiment>', 'experiment file (YAML)')
    .option('--seeds <n>', 'number of seeds; one tells no interval', '5')
    .addOption(overrides());
  addStudyOptions(withDryRun(formats), '<name>-formats').action(
    async (file: string, options: FormatsOptions) => {
      const { formatsCommand } = await import('./formats-command.js');
      await formatsCommand(file, options);
    },
  );
}

function addSearch(program: Command): void {
  const search = program
    .command('search')
    .description(
      'The cheapest formats whose test error stays near that of float, with their own learning rate; write study.html, search.csv',
    )
    .argument('<experiment>', 'experiment file (YAML)')
    .option('--lose-at-most <points>', 'points of test error more than float', '1')
    .option(
      '--rules <names>',
      'rules to search for: drtp,bp,… or all (default: that of the experiment)',
    )
    .option('--runs <n>', 'at most n runs for each rule', '60')
    .option('--seeds <n>', 'seeds of every candidate', '1')
    .option('--confirm <n>', 'other seeds with which the answer is run again', '3')
    .option(
      '--validation-samples <n>',
      'hold back the last n training samples to choose by; the test set then judges the answer alone',
    )
    .addOption(overrides());
  addStudyOptions(search, '<name>-search').action(async (file: string, options: SearchOptions) => {
    const { searchCommand } = await import('./search-command.js');
    await searchCommand(file, options);
  });
}

function addPipeline(program: Command): void {
  program
    .command('pipeline')
    .description(
      'Time of batches one after the other and with layers that take the next as soon as they can; speed-up S, efficiency E',
    )
    .argument('[experiment]', 'experiment file (YAML): the unequal layers of its estimate')
    .option('--layers <n>', 'equal layers, without an experiment')
    .option('--batches <n>', 'batches, or samples of the experiment', '1000')
    .option('--rules <names>', 'rules of the experiment: drtp,bp,… or all', 'all')
    .addOption(dataFolder())
    .addOption(overrides())
    .action(async (experiment: string | undefined, options: PipelineOptions) => {
      const { pipelineCommand } = await import('./pipeline-command.js');
      await pipelineCommand(experiment, options);
    });
}

/** Adds the commands that run studies to those of the program. */
export function addStudies(program: Command): void {
  addSweep(program);
  addFormats(program);
  addSearch(program);
  addPipeline(program);
}
