/** Options of every command that runs a study. */
export interface StudyOptions {
  readonly seeds?: string;
  readonly workers?: string;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly out?: string;
  readonly data?: string;
  readonly quiet?: boolean;
  /** Only of commands that may use Slurm. */
  readonly executor?: string;
  readonly partition?: string;
  readonly time?: string;
  readonly memory?: string;
  readonly pointsPerTask?: string;
  readonly sbatch?: readonly string[];
}
