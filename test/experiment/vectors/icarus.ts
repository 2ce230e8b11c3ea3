import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { packageRoot } from '../../../src/package-root.js';
import { notChecked } from '../../support/not-checked.js';

const rtlFolder = path.join(packageRoot, 'examples/rtl');
export const engineFile = path.join(rtlFolder, 'learning_engine.v');

/** What a command printed and how it ended. */
interface Simulation {
  readonly code: number;
  readonly output: string;
}

function run(program: string, words: readonly string[]): Promise<Simulation> {
  return new Promise((resolve) => {
    const child = execFile(program, words, { timeout: 60_000 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
    });
  });
}

/** Whether Icarus Verilog is on this machine; where it is not, the test says so and simulates nothing. */
export function hasIcarus(t: ExecutionContext): boolean {
  const isThere = spawnSync('iverilog', ['-V']).status === 0;
  if (!isThere) notChecked(t, 'iverilog is not installed (Debian: apt-get install iverilog)');
  return isThere;
}

/** Simulates a learning engine against the vectors of one layer; exit code 0 means that every word is equal. */
export async function simulateLayer(
  vectors: string,
  layer: number,
  engine = engineFile,
): Promise<Simulation> {
  const layerFolder = path.join(vectors, `layer${layer}`);
  const compiled = path.join(layerFolder, `${path.basename(engine)}.vvp`);
  const sources = [path.join(layerFolder, 'layer_parameters.v'), engine];
  const bench = path.join(rtlFolder, 'tb_learning_engine.v');
  const compilation = await run('iverilog', ['-g2012', '-o', compiled, ...sources, bench]);
  if (compilation.code !== 0) return compilation;
  return run('vvp', [compiled, `+vectors=${layerFolder}`]);
}
