import { all, type Element, textOf } from './read-page.js';

/* Values read back from a picture: the numbers at its axes say where a value lies. */

/** A value's place, pixels. */
interface Point {
  readonly x: number;
  readonly y: number;
}

function placeOf({ attributes }: Element): Point {
  const { transform = '', x, y } = attributes;
  const [, left = NaN, top = NaN] =
    /translate\(([-\d.]+)[ ,]([-\d.]+)\)/.exec(transform)?.map(Number) ?? [];
  if (!Number.isNaN(left)) return { x: left, y: top };
  return { x: Number(x), y: Number(y) };
}

/** A number as it is printed. */
function numberIn(text: string): number {
  return Number(text.replaceAll(',', '').replace('−', '-'));
}

/** Maps pixels to values by the first and the last number of an axis. */
function scaleOf(ticks: readonly (readonly [pixel: number, value: number])[]) {
  const [from, to] = [ticks[0], ticks.at(-1)];
  if (from === undefined || to === undefined || from === to) throw new RangeError('no axis');
  const perPixel = (to[1] - from[1]) / (to[0] - from[0]);
  const valueAt = (pixel: number): number => from[1] + (pixel - from[0]) * perPixel;
  if (ticks.some(([pixel, value]) => Math.abs(valueAt(pixel) - value) > Math.abs(perPixel))) {
    throw new RangeError('numbers of an axis are not evenly spaced');
  }
  return {
    valueAt,
    /** What a pixel is worth. */
    perPixel: Math.abs(perPixel),
  };
}

const figure = /^−?[\d,]+(\.\d+)?$/;

function ticksOf(picture: Element, anchor: string): readonly (readonly [Point, number])[] {
  return all(picture, 'text')
    .filter(({ attributes }) => attributes['text-anchor'] === anchor)
    .filter(({ attributes }) => attributes['transform']?.startsWith('translate') === true)
    .filter((text) => figure.test(textOf(text)))
    .map((text) => [placeOf(text), numberIn(textOf(text))] as const);
}

/** The values along the left side. */
export function upright(picture: Element) {
  return scaleOf(ticksOf(picture, 'end').map(([{ y }, value]) => [y, value]));
}

/** The values along the bottom. */
export function lying(picture: Element) {
  return scaleOf(ticksOf(picture, 'middle').map(([{ x }, value]) => [x, value]));
}

/** Marks of the curves of one colour, curve after curve. */
export function marksOf(picture: Element, color: string): readonly Point[] {
  return all(picture, 'path')
    .filter(({ attributes }) => attributes['fill'] === color)
    .flatMap(({ attributes }) => {
      const numbers = attributes['transform']?.match(/-?[\d.]+/g)?.map(Number) ?? [];
      const [x, y] = numbers.slice(-2);
      return x === undefined || y === undefined ? [] : [{ x, y }];
    });
}

/** Widths of the bars of one colour, from the top of the picture down. */
export function barsOf(picture: Element, color: string): readonly number[] {
  return all(picture, 'path')
    .filter(({ attributes }) => attributes['fill'] === color)
    .flatMap(({ attributes }) => {
      const [, width] = /^M[-\d.]+ [-\d.]+l([-\d.]+) 0l0/.exec(attributes['d'] ?? '') ?? [];
      return width === undefined ? [] : [Number(width)];
    });
}

/** What is written in a picture and is no number of an axis. */
export function labelsOf(picture: Element): readonly string[] {
  const ticks = new Set(
    ['end', 'middle'].flatMap((anchor) =>
      ticksOf(picture, anchor).map(([{ x, y }]) => `${x} ${y}`),
    ),
  );
  return all(picture, 'text')
    .filter((text) => !ticks.has(`${placeOf(text).x} ${placeOf(text).y}`))
    .map(textOf);
}
