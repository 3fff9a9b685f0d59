/**
 * What npm would publish.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/cli/version.ts';
import { ROOT, requireBuild, start } from './process.ts';

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

test('the program, the library, the schema and the papers are packed, nothing else', async () => {
  requireBuild();
  const { stdout } = await start('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], ROOT).ended;
  const [{ files, unpackedSize }] = JSON.parse(stdout);
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  const built = paths.filter((path) => path.startsWith('dist/'));
  expect(paths.filter((path) => !built.includes(path)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/convproof.cjs',
    'bin/program.cjs',
    'package.json',
    'src/report/result-1.schema.json',
  ]);
  expect(built).toEqual(expect.arrayContaining(['dist/convproof.cjs', 'dist/index.js', 'dist/index.d.ts']));
  expect(built.filter((path) => !/\.(js|cjs|d\.ts)$/.test(path))).toEqual([]);
  // All of it is code and its types; a fixture or a source map that slipped in would show.
  expect(unpackedSize).toBeLessThan(2_300_000);
});

test('the version is the same in package.json and in the program', () => {
  expect(manifest.version).toBe(VERSION);
});

test('installing runs no script of ours', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual(
    [],
  );
});
