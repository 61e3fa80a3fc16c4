// @ts-check
/**
 * @file Templates to files, for `dualbeat plugins new`, `dualbeat new` and the workspace's generator. Plain JavaScript: the
 * generator runs without a transpiler. `{{name}}` stands for a value; a template that names an unknown one throws.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Versions that the templates were tested with. */
const pinned = {
  typebox: '1.4.3',
  typescript: '6.0.3',
  vitest: '4.1.12',
  '@types/node': '20.19.43',
};
const supervised = [
  '@dualbeat/cohort-synthetic',
  '@dualbeat/downstream',
  '@dualbeat/ecg-io',
  '@dualbeat/ecg-vit',
];
/** @type {Readonly<Record<string, { summary: string, code: readonly string[], needs: readonly string[] }>>} */
const kinds = {
  cohort: {
    summary: 'Oscillations of a frequency that a model is asked for, made when read.',
    code: [],
    needs: ['@dualbeat/downstream', '@dualbeat/ecg-vit'],
  },
  encoder: {
    summary: 'One linear layer on windows of the signal, pooled by the mean.',
    code: ['@dualbeat/nn'],
    needs: ['@dualbeat/cohort-synthetic', '@dualbeat/downstream', '@dualbeat/ecg-io'],
  },
  head: {
    summary: 'Two linear layers from pooled features to each target.',
    code: ['@dualbeat/nn'],
    needs: supervised,
  },
  loss: {
    summary: 'Squared error of small residuals, absolute error of large ones.',
    code: [],
    needs: supervised,
  },
  metric: {
    summary: 'Mean absolute error of predictions, in the units of the target.',
    code: [],
    needs: supervised,
  },
  projector: {
    summary: 'Two linear layers from features to an embedding.',
    code: ['@dualbeat/nn'],
    needs: [
      '@dualbeat/cohort-synthetic',
      '@dualbeat/contrastive',
      '@dualbeat/ecg-io',
      '@dualbeat/ecg-vit',
    ],
  },
  reader: {
    summary: 'Recordings as comma-separated text, one column per lead.',
    code: [],
    needs: ['@dualbeat/cohort-files', '@dualbeat/ecg-vit'],
  },
  transform: {
    summary: 'Limits values smoothly, by the hyperbolic tangent.',
    code: [],
    needs: supervised,
  },
};

export const studyNeeds = [...supervised, '@dualbeat/cardiac-figures', '@dualbeat/plugin-kit'];

export function pluginKinds() {
  return Object.keys(kinds);
}

/** @param {string} kind */
export function pluginNeeds(kind) {
  const { code, needs } = kindOf(kind);
  return [...code, ...needs, '@dualbeat/plugin-kit'];
}

/**
 * @param {import('./render.d.ts').PluginRequest} request
 * @returns {import('./render.d.ts').Files}
 */
export function renderPlugin(request) {
  const { kind, id, where } = request;
  const name = /** @type {string} */ (id.split('/').at(-1));
  const { summary, needs } = kindOf(kind);
  const values = {
    id,
    kind,
    name,
    summary,
    symbol: symbolOf(name, kind),
    code: name.toUpperCase().replaceAll('-', '_'),
    package: packageName(request),
    plugins: ['./', ...needs].map((plugin) => `\n  - '${plugin}'`).join(''),
    dualbeat: where === 'own' ? 'npx --no dualbeat' : 'npx dualbeat',
    folder: where === 'own' ? '' : `plugins/${name}/`,
    commands: commandsOf(request, name),
  };
  const raw = { ...templatesIn('common'), ...templatesIn(where), ...templatesIn(`kinds/${kind}`) };
  const files = Object.entries(raw).map(([path, text]) => [
    path.replaceAll('__name__', name),
    filled(text, values, path),
  ]);
  return { 'package.json': pluginPackage(request, summary), ...Object.fromEntries(files) };
}

/**
 * @param {import('./render.d.ts').StudyRequest} request
 * @returns {import('./render.d.ts').Files}
 */
export function renderStudy({ name, dependencies }) {
  const values = { name };
  const files = Object.entries(templatesIn('study')).map(([path, text]) => [
    path,
    filled(text, values, path),
  ]);
  const file = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'dualbeat run experiments/first.yaml',
      schema: 'dualbeat schema --out dualbeat.schema.json',
    },
    dependencies,
    devDependencies: {
      '@types/node': pinned['@types/node'],
      typebox: pinned.typebox,
      typescript: pinned.typescript,
      vitest: pinned.vitest,
    },
  };
  return { 'package.json': jsonText(file), ...Object.fromEntries(files) };
}

