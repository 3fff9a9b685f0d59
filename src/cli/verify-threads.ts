/**
 * The layers of one `verify`, on several threads: what each prints, in their order, and the worst exit code.
 */
import { availableParallelism } from 'node:os';
import { termCount } from '../core/fill.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { estimateMemory } from '../verify/memory.ts';
import type { VerifyOptions } from '../verify/options.ts';
import { EXIT_FAULT, EXIT_OF_VERDICT } from './exit-codes.ts';
import { printLayer } from './print-verification.ts';
import type { ProgressLine } from './progress.ts';
import { layersOf } from './repeats.ts';
import type { Host } from './streams.ts';
import { startThread } from './thread.ts';
import { closeQueue, inOrder, type Job, queueOf, takeJob, threadCount } from './threads.ts';
import type { VerifyCommandOptions } from './verify-options.ts';
import { isOutOfMemory, OUT_OF_MEMORY, outcomeOf, type RunVerify, type WorkerData } from './worker.ts';

/** What there is to do: as the command line has it, and as it was read. */
export interface LayerRuns {
  readonly layers: readonly string[];
  readonly options: VerifyCommandOptions;
  readonly runs: readonly (readonly [Problem, VerifyOptions])[];
  readonly maxMemory: number;
}

/**
 * On this thread and as many others as pay. Undefined where one thread does it all: then nothing has been printed.
 */
export async function verifyOnThreads(
  { layers, options, runs, maxMemory }: LayerRuns,
  built: string,
  host: Host,
  progress: ProgressLine | undefined,
  runVerify: RunVerify,
): Promise<number | undefined> {
  const problems = runs.map(([problem]) => problem);
  let printed = 0;
  const { different, verified } = layersOf(problems, (index, text) => {
    printLayer(index, text, options, host);
    printed = index + 1;
  });
  const jobs = different.map((index): Job => {
    const [problem, verifyOptions] = runs[index] as (typeof runs)[number];
    return {
      work: elementCount(resultShape(problem)) * termCount(problem),
      memory: estimateMemory(problem, verifyOptions).reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
  const count = threadCount(options.threads, jobs, availableParallelism(), maxMemory);
  if (count === 1) return undefined;
  const queue = queueOf(jobs);
  const data: WorkerData = {
    built,
    layers: different.map((index) => layers[index] as string),
    queue,
    // A bias that is no file's has been read: the word after it was the first layer.
    options: { ...options, ...(options.bias === undefined ? {} : { bias: true }) },
    terminal: { isTTY: host.stdout.isTTY, columns: host.stdout.columns },
    env: { ...host.env },
  };
  const codes: number[] = [];
  let hasFailed = false;
  let settle: () => void = () => {};
  const allHeard = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const hear = inOrder((job, { text, exitCode }) => {
    if (hasFailed) return;
    codes.push(exitCode);
    progress?.clear();
    verified(different[job] as number, text);
    progress?.show(`layer ${printed} of ${layers.length}:`, printed, layers.length);
    if (codes.length === jobs.length) settle();
  });
  const threads = Array.from({ length: count - 1 }, () => startThread(data, hear));
  const workHere = async () => {
    for (let job = takeJob(queue); job !== undefined; job = takeJob(queue)) {
      hear(job, await outcomeOf(job, data, runVerify));
      // What the others have said meanwhile is heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    // Whoever is still starting when all is done has nothing to do.
    await Promise.race([allHeard, Promise.all([workHere(), ...threads.map(({ done }) => done)])]);
  } catch (error) {
    hasFailed = true;
    const death = deathOf(error);
    if (death === undefined) throw error;
    progress?.clear();
    host.stderr.write(
      `error: a thread that verified layers has ended: ${death}\nhint: --threads 1 does without\n`,
    );
    return EXIT_FAULT;
  } finally {
    closeQueue(queue);
    progress?.clear();
    await Promise.all(threads.map((thread) => thread.stop()));
  }
  const { fail, inconclusive, pass } = EXIT_OF_VERDICT;
  return [fail, inconclusive].find((code) => codes.includes(code)) ?? pass;
}

/** Why a thread has ended before its time, this one or another, if that is the error. */
function deathOf(error: unknown): string | undefined {
  if (isOutOfMemory(error)) return OUT_OF_MEMORY;
  return error instanceof Error && error.name === 'ThreadDeath' ? error.message : undefined;
}
