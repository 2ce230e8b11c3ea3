import { floorDiv } from '../../../numerics/integer.js';
import type { ChipServices } from '../chip-services.js';
import { Outlet, type OutletPlace } from './outlet.js';
import type { PacketTrain } from './packet-train.js';
import { Passages, type RouterPath, TimedLink } from './router-link.js';

/**
 * How cores are connected. `direct`: each has a way of its own to the next one and from the pins, as long as the image says.
 * `bus`: all share one. `mesh`: core c lies at (c mod columns, ⌊c/columns⌋), XY routing; the pins are one hop before core 0.
 */
export type RouterSpec =
  { readonly kind: 'direct' | 'bus' } | { readonly kind: 'mesh'; readonly columns: number };

/** A place on the mesh; the pins are at none. */
interface MeshNode {
  readonly column: number;
  readonly row: number;
}

const pinsNode: MeshNode = { column: -1, row: 0 };

function nodeName({ column, row }: MeshNode): string {
  return column < 0 ? 'pins' : `(${column}, ${row})`;
}

function stepTowards(from: number, to: number): number {
  return from + Math.sign(to - from);
}

/** The places from one core's to another's, both of them included: X first, then Y. */
function meshWay(from: MeshNode, to: MeshNode): readonly MeshNode[] {
  const way = [from];
  let { column, row } = from;
  while (column !== to.column) {
    column = stepTowards(column, to.column);
    way.push({ column, row });
  }
  while (row !== to.row) {
    row = stepTowards(row, to.row);
    way.push({ column, row });
  }
  return way;
}

/**
 * The router: links, and the ways of a placed network through them.
 *
 * Implements: docs/spec.md §7 (kinds of router), §8 (router link).
 */
export class Router {
  readonly #spec: RouterSpec;
  readonly #columns: number;
  readonly #queueDepth: number;
  readonly #services: ChipServices;
  readonly #passages = new Passages();
  readonly #links = new Map<string, TimedLink>();

  /** `queueDepth`: packets that may wait at a link. */
  constructor(spec: RouterSpec, queueDepth: number, services: ChipServices) {
    this.#spec = spec;
    this.#columns = spec.kind === 'mesh' ? spec.columns : 1;
    if (!Number.isInteger(this.#columns) || this.#columns < 1) {
      throw new RangeError(
        `router: a mesh of ${this.#columns} columns has no places for cores; use 1 or more`,
      );
    }
    this.#queueDepth = queueDepth;
    this.#services = services;
  }

  outlet(place: OutletPlace, whenSent: (train: PacketTrain) => void): Outlet {
    return new Outlet(place, this.#passages, this.#services, whenSent);
  }

  /** The path between two cores; `hops`: their distance as the image states it. */
  betweenCores(fromCore: number, toCore: number, hops: number): RouterPath {
    const [from, to] = [`core ${fromCore}`, `core ${toCore}`];
    if (this.#spec.kind !== 'mesh') return this.#oneLink(`${from} → ${to}`, hops);
    const way = meshWay(this.#nodeOf(fromCore), this.#nodeOf(toCore));
    this.#checkHops(from, to, hops, way);
    return this.#meshPath(way);
  }

  /** The path from the pins to a core; `hops`: its length as the image states it. */
  fromPins(toCore: number, hops: number): RouterPath {
    const to = `core ${toCore}`;
    if (this.#spec.kind !== 'mesh') return this.#oneLink(`pins → ${to}`, hops);
    const way = [pinsNode, ...meshWay({ column: 0, row: 0 }, this.#nodeOf(toCore))];
    this.#checkHops('the pins', to, hops, way);
    return this.#meshPath(way);
  }

  #nodeOf(core: number): MeshNode {
    return { column: core % this.#columns, row: floorDiv(core, this.#columns) };
  }

  #checkHops(from: string, to: string, hops: number, way: readonly MeshNode[]): void {
    if (way.length - 1 === hops) return;
    throw new RangeError(
      `router: ${from} and ${to} are ${hops} hops apart in the image, but from ${way.map(nodeName).join(' to ')} there are ${way.length - 1} on a mesh of ${this.#columns} columns; place the network for the router it runs on`,
    );
  }

  #oneLink(name: string, hops: number): RouterPath {
    if (hops === 0) return { links: [], hopsPerLink: 0 };
    const link = this.#link(this.#spec.kind === 'bus' ? 'bus' : name);
    return { links: [link], hopsPerLink: hops };
  }

  #meshPath(way: readonly MeshNode[]): RouterPath {
    const links: TimedLink[] = [];
    let previous: MeshNode | null = null;
    for (const node of way) {
      if (previous !== null) links.push(this.#link(`${nodeName(previous)} → ${nodeName(node)}`));
      previous = node;
    }
    return { links, hopsPerLink: 1 };
  }

  /** The link of this name; ways that pass the same place share it. */
  #link(name: string): TimedLink {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const path = `router: link ${name}`;
    const link = new TimedLink(path, this.#queueDepth, this.#passages, this.#services);
    this.#links.set(name, link);
    return link;
  }
}
