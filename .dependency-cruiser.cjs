/** Import directions of docs/architecture.md: a room imports only from lower layers. */
const layers = [
  ['numerics', 'units', 'network', 'package-root', 'tool-version'],
  ['ledger', 'time', 'datasets', 'reference'],
  ['hardware', 'chip'],
  ['firmware-sim'],
  ['mapping'],
  ['experiment'],
  ['report'],
  ['cli', 'index'],
];
const place = (room) => (room === 'firmware-sim' ? '^firmware-sim/' : `^src/${room}(/|\\.ts$)`);
/** Rooms of src/chip that implement it each by itself: what agrees in all of them was not copied from one of them. */
const witnesses = ['counts', 'oracle', 'fast', 'timed'];
const above = (level) =>
  layers
    .slice(level + 1)
    .flat()
    .map(place)
    .join('|');

/** Which folder of a room imports from which: [folder, folders beside it that it may import from]. */
const experimentRooms = [
  ['file', []],
  ['record', ['file']],
  ['output', ['file']],
  ['reference', ['file', 'output']],
  ['replay', ['file', 'record', 'reference']],
  ['probe', ['file', 'record', 'reference', 'replay']],
  ['run', ['file', 'record', 'output', 'reference', 'replay', 'probe']],
  ['estimate', ['file', 'record']],
  ['validation', ['file', 'record', 'estimate']],
  ['vectors', ['file', 'output']],
  ['study', ['file', 'record', 'output', 'reference', 'run']],
];
const reportRooms = [
  ['kit', []],
  ['files', ['kit']],
  ['run', ['kit']],
  ['estimate', ['kit', 'files']],
  ['validation', ['kit']],
  ['study', ['kit']],
  ['compare', ['kit', 'run', 'estimate', 'study']],
  ['output', ['kit', 'files', 'run', 'estimate', 'study', 'compare']],
];
const roomsApart = (room, folders) =>
  folders.map(([folder, allowed]) => ({
    name: `${room}-${folder}-imports-only-what-it-may`,
    severity: 'error',
    from: { path: `^src/${room}/${folder}/` },
    to: { path: `^src/${room}/`, pathNot: `^src/${room}/(${[folder, ...allowed].join('|')})/` },
  }));

module.exports = {
  forbidden: [
    ...layers.slice(0, -1).map((rooms, level) => ({
      name: `layer-${level}-imports-from-above`,
      severity: 'error',
      from: { path: rooms.map(place).join('|') },
      to: { path: above(level) },
    })),
    {
      name: 'reference-knows-no-chip',
      comment: 'The float reference is an independent witness: it imports layer 0 only.',
      severity: 'error',
      from: { path: '^src/reference/' },
      to: { path: '^(src|firmware-sim)/', pathNot: '^src/(reference|network|units|package-root)' },
    },
    {
      name: 'hardware-and-chip-apart',
      comment: 'Description of a chip and model of a chip meet in src/mapping only.',
      severity: 'error',
      from: { path: '^src/chip/' },
      to: { path: '^src/hardware/' },
    },
    ...roomsApart('experiment', experimentRooms),
    ...roomsApart('report', reportRooms),
    {
      name: 'chip-knows-no-reference',
      comment: 'The chip is no copy of the float reference: neither imports anything of the other.',
      severity: 'error',
      from: { path: '^(src/chip|firmware-sim)/' },
      to: { path: '^src/reference/' },
    },
    {
      name: 'image-knows-no-engine',
      comment: 'What a chip is set up with does not depend on who runs it.',
      severity: 'error',
      from: { path: '^src/chip/image/' },
      to: { path: '^src/chip/', pathNot: '^src/chip/image/' },
    },
    {
      name: 'contract-knows-no-witness',
      comment: 'The contract of the engines is made for none of them.',
      severity: 'error',
      from: { path: '^src/chip/engine\\.ts$' },
      to: { path: '^src/chip/', pathNot: '^src/chip/image/' },
    },
    {
      name: 'checks-know-no-witness',
      comment: 'What is refused follows from the specification, not from what an engine can do.',
      severity: 'error',
      from: { path: '^src/chip/checks/' },
      to: { path: '^src/chip/', pathNot: '^src/chip/((image|checks)/|engine\\.ts$)' },
    },
    ...witnesses.map((room) => ({
      name: `${room}-knows-no-other-witness`,
      comment:
        'Closed forms, oracle, fast engine and event-driven engine are independent witnesses: each counts and calculates ' +
        'with code of its own. They meet in src/chip/engines.ts.',
      severity: 'error',
      from: { path: `^src/chip/${room}/` },
      to: { path: '^src/chip/', pathNot: `^src/chip/((image|checks|${room})/|engine\\.ts$)` },
    })),
    {
      name: 'naive-trainer-knows-no-trainer',
      comment: 'What the float reference is compared with shares its types, and no calculation.',
      severity: 'error',
      from: { path: '^test/reference/naive-' },
      to: {
        path: '^src/',
        pathNot: '^src/(network|numerics)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'hand-counts-know-no-witness',
      comment:
        'The counts that tests compare with are written from docs/spec.md §4 and share an image only.',
      severity: 'error',
      from: { path: '^test/chip/counts/closed-form\\.ts$' },
      to: { path: '^src/chip/', pathNot: '^src/chip/image/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: 'src/(index|cli/main|cli/write/write-schemas)|(reference|point)-process|assembly',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/chip/fast/assembly' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
