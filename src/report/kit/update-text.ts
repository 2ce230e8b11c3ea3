import type { UpdateRecord } from '../../experiment/record/update-schema.js';
import type { UpdateSchedule } from '../../time/update-schedule.js';

/** When weights change, as a sentence whose subject is the chip. */
const scheduleSentences: Readonly<Record<UpdateSchedule, string>> = {
  serial: 'It stops after every sample to learn from it (schedule serial).',
  beside: 'It changes weights while the next sample goes forward (schedule beside).',
  fused:
    'It changes a row of weights when the forward pass of the next sample visits it (schedule fused).',
};

/** `fused, interleaved banks`. */
export function updateText({ schedule, writeBanks }: UpdateRecord): string {
  return `${schedule}, ${writeBanks} banks`;
}

/** The schedule among what was run on what; nothing in an older record. */
export function updateFacts(
  update: UpdateRecord | null,
): readonly { readonly label: string; readonly value: string }[] {
  return update === null ? [] : [{ label: 'Update schedule', value: updateText(update) }];
}

/** The schedule as a sentence after what learning costs; empty in an older record. */
export function scheduleSentenceOf(update: UpdateRecord | null): string {
  return update === null ? '' : scheduleSentences[update.schedule];
}
