import { z } from 'zod';
import { chipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import type { ChipCores } from '../../hardware/chip-model.js';
import { resultSchema } from '../record/result-record.js';

/* The area of a chip with one entry per component: as short for thousands of cores as for one. */

const { parts, ...band } = resultSchema.shape.area.shape;
const component = parts.element.omit({ core: true, cores: true }).extend({
  cores: z
    .int()
    .min(1)
    .nullable()
    .describe('Cores that have it: bits and areas are those of one. Null: all cores share it.'),
});

export const areaSchema = z.strictObject({
  ...band,
  learningOverheadPercent: z
    .number()
    .nullable()
    .describe(
      'What exists only because the chip learns, by all the rest: whichever the rule. Null: the area of a part is unknown.',
    ),
  components: z.array(component),
});

export type AreaRecord = z.infer<typeof areaSchema>;
type Components = AreaRecord['components'];

/** Parts of a chip's area, those that are the same on several cores together; in the order of their first cores. */
export function groupAreaParts(parts: z.infer<typeof resultSchema>['area']['parts']): Components {
  const groups = new Map<string, Components[number]>();
  for (const { core, cores = 1, ...part } of parts) {
    const key = JSON.stringify([core === null, part]);
    const counted = groups.get(key)?.cores ?? 0;
    groups.set(key, { ...part, cores: core === null ? null : counted + cores });
  }
  return [...groups.values()];
}

/** Area of the chip of an estimate, with as many cores as that assumes. */
export function areaOfChip(chip: ChipCores): AreaRecord {
  const { parts, ...total } = chipArea(chip);
  return {
    ...total,
    learningOverheadPercent: learningAreaPercent({ parts }),
    components: groupAreaParts(
      parts.map(({ isTrainingOnly, ...part }) => ({ ...part, trainingOnly: isTrainingOnly })),
    ),
  };
}
