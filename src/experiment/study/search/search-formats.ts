import type { RuleName } from '../../../network/rule-facts.js';
import { InputError } from '../../../units/input-error.js';
import { prepareExperiment, type PreparedExperiment } from '../../file/prepare-experiment.js';
import { overrideTexts, settingsOfOverrides } from '../setting-texts.js';
import { experimentsOf, planStudy, type StudyPlan } from '../plan-study.js';
import type { Study } from '../run-study.js';
import { groupsOf, type MetricSummary, type PointGroup, summariseMetric } from '../summarise.js';
import type { Settings, Sweep } from '../sweep-schema.js';
import {
  type Accepted,
  descend,
  type Evaluate,
  type Found,
  rateShifts,
  type Tried,
} from './descend.js';
import { type Candidate, ownCandidate, rateOf, settingsOfCandidate } from './search-space.js';

/** What is searched. */
export interface SearchRequest {
  readonly file: string;
  /** `path=value`, as `--set` takes them. */
  readonly overrides: readonly string[];
  readonly dataFolder: string;
  /** Name of the study; left out: that of the experiment, with `-search`. */
  readonly name?: string;
  /** Points of test error more than float. */
  readonly loseAtMost: number;
  /** Searched one after the other; empty: the rule of the experiment. */
  readonly rules: readonly RuleName[];
  /** Seeds of every candidate. */
  readonly seeds: number;
  /** Seeds, none of those, with which the answer is run again beside its reference. */
  readonly confirmations: number;
  /** At most these many runs for each rule, confirmations among them. */
  readonly mostRuns: number;
  /** Training samples that are held back to choose by (`dataset.validationSamples`); 0 or left out: chosen by the test set. */
  readonly validationSamples?: number;
}

/** What a search found for a rule. */
export interface RuleAnswer extends Found {
  readonly rule: RuleName;
  /** The cheapest that other seeds confirm, else the last that was tried with them; null: none is within the limit. */
  readonly best: Accepted | null;
  /** Whether `best` lost at most the points that were allowed with seeds that chose nothing, on average. */
  readonly isConfirmed: boolean;
  /** Settings of the cheapest, beside those of the experiment; null: none is within the limit. */
  readonly settings: Settings | null;
  /** η of the cheapest. */
  readonly learningRate: number | string | null;
  /** Points lost by the cheapest with seeds that chose nothing; null: not run. */
  readonly confirmed: MetricSummary | null;
  /** Points that `best` loses on the test set with those seeds; null: the test set chose it, or nothing was confirmed. */
  readonly tested: MetricSummary | null;
  /** Its test errors likewise. */
  readonly testErrorPercent: MetricSummary | null;
  readonly runs: number;
}

/** A finished search, or as far as it came: `stoppedBy` of the study says why. */
export interface SearchResult {
  readonly study: Study;
  readonly answers: readonly RuleAnswer[];
  /** Training samples that it was chosen by; 0: the test set. */
  readonly validationSamples: number;
}

/** The study stopped before the search had what it asked for. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Seeds that chose nothing lie this far from those that did. */
const confirmingSeed = 1000;

/** Settings of a run that is judged by samples held back; of none by the test set. */
function judgedBy({ validationSamples = 0 }: SearchRequest): Settings {
  return validationSamples === 0 ? {} : { 'dataset.validationSamples': validationSamples };
}

/** Runs that are kept back: to confirm answers, and to judge one on the test set. */
function reservedRuns({ confirmations, validationSamples = 0 }: SearchRequest): number {
  return (reservedConfirmations + (validationSamples === 0 ? 0 : 1)) * confirmations;
}

/** Candidates that can be confirmed when the search has used up its runs. */
const reservedConfirmations = 3;

/** The points of a search, run as they are asked for, in one study. */
class SearchStudy {
  readonly #request: SearchRequest;
  readonly #run: (plan: StudyPlan) => Promise<Study>;
  readonly #common: Settings;
  readonly #name: string;
  #plan: StudyPlan | null = null;
  study: Study | null = null;

