/* `npm run validation`: writes docs/validation.md, where the model is right and where it is wrong. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sourcedFigures } from '../../hardware/provenance.js';
import { compareSramWitnesses } from '../../hardware/sram/sram-witnesses.js';
import { validateAll } from '../../experiment/validation/validate-all.js';
import { packageRoot } from '../../package-root.js';
import { renderValidation } from '../../report/validation/validation-page.js';

const file = 'docs/validation.md';
await writeFile(
  path.join(packageRoot, file),
  renderValidation(await validateAll(), compareSramWitnesses(), sourcedFigures()),
);
process.stdout.write(`${file}\n`);
