/**
 * The layers, imports only downward: core ← io, core ← kernels ← verify ← diagnose ← report, and cli above all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  readonly from: string;
  /** A file of ours as `core/shape.ts`, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  // assembly/ is AssemblyScript, which the compiler of the kernels reads.
  .filter((path) => path.endsWith('.ts') && !path.includes('/assembly/'));
const sources = new Map(paths.map((path) => [path, readFileSync(SRC + path, 'utf8')]));

/** `import … from`, `export … from`, `import '…'` and `import('…')`. */
const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

const imports = [...sources].flatMap(([from, text]): Import[] =>
  [...text.matchAll(IMPORT)].map(([, typeOnly, fixed, dynamic]) => {
    const target = fixed ?? dynamic ?? '';
    const to = target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
    return { from, to, typeOnly: typeOnly !== undefined };
  }),
);

const ofOurs = imports.filter(({ to }) => sources.has(to));
const ofPackages = imports.filter(({ to }) => !sources.has(to));

/** The folder, or the file's name where it lies in none. */
function layer(path: string): string {
  return path.split('/', 1)[0] as string;
}

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  io: ['core', 'io'],
  kernels: ['core', 'kernels'],
  verify: ['core', 'kernels', 'verify'],
  diagnose: ['core', 'kernels', 'verify', 'diagnose'],
  report: ['core', 'verify', 'diagnose', 'report'],
  'index.ts': ['core', 'io', 'verify', 'diagnose', 'report'],
  cli: ['core', 'io', 'verify', 'diagnose', 'report', 'cli'],
};

/** By package, the files that may name it. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  commander: /^cli\/(main|options|declare-[\w-]+)\.ts$/,
  chalk: /^cli\/streams\.ts$/,
  'node:fs': /^(io\/files|cli\/save)\.ts$/,
  'node:fs/promises': /^io\/files\.ts$/,
  'node:path': /^(io\/files|cli\/save)\.ts$/,
  'node:crypto': /^cli\//,
  'node:os': /^cli\//,
  'node:worker_threads': /^cli\/(thread|worker|main)\.ts$/,
};

test('the sources are seen, and so are their imports', () => {
  expect(paths.length).toBeGreaterThan(40);
  expect(ofOurs.length).toBeGreaterThan(150);
  expect(ofPackages.length).toBeGreaterThan(5);
  for (const [path, text] of sources) {
    const lines = text.match(/^(import|export) .*\bfrom\b|^\} from '/gm) ?? [];
    expect(imports.filter(({ from }) => from === path).length, path).toBeGreaterThanOrEqual(lines.length);
  }
});

test('every folder is a layer', () => {
  expect([...new Set(paths.map(layer))].sort()).toEqual(Object.keys(ALLOWED).sort());
});

test('imports go downward only', () => {
  const upward = ofOurs.filter(({ from, to }) => !ALLOWED[layer(from)]?.includes(layer(to)));
  expect(upward).toEqual([]);
});

test('no file is reached again from what it imports', () => {
  const below = (path: string, above: readonly string[]): string[][] => {
    if (above.includes(path)) return [[...above.slice(above.indexOf(path)), path]];
    if (acyclic.has(path)) return [];
    const cycles = ofOurs
      .filter(({ from }) => from === path)
      .flatMap(({ to }) => below(to, [...above, path]));
    acyclic.add(path);
    return cycles;
  };
  const acyclic = new Set<string>();
  expect(paths.flatMap((path) => below(path, []))).toEqual([]);
});

test('a package is named only where its job is done; core, verify and report name none', () => {
  expect(ofPackages.filter(({ from, to }) => !PACKAGES[to]?.test(from))).toEqual([]);
});

test("chalk's default export, which reads our command line by itself, is not used", () => {
  const streams = sources.get('cli/streams.ts') ?? '';
  expect(streams.match(/^.*'chalk'.*$/gm)).toEqual(["  const { Chalk } = await import('chalk');"]);
});

test.each(['core/direct.ts', 'kernels/direct.ts'])('%s shares no code with what it judges', (path) => {
  const suspects = ['geometry', 'plan', 'window-table', 'unfold', 'fold', 'gemm', 'decompose', 'pad'];
  const reached = new Set([path]);
  for (const file of reached) {
    const values = ofOurs.filter(({ from, typeOnly }) => from === file && !typeOnly);
    for (const { to } of values) reached.add(to);
  }
  expect(suspects.filter((name) => !sources.has(`core/${name}.ts`))).toEqual([]);
  expect(suspects.filter((name) => reached.has(`core/${name}.ts`))).toEqual([]);
});

describe('the map in README.md', () => {
  const [, map = ''] = readFileSync(`${SRC}README.md`, 'utf8').split('## Files, in reading order');
  /** `core/problem.ts`, `report/*-document.ts`, `diagnose/mistakes/`: each paragraph is of the folder it begins with. */
  const named = [...map.matchAll(/^`(\w+)`[^`]*(?:.+\n)+/gm)].flatMap(([paragraph, folder]) =>
    [...paragraph.matchAll(/`([\w*/-]+(?:\/|\.ts))`/g)].map(([, name]) => `${folder}/${name}`),
  );
  const isOf = (name: string) => {
    const pattern = name.replace(/\/$/, '/*').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return (path: string) => new RegExp(`^${pattern}$`).test(path);
  };

  test('names every file, alone or among its kind', () => {
    // The library itself is in the table of layers.
    const mapped = paths.filter((path) => named.some((name) => isOf(name)(path)));
    expect(mapped.sort()).toEqual(paths.filter((path) => path !== 'index.ts').sort());
  });

  test('names no file that is not there', () => {
    expect(named.filter((name) => !paths.some(isOf(name)))).toEqual([]);
  });
});

describe.each([...sources])('%s', (path, text) => {
  /** Without comments and strings, whose words are not code. */
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");

  test('is no longer than a screenful or five', () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(250);
  });

  test('has no default export, no enum, no any, and no class but ToolError', () => {
    expect(code).not.toMatch(/\bexport default\b|\benum\s|\bany\b/);
    expect(code.match(/\bclass \w+/g) ?? []).toEqual(path === 'core/errors.ts' ? ['class ToolError'] : []);
  });

  test('begins with what it is for', () => {
    expect(text).toMatch(/^\/\*\*\n \* \S/);
  });
});
