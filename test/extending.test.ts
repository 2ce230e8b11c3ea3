import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { packageRoot } from '../src/package-root.js';

/*
 * A toy rule, DRTP under another name, added by the recipe of docs/extending.md to sources in memory: with all steps the
 * program compiles, without any one it does not, and the error is in the file that the step names.
 */

interface Edit {
  readonly file: string;
  /** Text before which `insert` stands; null: the file is new. */
  readonly before: string | null;
  readonly insert: string;
}

interface Step {
  readonly name: string;
  /** Where the compiler complains without the step. */
  readonly missedIn: string;
  readonly edits: readonly Edit[];
}

const steps: readonly Step[] = [
  {
    name: 'an entry in the table of facts',
    missedIn: 'src/network/rule-facts.ts',
    edits: [
      {
        file: 'src/network/rule-facts.ts',
        before: '} as const satisfies',
        insert:
          "  toy: { label: 'toy', teachesHidden: true, feedback: 'classes', waitsFor: 'nothing', isLabelSelected: true, feedsBackSigns: false, keepsDelayedErrors: false, program: null, registerCode: 8 },\n",
      },
    ],
  },
  {
    name: 'its equation in the float reference',
    missedIn: 'src/reference/rules/rules.ts',
    edits: [
      {
        file: 'src/reference/rules/toy.ts',
        before: null,
        insert:
          "import { type LabelRule, needed } from './learning-rule.js';\nexport const toy: LabelRule = { feedbackSign: -1, waitsFor: 'nothing', deltaH: (tf, { feedback, labels }) => tf.gather(needed(feedback), labels) };\n",
      },
      { file: 'src/reference/rules/rules.ts', before: '  shallow,\n};', insert: '  toy,\n' },
      {
        file: 'src/reference/rules/rules.ts',
        before: "import { shallow } from './shallow.js';",
        insert: "import { toy } from './toy.js';\n",
      },
    ],
  },
  {
    name: 'its equation in the oracle',
    missedIn: 'src/chip/oracle/rules/registry.ts',
    edits: [
      {
        file: 'src/chip/oracle/rules/registry.ts',
        before: '  shallow: () => shallow,',
        insert: '  toy: makeDrtp,\n',
      },
    ],
  },
  {
    name: 'the range of its δh',
    missedIn: 'src/chip/checks/datapath-width.ts',
    edits: [
      {
        file: 'src/chip/checks/datapath-width.ts',
        before: "    case 'drtp':\n      return feedback;",
        insert: "    case 'toy':\n",
      },
    ],
  },
  {
    name: 'its closed forms',
    missedIn: 'src/chip/counts/feedback.ts',
    edits: [
      {
        file: 'src/chip/counts/feedback.ts',
        before: "    case 'drtp':\n      return {",
        insert: "    case 'toy':\n",
      },
    ],
  },
  {
    name: 'its source in the fast engine',
    missedIn: 'src/chip/fast/layout/signal-source.ts',
    edits: [
      {
        file: 'src/chip/fast/layout/signal-source.ts',
        before: "    case 'drtp':",
        insert: "    case 'toy':\n",
      },
    ],
  },
  {
    name: 'its range in the tests',
    missedIn: 'test/chip/checks/datapath-fit.ts',
    edits: [
      {
        file: 'test/chip/checks/datapath-fit.ts',
        before: "    case 'drtp':\n      return feedback;",
        insert: "    case 'toy':\n",
      },
    ],
  },
  {
    name: 'its equation in double precision',
    missedIn: 'test/reference/naive-trainer.ts',
    edits: [
      {
        file: 'test/reference/naive-trainer.ts',
        before: "    case 'drtp':",
        insert: "    case 'toy':\n",
      },
    ],
  },
  {
    name: 'the program that trains it',
    missedIn: 'test/firmware-sim/driver/driven-chip.ts',
    edits: [
      {
        file: 'test/firmware-sim/driver/driven-chip.ts',
        before: "  drtp: 'train-drtp',",
        insert: "  toy: 'train-drtp',\n",
      },
    ],
  },
];

/** The name itself: what a developer writes first. */
const naming: Edit = {
  file: 'src/network/rule-facts.ts',
  before: "'shallow'] as const;",
  insert: "'toy', ",
};

/** Contents of the changed files by absolute path. @throws Error where the recipe no longer fits the sources. */
function changedFiles(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  for (const { file, before, insert } of edits) {
    const absolute = join(packageRoot, file);
    if (before === null) {
      changed.set(absolute, insert);
      continue;
    }
    const text = changed.get(absolute) ?? readFileSync(absolute, 'utf8');
    const place = text.indexOf(before);
    if (place < 0) throw new Error(`${file}: "${before}" is not there; the recipe has aged`);
    changed.set(absolute, text.slice(0, place) + insert + text.slice(place));
  }
  return changed;
}

function readConfig(): ts.ParsedCommandLine {
  const file = join(packageRoot, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as {
    readonly config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, packageRoot);
}

const { fileNames, options } = readConfig();
/** Sources that no step changes are parsed once, and what they import is looked up once. */
const parsed = new Map<string, ts.SourceFile | undefined>();
let previous: ts.Program | undefined;

/** Every source, with `edits` made in memory. */
function compile(edits: readonly Edit[]): ts.Program {
  const changed = changedFiles([naming, ...edits]);
  const plain = { ...options, noEmit: true, incremental: false };
  delete plain.tsBuildInfoFile;
  const host = ts.createCompilerHost(plain);
  const readFromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language, ...others) => {
    const text = changed.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, language);
    if (!parsed.has(name)) parsed.set(name, readFromDisk(name, language, ...others));
    return parsed.get(name);
  };
  const isThere = host.fileExists.bind(host);
  host.fileExists = (name) => changed.has(name) || isThere(name);
  const rootNames = [...new Set([...fileNames, ...changed.keys()])];
  previous = ts.createProgram({
    rootNames,
    options: plain,
    host,
    ...(previous === undefined ? {} : { oldProgram: previous }),
  });
  return previous;
}

function complaints(program: ts.Program, file?: string): readonly string[] {
  const source = file === undefined ? undefined : program.getSourceFile(file);
  return program.getSemanticDiagnostics(source).map(({ file: where, messageText }) => {
    const sentence = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${where?.fileName ?? ''}: ${sentence}`;
  });
}

test('a rule added by every step of the recipe compiles (docs/extending.md)', (t) => {
  t.timeout(120_000);
  const edits = steps.flatMap((step) => step.edits);
  const files = new Set(edits.map(({ file }) => file));
  t.deepEqual(complaints(compile(edits)), []);
  // Beside them the specification, and a file of its own in the oracle where the equation is new.
  t.true(files.size + 2 <= 12, [...files].join(', '));
});

for (const { name, missedIn } of steps) {
  test(`without ${name} a new rule does not compile, and the error is in ${missedIn}`, (t) => {
    t.timeout(120_000);
    const others = steps.filter((step) => step.name !== name).flatMap(({ edits }) => edits);
    const place = join(packageRoot, missedIn);
    t.not(complaints(compile(others), place).length, 0);
  });
}

test('the recipe names every file that a new rule changes', (t) => {
  const recipe = readFileSync(join(packageRoot, 'docs', 'extending.md'), 'utf8');
  for (const { missedIn } of steps) t.true(recipe.includes(missedIn), missedIn);
});
