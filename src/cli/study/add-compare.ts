import type { Command } from 'commander';
import type { CompareOptions } from './compare-command.js';

/** Adds `compare` to the commands of the program. */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .description(
      'Results, estimates and studies on one page: what differs, figures with intervals, curves over each other; and as CSV',
    )
    .argument('<path...>', 'result.json, estimate.json, or folders of runs, estimates and studies')
    .option('--out <folder>', 'folder for compare.html and compare.csv', 'reports/compare')
    .action(async (paths: string[], options: CompareOptions) => {
      const { compareCommand } = await import('./compare-command.js');
      await compareCommand(paths, options);
    });
}
