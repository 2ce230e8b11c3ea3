/*
 * `npm run setup:tensorflow`: tfjs-node, the fast backend of the float reference, on a machine that reaches mirrors of
 * npm and of the Python index only. What npm's own install of it would download from elsewhere comes out of a Python
 * wheel, and its binding is built from source (docs/tensorflow.md). With --again it does so even if the backend works.
 */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { nativeFolder } from '../reference/backend/native-package.js';
import { exitCodes } from './exit.js';
import { printLine } from './output.js';
import {
  buildBinding,
  checkMachine,
  fetchWheel,
  installPackages,
  probe,
  SetupFailed,
} from './tensorflow-install.js';

interface Step {
  readonly title: string;
  readonly run: (folder: string) => string;
}

const steps: readonly Step[] = [
  { title: 'packages of npm, without their install scripts', run: installPackages },
  { title: "TensorFlow's C library, a Python wheel of 232 MB", run: fetchWheel },
  { title: 'building the binding', run: buildBinding },
  { title: 'multiplying two matrices', run: probe },
];

/** What the backend that is here already does, or null. */
function probePresent(): string | null {
  try {
    return probe();
  } catch (reason) {
    if (reason instanceof SetupFailed) return null;
    throw reason;
  }
}

function makeFolder(prefix: string): string {
  try {
    return mkdtempSync(prefix);
  } catch (reason) {
    throw new SetupFailed(`no folder can be made for it: ${String(reason)}`);
  }
}

/** Works beside `target` and moves the result there only when it has multiplied. */
function setUp(target: string): void {
  const folder = makeFolder(`${target}-`);
  try {
    for (const [index, { title, run }] of steps.entries()) {
      process.stdout.write(`${index + 1}/${steps.length} ${title} … `);
      const startedAt = performance.now();
      const outcome = run(folder);
      printLine(`${outcome} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main(words: readonly string[]): number {
  try {
    const present = words.includes('--again') ? null : probePresent();
    if (present !== null) {
      printLine(`The backend tensorflow works already: ${present}. --again builds it once more.`);
      return exitCodes.done;
    }
    checkMachine();
    const target = nativeFolder();
    setUp(target);
    printLine(`The backend tensorflow is in ${target}.`);
    return exitCodes.done;
  } catch (reason) {
    if (!(reason instanceof SetupFailed)) throw reason;
    process.stderr.write(`\nsetup:tensorflow: ${reason.message}\n`);
    return exitCodes.checkFailed;
  }
}

// Ctrl-C ends the program that runs at the moment, with that the set-up, which then removes what it has made so far.
process.once('SIGINT', () => undefined);
process.exitCode = main(process.argv.slice(2));
