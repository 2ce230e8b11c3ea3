import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Rooms that hold integers only: no floating-point operators, no host time, no host randomness. */
const integerRooms = [
  'src/numerics/**/*.ts',
  'src/chip/**/*.ts',
  'src/time/**/*.ts',
  'src/ledger/access-*.ts',
  'src/ledger/ledger-row.ts',
  'firmware-sim/**/*.ts',
];
/** Files in integer rooms that may divide: each says in its header why the result is an exact integer. */
const dividingFiles = ['src/numerics/integer.ts', 'src/numerics/function-table.ts'];

const hostBans = [
  {
    object: 'Math',
    property: 'random',
    message: 'Use the seeded generators: same seed, same bytes.',
  },
  { object: 'Date', property: 'now', message: 'Simulation knows ticks, not host time.' },
];
const floatBans = [
  { selector: "BinaryExpression[operator='/']", message: 'Integer room: use ceilDiv or a shift.' },
  { selector: "BinaryExpression[operator='**']", message: 'Integer room: use a shift.' },
  {
    selector: "AssignmentExpression[operator='/=']",
    message: 'Integer room: use ceilDiv or a shift.',
  },
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'reports', 'src/chip/fast/assembly'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A switch over kinds names each of them: a new one then fails here, not in a result.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'firmware-sim/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false }],
      'max-params': ['error', { max: 5 }],
    },
  },
  { files: ['src/cli/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: integerRooms,
    ignores: dividingFiles,
    rules: {
      'no-restricted-properties': [
        'error',
        ...hostBans,
        {
          object: 'Math',
          property: 'round',
          message: 'Integer room: rounding is src/numerics/rounding.ts.',
        },
      ],
      'no-restricted-globals': ['error', 'Date'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        ...floatBans,
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'fc',
          property: 'assert',
          message:
            'A property that fails says its case and how to run it again: holds of test/support.',
        },
      ],
    },
  },
  {
    files: ['*.js', '*.cjs', '.ci/*.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { module: 'writable', process: 'readonly' } },
  },
);
