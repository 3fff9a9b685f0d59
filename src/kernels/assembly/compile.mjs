/**
 * Compiles the kernels: `npm run kernels` writes binaries.ts, which is committed, so that nothing but a change of a
 * kernel needs the compiler. A test compiles them again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Where the binaries are kept. */
export const BINARIES = fileURLToPath(new URL('../binaries.ts', import.meta.url));

const RELAXED = ['--enable', 'relaxed-simd'];
/** By name: the source and the flags that are its own. */
const KERNELS = {
  mt19937: { source: 'mt19937.ts', flags: [] },
  scan: { source: 'scan.ts', flags: [] },
  'direct-float64': { source: 'direct.ts', flags: ['--use', 'NARROW=0', '--use', 'FUSED=0'] },
  'direct-float32': { source: 'direct.ts', flags: ['--use', 'NARROW=1', '--use', 'FUSED=0'] },
  'direct-float64-fused': {
    source: 'direct.ts',
    flags: ['--use', 'NARROW=0', '--use', 'FUSED=1', ...RELAXED],
  },
  'direct-float32-fused': {
    source: 'direct.ts',
    flags: ['--use', 'NARROW=1', '--use', 'FUSED=1', ...RELAXED],
  },
  'direct-compensated': { source: 'direct-compensated.ts', flags: [] },
  'gemm-float32': { source: 'gemm.ts', flags: ['--use', 'WIDE=0', '--use', 'FUSED=0'] },
  'gemm-float64': { source: 'gemm.ts', flags: ['--use', 'WIDE=1', '--use', 'FUSED=0'] },
  'gemm-float32-fused': { source: 'gemm.ts', flags: ['--use', 'WIDE=0', '--use', 'FUSED=1', ...RELAXED] },
  'gemm-float64-fused': { source: 'gemm.ts', flags: ['--use', 'WIDE=1', '--use', 'FUSED=1', ...RELAXED] },
};

/** No allocator and no checks: kernels are handed addresses, and what hands them out checks. */
const FLAGS = ['-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--enable', 'simd'];

async function compile({ source, flags }) {
  let binary;
  const { error, stderr } = await asc.main([source, '--outFile', 'kernel.wasm', ...FLAGS, ...flags], {
    readFile: (name) => readFile(HERE + name, 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${source}: ${error.message}\n${stderr}`);
  return Buffer.from(binary).toString('base64');
}

/** The text of binaries.ts. */
export async function binaries() {
  const entries = [];
  for (const [name, kernel] of Object.entries(KERNELS))
    entries.push(`  '${name}': '${await compile(kernel)}',`);
  return `/**
 * The compiled kernels, base64: made from assembly/ by \`npm run kernels\`.
 */
export const BINARIES: Readonly<Record<KernelName, string>> = {
${entries.join('\n')}
};

/** The name of a binary. */
export type KernelName = ${Object.keys(KERNELS)
    .map((name) => `'${name}'`)
    .join(' | ')};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(BINARIES, await binaries());
