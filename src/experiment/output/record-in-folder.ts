import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { codeOf } from '../../units/input-error.js';

/**
 * What a record (JSON) that lies in an output folder already says of itself, as far as `schema` asks; null: there is none;
 * `unknown`: it cannot be told, for it cannot be read or is of something else.
 */
export async function recordIn<Kept>(
  file: string,
  schema: z.ZodType<Kept>,
): Promise<Kept | 'unknown' | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Where the folder is a file there is no record either; whoever writes there says what is wrong.
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : 'unknown';
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return 'unknown';
  }
}
