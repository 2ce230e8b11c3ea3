import { tensorNames } from '../../chip/image/chip-image.js';
import { factsOf } from '../../network/rule-facts.js';
import { printFormat } from '../../numerics/format.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { defpOf, defpOptions, learningRateValue, type Training } from '../file/training-schema.js';
import type { ResolvedRecord } from './resolved-schema.js';

/** `DRTP`, `DEFP (loss)`, `DEFP (error, init measure)`: a rule with the options that make it another. */
function ruleLabel(training: Pick<Training, 'rule' | 'defp'>): string {
  const { label } = factsOf(training.rule);
  const defp = defpOf(training);
  return defp === null ? label : label + defpOptions(defp);
}

function ruleRecord(training: Training): ResolvedRecord['rule'] {
  const { feedback: shape } = factsOf(training.rule);
  const defp = defpOf(training);
  const { feedback: distribution, feedbackPolicy, feedbackSource: source } = training;
  return {
    name: training.rule,
    label: ruleLabel(training),
    variant: defp?.variant ?? null,
    init: defp?.init ?? null,
    feedback:
      shape === 'none' ? null : { shape, distribution, policy: feedbackPolicy.name, source },
  };
}

/** What an experiment leaves to chip and rule, filled in. */
export function resolvedOf({ experiment, placement, chip }: PreparedExperiment): ResolvedRecord {
  const { training, precision, events } = experiment;
  const { formats, rounding, overflow } = placement.image.numerics;
  return {
    rule: ruleRecord(training),
    learningRate: learningRateValue(training.learningRate),
    events: {
      isDense: events.dense ?? chip.events.isDense,
      threshold: events.threshold ?? chip.events.threshold,
    },
    formats: tensorNames.map((tensor) => ({
      tensor,
      format: printFormat(formats[tensor]),
      rounding: rounding[tensor],
      overflow: overflow[tensor],
      isOverridden: precision[tensor] !== undefined,
    })),
  };
}
