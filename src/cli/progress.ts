import { MultiBar, Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../experiment/run/sides/run-settings.js';
import type { StudyProgress } from '../experiment/study/run-study.js';
import { printable } from '../units/printable.js';
import { printProblem } from './output.js';

/** Shows how far the chip and the reference are, on stderr. */
interface ProgressDisplay {
  readonly show: (progress: Progress) => void;
  /** A warning, above the bars. */
  readonly warn: (sentence: string) => void;
  readonly stop: () => void;
}

function warningLine(sentence: string): string {
  return `Warning: ${printable(sentence)}`;
}

/** Bars with samples per second and the time left; `isShown: false` (no terminal, --quiet) shows nothing. */
export function makeProgress(isShown: boolean): ProgressDisplay {
  if (!isShown) {
    return {
      show: () => undefined,
      warn: (sentence) => {
        printProblem(warningLine(sentence));
      },
      stop: () => undefined,
    };
  }
  const bars = new MultiBar(
    {
      format:
        '{who} {bar} {percentage}% | {value}/{total} samples | {speed} samples/s | {eta_formatted} left',
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  const barOf = new Map<string, SingleBar>();
  return {
    show: ({ who, samplesDone, samplesTotal, samplesPerSecond }) => {
      const label = who.padEnd(9);
      const payload = { who: label, speed: samplesPerSecond.toFixed(0) };
      const bar = barOf.get(who);
      if (bar === undefined) barOf.set(who, bars.create(samplesTotal, samplesDone, payload));
      else bar.update(samplesDone, payload);
    },
    warn: (sentence) => {
      bars.log(`${warningLine(sentence)}\n`);
    },
    stop: () => {
      bars.stop();
    },
  };
}

/** A time in minutes and seconds, hours before them where there are any. */
function clock(seconds: number | null): string {
  if (seconds === null) return '?';
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return [...(whole < 3600 ? [] : [String(Math.floor(whole / 3600))]), ...parts].join(':');
}

/** Shows how far a study is, on stderr; `isShown: false` shows nothing. */
export function makeStudyProgress(isShown: boolean): {
  readonly show: (progress: StudyProgress) => void;
  readonly stop: () => void;
} {
  if (!isShown) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total} runs | {inFlight} in flight | {failed} failed | {left} left',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show: ({ done, failed, inFlight, total, secondsLeft }) => {
      const payload = { failed, inFlight, left: clock(secondsLeft) };
      if (isStarted) bar.update(done + failed, payload);
      else bar.start(total, done + failed, payload);
      isStarted = true;
    },
    stop: () => {
      if (isStarted) bar.stop();
    },
  };
}
