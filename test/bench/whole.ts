/**
 * Whole processes, side by side and in turn, so that a machine whose speed drifts slows all alike. `npm run bench`.
 *
 * A command is timed only where it passes; beside its time stands the largest error of its outputs, as a share of what
 * is allowed there. PyTorch is a row where `python3` (or the interpreter that PYTHON names) imports it.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { VerifyDocument } from '../../src/report/document.ts';
import { RESNET_50 } from '../resnet-50.ts';

const BIN = fileURLToPath(new URL('../../bin/convproof.cjs', import.meta.url));
const TINY = fileURLToPath(new URL('tiny.ts', import.meta.url));
const PEER = fileURLToPath(new URL('pytorch.py', import.meta.url));
const PYTHON = process.env.PYTHON ?? 'python3';
const ROUNDS = 9;

interface Row {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The row that its time is given in units of. */
  readonly beside?: string;
  /** What is said beside it. */
  readonly residual?: string;
}

/** Layers that are named again are not verified again. */
const DIFFERENT = [...new Set(RESNET_50)];
/** Eight times as much to do beside what each thread does once. */
const BATCHES = RESNET_50.map((layer) => layer.replace('mb1', 'mb8'));
const verify = (...layers: string[]) => [process.execPath, BIN, 'verify', ...layers] as const;
const hasPytorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const rows: readonly Row[] = [
  { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
  { name: 'verify', command: verify(), beside: 'node -e 0', residual: worstRatio(verify()) },
  {
    name: 'verify, ResNet-50',
    command: [...verify(...RESNET_50), '--quiet'],
    ...(hasPytorch ? { beside: 'import torch' } : {}),
    residual: worstRatio(verify(...RESNET_50)),
  },
  {
    name: 'ResNet-50, one thread',
    command: [...verify(...RESNET_50), '--quiet', '--threads', '1'],
    beside: 'verify, ResNet-50',
  },
  {
    name: 'ResNet-50, batches of 8',
    command: [...verify(...BATCHES), '--quiet'],
    residual: worstRatio(verify(...BATCHES)),
  },
  {
    name: 'batches, one thread',
    command: [...verify(...BATCHES), '--quiet', '--threads', '1'],
    beside: 'ResNet-50, batches of 8',
  },
  ...(hasPytorch
    ? ([
        { name: 'import torch', command: [PYTHON, '-c', 'import torch'] },
        { name: 'PyTorch, starting case', command: [PYTHON, PEER, 'starting'], beside: 'verify' },
        {
          name: 'PyTorch, ResNet-50',
          command: [PYTHON, PEER, 'network', ...RESNET_50],
          beside: 'verify, ResNet-50',
        },
        {
          name: `PyTorch, ${DIFFERENT.length} layers of it`,
          command: [PYTHON, PEER, 'network', ...DIFFERENT],
          beside: 'verify, ResNet-50',
        },
      ] satisfies Row[])
    : []),
];

/** The worst element of all layers as a share of its bound; throws where a layer does not pass. */
function worstRatio([node, ...words]: readonly [string, ...string[]]): string {
  const { stdout, status } = spawnSync(node, [...words, '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const documents: VerifyDocument[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const failed = documents.find(({ verdict }) => verdict !== 'pass');
  if (status !== 0 || failed) throw new Error(`${failed?.repro.token}: it does not pass, so it is not timed`);
  const ratios = documents.flatMap(({ checks }) =>
    checks.map(({ max_bound_ratio: ratio }) => Number(ratio ?? 0)),
  );
  return `worst error ${(100 * Math.max(...ratios)).toPrecision(2)} % of its bound`;
}

function timeOf([program, ...words]: Row['command']): number {
  const start = performance.now();
  const { status } = spawnSync(program, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${program} ${words.slice(0, 3).join(' ')} … exits with ${status}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const [cpu] = cpus();
console.info(
  `${cpu?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}; medians of ${ROUNDS}`,
);
const times = new Map(rows.map(({ name }) => [name, [] as number[]]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, command } of rows) {
    const time = timeOf(command);
    // The first round warms the disk's cache.
    if (round > 0) times.get(name)?.push(time);
  }
}
for (const { name, beside, residual } of rows) {
  const own = times.get(name) ?? [];
  const ratio = beside === undefined ? '' : `  ${ratioOf(own, times.get(beside) ?? [])} × ${beside}`;
  const ms = median(own).toFixed(0).padStart(6);
  console.info(`${name.padEnd(24)} ${ms} ms${ratio}${residual === undefined ? '' : `  (${residual})`}`);
}
console.info(tinyLine());

/** Round by round, so that both were as fast as the machine just was. */
function ratioOf(own: readonly number[], other: readonly number[]): string {
  return median(own.map((time, round) => time / (other[round] as number))).toPrecision(3);
}

/** Small problems a second on one thread, in turns with PyTorch's where that is installed. */
function tinyLine(): string {
  const turns = Array.from({ length: 3 }, () => {
    const [rate = '', worst = ''] = outputOf(process.execPath, '--import', 'tsx', TINY, '3').split(' ');
    return { rate: Number(rate), worst, peer: hasPytorch ? Number(outputOf(PYTHON, PEER, 'tiny', '3')) : 0 };
  });
  const own = median(turns.map(({ rate }) => rate));
  const ratio = median(turns.map(({ rate, peer }) => rate / peer));
  const peer = hasPytorch
    ? `  ${ratio.toPrecision(3)} × PyTorch's ${median(turns.map((turn) => turn.peer))} /s`
    : '';
  return `tiny problems            ${own} /s${peer}  (worst error ${turns[0]?.worst} of its bound)`;
}

function outputOf(program: string, ...words: string[]): string {
  return spawnSync(program, words, { encoding: 'utf8' }).stdout.trim();
}