  constructor(
    request: SearchRequest,
    name: string,
    common: Settings,
    run: (plan: StudyPlan) => Promise<Study>,
  ) {
    this.#request = request;
    this.#run = run;
    this.#common = common;
    this.#name = name;
  }

  get runs(): number {
    return this.#plan === null ? 0 : experimentsOf(this.#plan).length;
  }

  /** Runs points, each with these seeds. @throws Stopped */
  async add(points: Readonly<Record<string, Settings>>, seeds: Sweep['seeds']): Promise<Study> {
    const { file, dataFolder } = this.#request;
    const sweep: Sweep = {
      name: this.#name,
      base: file,
      points,
      seeds,
      metrics: ['chipTestErrorPercent', 'trainingNj'],
    };
    const placeOf = ([, point]: readonly PropertyKey[]) => `search, point "${String(point)}"`;
    const read = { sweep, file, common: this.#common, placeOf };
    const added = await planStudy(read, dataFolder);
    const before = this.#plan;
    this.#plan =
      before === null
        ? added
        : {
            ...before,
            sweep: { ...before.sweep, points: { ...before.sweep.points, ...points } },
            points: [...before.points, ...added.points],
          };
    const study = await this.#run(this.#plan);
    this.study = study;
    if (study.stoppedBy !== 'nothing') throw new Stopped();
    return study;
  }
}

/** A rule that is searched, and the runs that are left for it. */
interface RuleSearch {
  readonly rule: RuleName;
  readonly runsLeft: () => number;
  readonly request: SearchRequest;
}

/** Candidates as points of the study; null once the runs are used up. */
function evaluator(
  search: SearchStudy,
  prepared: PreparedExperiment,
  { rule, runsLeft, request }: RuleSearch,
): Evaluate {
  return async (trials, { withReference }) => {
    const { seeds } = request;
    if (trials.length === 0) return [];
    if (trials.length * seeds > runsLeft() - reservedRuns(request)) return null;
    const points = Object.fromEntries(
      trials.map(({ name, candidate }) => [
        `${rule} ${name}`,
        {
          'training.rule': rule,
          ...judgedBy(request),
          ...settingsOfCandidate(candidate, prepared),
          'reference.enabled': withReference,
        },
      ]),
    );
    const { plan, records } = await search.add(points, seeds);
    const groups = new Map(groupsOf(plan, records).map((group) => [group.point.name, group]));
    return trials.map(({ name, candidate }): Tried => {
      const group = groups.get(`${rule} ${name}`);
      const mean = (metric: Parameters<typeof summariseMetric>[1]) =>
        group === undefined ? null : (summariseMetric(group, metric)?.mean ?? null);
      return {
        candidate,
        errorPercent: mean('chipTestErrorPercent'),
        trainingNj: mean('trainingNj'),
        referencePercent: mean('referenceTestErrorPercent'),
      };
    });
  };
}

/** What accepted formats are run again as, beside the best float, with seeds that chose neither. */
interface OtherSeeds {
  readonly name: string;
  readonly rule: RuleName;
  readonly count: number;
  /** What they are judged by. */
  readonly judged: Settings;
}

/** The group of accepted formats with seeds that chose neither them nor float. */
async function withOtherSeeds(
  search: SearchStudy,
  prepared: PreparedExperiment,
  { best, float }: { readonly best: Candidate; readonly float: Candidate },
  { name, rule, count, judged }: OtherSeeds,
): Promise<PointGroup | undefined> {
  const settings: Settings = {
    'training.rule': rule,
    ...judged,
    ...settingsOfCandidate(best, prepared),
    'reference.enabled': true,
    'reference.training.learningRate': rateOf(float, prepared),
  };
  const first = prepared.experiment.training.seed + confirmingSeed;
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const { plan, records } = await search.add({ [name]: settings }, seeds);
  return groupsOf(plan, records).find(({ point }) => point.name === name);
}

type Confirmed = Pick<
  RuleAnswer,
  'best' | 'confirmed' | 'isConfirmed' | 'tested' | 'testErrorPercent'
>;

/** From the cheapest backwards, the first of what was accepted that other seeds confirm, as far as the runs go. */
async function confirmed(
  search: SearchStudy,
  prepared: PreparedExperiment,
  { accepted, floatCandidate: float }: Found,
  { rule, runsLeft, request }: RuleSearch,
): Promise<Confirmed> {
  const { confirmations: count, loseAtMost } = request;
  const judged = judgedBy(request);
  const untested = { tested: null, testErrorPercent: null };
  let last: Confirmed = {
    ...untested,
    best: accepted.at(-1) ?? null,
    confirmed: null,
    isConfirmed: false,
  };
  for (const [index, best] of [...accepted.entries()].reverse()) {
    if (float === null || runsLeft() < count) break;
    const name = `${rule} accepted ${index}, other seeds`;
    const candidates = { best: best.candidate, float };
    const group = await withOtherSeeds(search, prepared, candidates, { name, rule, count, judged });
    const loss = group === undefined ? null : summariseMetric(group, 'lossPoints');
    const isConfirmed = loss !== null && loss.mean <= loseAtMost;
    last = { ...untested, best, confirmed: loss, isConfirmed };
    if (last.isConfirmed) break;
  }
  const { best } = last;
  const isSeen = (request.validationSamples ?? 0) === 0;
  if (isSeen || best === null || float === null || runsLeft() < count) return last;
  // The one look at the test set: of the answer, whatever it says.
  const name = `${rule} answer, test set`;
  const candidates = { best: best.candidate, float };
  const judgedOnce = { name, rule, count, judged: {} };
  const group = await withOtherSeeds(search, prepared, candidates, judgedOnce);
  if (group === undefined) return last;
  const testErrorPercent = summariseMetric(group, 'chipTestErrorPercent');
  return { ...last, tested: summariseMetric(group, 'lossPoints'), testErrorPercent };
}

/**
 * Searches the cheapest formats within `loseAtMost` points of float, for each rule with its own η. Deterministic:
 * what is tried next depends on the records alone, so that a search that was stopped goes on where it was.
 * @param run runs what is missing of a plan that grows from call to call, in one store
 * @throws InputError for an experiment that cannot be run.
 */
export async function searchFormats(
  request: SearchRequest,
  run: (plan: StudyPlan) => Promise<Study>,
): Promise<SearchResult> {
  const { seeds, confirmations, mostRuns } = request;
  const fewest = rateShifts.length * seeds + reservedRuns(request);
  if (mostRuns < fewest) {
    throw new InputError(
      `search: ${mostRuns} runs are too few; with ${seeds} seeds a candidate and ${confirmations} to confirm an answer it takes at least ${fewest}`,
    );
  }
  const common = settingsOfOverrides(request.overrides);
  const prepare = (settings: Settings) =>
    prepareExperiment(request.file, overrideTexts({ ...common, ...settings }), request.dataFolder);
  const { experiment } = await prepare({});
  const rules = request.rules.length === 0 ? [experiment.training.rule] : request.rules;
  const search = new SearchStudy(request, request.name ?? `${experiment.name}-search`, common, run);
  const answers: RuleAnswer[] = [];
  try {
    for (const rule of rules) {
      const prepared = await prepare({ 'training.rule': rule });
      const before = search.runs;
      const runsLeft = () => mostRuns - (search.runs - before);
      const own: RuleSearch = { rule, runsLeft, request };
      const evaluate = evaluator(search, prepared, own);
      const found = await descend(ownCandidate(prepared), request.loseAtMost, evaluate);
      const answer = await confirmed(search, prepared, found, own);
      const { best } = answer;
      answers.push({
        ...found,
        ...answer,
        rule,
        settings: best && settingsOfCandidate(best.candidate, prepared),
        learningRate: best && rateOf(best.candidate, prepared),
        runs: search.runs - before,
      });
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  if (search.study === null) throw new Error('search: no point was run');
  return { study: search.study, answers, validationSamples: request.validationSamples ?? 0 };
}
