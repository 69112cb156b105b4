import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which rooms of src/ each room may import, by their index.ts only. */
const mayKnow = {
  ffi: [],
  resources: [],
  text: [],
  log: [],
  schema: [],
  secrets: [],
  programs: ['text', 'ffi'],
  'rlimit-events': ['resources', 'ffi'],
  processes: ['text', 'rlimit-events', 'ffi'],
  services: ['text', 'resources', 'rlimit-events'],
  actions: ['text', 'programs', 'services', 'resources', 'ffi'],
  'nsca-client': ['secrets'],
  'nsca-ng-client': ['secrets'],
  'icinga2-client': [],
  destinations: [
    'text',
    'schema',
    'secrets',
    'programs',
    'services',
    'nsca-client',
    'nsca-ng-client',
    'icinga2-client',
  ],
  delivery: ['log', 'services', 'destinations'],
  control: ['services'],
  config: ['text', 'schema', 'services', 'destinations', 'resources', 'rlimit-events'],
  central: ['config'],
  agent: [
    'log',
    'services',
    'actions',
    'destinations',
    'delivery',
    'processes',
    'resources',
    'rlimit-events',
    'config',
    'control',
    'ffi',
  ],
};
const rooms = Object.keys(mayKnow);

/** Forbids every import of another room but through the index of an allowed one. */
const houseRules = (files, allowed, { koffi = false } = {}) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: koffi ? [] : [{ name: 'koffi', message: 'Only src/ffi knows koffi.' }],
        patterns: [
          {
            regex: `^(?:\\.\\./)+(?:src/)?(?!(?:${allowed.join('|') || '-'})/index\\.js$)(?:${rooms.join('|')})/`,
            message:
              'Import a room by its index.js, and only a room that this one may know (eslint.config.js).',
          },
        ],
      },
    ],
  },
});

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', '.cache/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: { process: 'readonly', URL: 'readonly' } } },
  ...rooms.map((room) => houseRules([`src/${room}/**/*.ts`], mayKnow[room], { koffi: room === 'ffi' })),
  houseRules(['src/*.ts', 'plugins/**/*.ts', 'scripts/**/*.ts'], rooms),
);
