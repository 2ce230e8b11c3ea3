import type { PointGroup } from '../../../experiment/study/summarise.js';
import { printSetting } from '../../../units/printable.js';

/** A study under `reports/`, as it was run. */
export interface KeptStudy {
  /** Below the package. */
  readonly folder: string;
  /** The one command that makes it. */
  readonly command: string;
  /** None: it was not run yet. */
  readonly groups: readonly PointGroup[];
  /** Settings that all of its points have, in words; null: there are none. */
  readonly common: string | null;
}

/** A section about studies; where one of them was not run yet, its command in place of figures. */
export function sectionOf(
  title: string,
  studies: readonly KeptStudy[],
  render: () => string,
): string {
  const missing = studies.filter(({ groups }) => groups.length === 0);
  const body =
    missing.length === 0
      ? render()
      : `Not run yet:\n\n\`\`\`sh\n${missing.map(({ command }) => command).join('\n')}\n\`\`\`\n`;
  return `## ${title}\n\n${body}`;
}

/** What a study was run with: number of runs and their time, as its records have it. */
export function renderOrigin({ folder, command, groups, common }: KeptStudy): string {
  const runs = groups.flatMap(({ done }) => [...done.values()]);
  const seconds = runs.reduce((sum, { timing }) => sum + timing.wallSeconds, 0);
  const failures = groups.reduce((sum, { failed }) => sum + failed.length, 0);
  const missing = groups.reduce((sum, group) => sum + group.missing, 0);
  const seeds = Math.max(0, ...groups.map(({ done }) => done.size));
  const samples = [...new Set(runs.map(({ figures }) => figures.testSamples))].join(', ');
  const sentences = [
    ...(missing === 0
      ? []
      : [
          `**${String(missing)} runs were not made yet**: the command with \`--resume\` in place of \`--overwrite\` makes them`,
        ]),
    `${String(runs.length)} runs, ${String(seeds)} seeds a point, errors on ${samples} test samples`,
    `together ${String(Math.round(seconds / 60))} minutes of runs, on a machine that had other work`,
    ...(common === null ? [] : [`all points: ${common}`]),
    ...(failures === 0 ? [] : [`**${String(failures)} runs failed**`]),
  ];
  return `\`\`\`sh
${command}
\`\`\`

${sentences.join('; ')}. Every point: [study.html](../${folder}/study.html), [summary.csv](../${folder}/summary.csv).`;
}

/** The group of a name and settings. @throws RangeError where the study has none, or several */
export function groupOf(
  { folder, groups }: KeptStudy,
  name: string,
  settings: Readonly<Record<string, string>> = {},
): PointGroup {
  const found = groups.filter(
    ({ point }) =>
      point.name === name &&
      Object.entries(settings).every(([key, value]) => point.settings[key] === value),
  );
  const [group] = found;
  if (group === undefined || found.length > 1) {
    throw new RangeError(
      `${folder}: ${String(found.length)} groups are ${name} ${JSON.stringify(settings)}`,
    );
  }
  return group;
}

/** The values that a key takes in a study, in its order. */
export function valuesOf({ groups }: KeptStudy, key: string): readonly string[] {
  return [...new Set(groups.map(({ point }) => point.settings[key]))].filter(
    (value) => typeof value === 'string',
  );
}

/** What a key has in all points of a study. @throws RangeError where it has several values, or none */
export function sharedBy({ folder, groups }: KeptStudy, key: string): string {
  const [value, ...others] = new Set(groups.map(({ point }) => point.settings[key]));
  if (value === undefined || others.length > 0) {
    throw new RangeError(`${folder}: the points do not share one value of ${key}`);
  }
  return printSetting(value);
}

/** The names of the points of a study, in its order. */
export function namesOf({ groups }: KeptStudy): readonly string[] {
  return [...new Set(groups.map(({ point }) => point.name))].filter((name) => name !== null);
}
