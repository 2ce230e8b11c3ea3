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
  ['reference', ['file']],
  ['replay', ['file', 'record', 'reference']],
  ['probe', ['file', 'record', 'reference', 'replay']],
  ['run', ['file', 'record', 'reference', 'replay', 'probe']],
  ['estimate', ['file', 'record']],
  ['validation', ['file', 'record', 'estimate']],
  ['vectors', ['file']],
];
const reportRooms = [
  ['kit', []],
  ['files', ['kit']],
  ['run', ['kit']],
  ['estimate', ['kit', 'files']],
  ['validation', ['kit']],
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
      to: { path: '^(src|firmware-sim)/', pathNot: '^src/(reference|network|package-root)' },
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
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: 'src/(index|cli/main|cli/write/write-schemas)|reference-process|assembly',
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
