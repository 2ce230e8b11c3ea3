import { fileURLToPath } from 'node:url';

/** Folder that holds `package.json`, `hardware-models/` and the packaged digits (compiled files live in `dist/src`). */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
