/*
 * Limits of what is read: larger input is refused with a sentence before it costs time or memory (docs/limits.md).
 * No file that ships, and none that a run writes, comes near one of them.
 */

const kibi = 1024;
const mebi = kibi * kibi;

/** Largest files that are read, in bytes, by what they hold. */
export const largestFileBytes = {
  /** Descriptions of chips, technologies and experiments, and their tables. */
  description: 256 * kibi,
  /** Assembler programs, the description of a golden case. */
  text: 4 * mebi,
  /** A result.json. */
  record: 64 * mebi,
  /** Samples and golden arrays. */
  data: kibi * mebi,
} as const;

/** Most bytes that a packed file may unpack to: this many, and that many for each stored byte. */
export const unpackedBytes = { always: 64 * mebi, perStoredByte: 100 } as const;

/** Most characters of one scalar of a YAML file, or of a value of `--set`. */
export const longestScalar = 2000;

/** Most problems of one file that are printed. */
export const mostProblems = 20;

/** Most characters of a text of the user's that a message quotes. */
export const longestQuotation = 60;

/** Most characters of one quantity with its unit. */
export const longestQuantity = 100;

/** Most cores of a chip, described or assumed by an estimate. */
export const mostCores = 1_000_000;

/** Cores of a chip that a record lists one by one though the network does not use them; those after them are one entry. */
export const listedCores = 64;

/** Most points of a sweep. */
export const mostPoints = 100_000;

/** Most layers of a network that are looked at one by one; an estimate takes equal ones that follow each other as one. */
export const mostLayers = 4096;
