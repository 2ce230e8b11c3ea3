/** Names of the records in an output folder: the one that is there says what the folder is of. */
export const recordFiles = { run: 'result.json', estimate: 'estimate.json' } as const;
