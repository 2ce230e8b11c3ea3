import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { packageRoot } from '../../src/package-root.js';

const models = path.join(packageRoot, 'hardware-models');
const tableName = 'cacti-7-sram.csv';

/** The text of a shipped chip file. */
export function shippedChipText(name: string): string {
  return readFileSync(path.join(models, 'chips', `${name}.yaml`), 'utf8');
}

/** The text of a shipped technology file. */
export function shippedTechnologyText(name: string): string {
  return readFileSync(path.join(models, 'technologies', `${name}.yaml`), 'utf8');
}

/** `text` with `from` replaced; a test whose edit does not apply fails. */
export function edit(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in the file to edit`);
  return text.replace(from, to);
}

/** A folder with these files and the SRAM table, removed when the test ends. */
export function makeFolder(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'models-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  cpSync(path.join(models, 'technologies', tableName), path.join(folder, tableName));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}