/** @param {string} kind */
function kindOf(kind) {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (found === undefined) throw new Error(`there is no template of the kind "${kind}"`);
  return found;
}

/**
 * @param {import('./render.d.ts').PluginRequest} request
 * @param {string} name
 */
function commandsOf({ kind, where }, name) {
  const folder = where === 'own' ? '' : `plugins/${name}/`;
  const dualbeat = where === 'own' ? 'npx --no dualbeat' : 'npx dualbeat';
  const make = kind === 'reader' ? [`node ${folder}make-example.js`] : [];
  const test =
    where === 'own'
      ? [
          'npm install --ignore-scripts',
          'npm test # builds, type-checks, runs the conformance suite',
        ]
      : ['npm install --ignore-scripts && npx nx sync # once', `npx vitest run plugins/${name}`];
  return [
    ...test,
    `${dualbeat} plugins doctor ./${folder}`,
    ...make,
    `${dualbeat} run ${folder}experiment.yaml`,
  ].join('\n');
}

/** @param {import('./render.d.ts').PluginRequest} request */
function packageName({ id, where }) {
  return where === 'own' ? `@${id}` : `@dualbeat/${id}`;
}

/**
 * @param {import('./render.d.ts').PluginRequest} request
 * @param {string} summary
 */
function pluginPackage(request, summary) {
  const { id, kind, where, version, dependencies = {} } = request;
  const { code, needs } = kindOf(kind);
  const own = where === 'own';
  /** @param {readonly string[]} names */
  const at = (names) => Object.fromEntries(names.map((name) => [name, version]));
  const peers = {
    '@dualbeat/core': `^${version}`,
    ...Object.fromEntries(code.map((name) => [name, `^${version}`])),
    typebox: pinned.typebox,
  };
  const { '@types/node': types, typescript, vitest } = pinned;
  const dev = {
    ...dependencies,
    '@types/node': types,
    typebox: pinned.typebox,
    typescript,
    vitest,
  };
  const file = {
    name: packageName(request),
    version: own ? '0.1.0' : version,
    description: own ? summary : `Dualbeat: ${summary.replace(/\.$/, '')}`,
    ...(own ? { keywords: ['dualbeat-plugin'] } : {}),
    // Yours to choose: this says that nothing is permitted yet.
    license: own ? 'UNLICENSED' : 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19' },
    exports: {
      '.': {
        ...(own ? {} : { '@dualbeat/source': './src/index.ts' }),
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    files: ['dist', 'src', ...(own ? [] : ['!dist/*.tsbuildinfo']), '!**/*.test.ts'],
    ...(own
      ? {
          scripts: {
            build: 'tsc -p tsconfig.build.json',
            check: 'tsc',
            test: 'npm run build && npm run check && vitest run',
            doctor: 'dualbeat plugins doctor ./',
            try: 'dualbeat run experiment.yaml',
          },
          peerDependencies: peers,
          devDependencies: Object.fromEntries(
            Object.entries(dev).sort(([a], [b]) => (a < b ? -1 : 1)),
          ),
        }
      : {
          dependencies: { ...at(['@dualbeat/core', ...code]), typebox: pinned.typebox },
          devDependencies: at(['@dualbeat/plugin-kit', ...needs].sort()),
          nx: { tags: ['layer:plugin'] },
        }),
    dualbeat: { range: `^${version}`, components: [{ id, kind, summary, entry: '.' }] },
  };
  return jsonText(file);
}

/**
 * @param {string} folder below this one
 * @returns {Record<string, string>} text by path, without '.template'; a leading '_' of a name stands for a dot
 */
function templatesIn(folder) {
  const root = join(here, folder);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.template'))
    .sort();
  return Object.fromEntries(
    paths.map((path) => [
      path.replace(/\.template$/, '').replace(/^_(?!_)/, '.'),
      readFileSync(join(root, path), 'utf8'),
    ]),
  );
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} values
 * @param {string} path for the message
 */
function filled(text, values, path) {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_all, name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template ${path} names "${name}"`);
    return value;
  });
}

/**
 * A name that no word of the language and no import of a template has: 'soft-clip' and 'transform' to softClipTransform.
 * @param {string} name
 * @param {string} kind
 */
function symbolOf(name, kind) {
  const [first = '', ...rest] = `${name}-${kind}`.split(/-+/);
  const symbol = [
    first,
    ...rest.map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`),
  ].join('');
  return /^\d/.test(symbol) ? `_${symbol}` : symbol;
}

/** @param {unknown} value */
function jsonText(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
