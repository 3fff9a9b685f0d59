/**
 * Layers that are the same problem: of ResNet-50's 53 convolutions 23 are different. A run's tensors follow from the
 * problem and the options, and so does all that is printed of it: what is named again is printed again.
 */
import type { Problem } from '../core/problem.ts';

/** Layers, each problem of which is verified once. */
export interface Layers {
  /** The first of each problem, by its index. */
  readonly different: readonly number[];
  /** Takes the text of one of these, and prints it and those after it, each when all before it are printed. */
  verified(first: number, text: string): void;
}

/** `print` is called for every layer, in their order. */
export function layersOf(problems: readonly Problem[], print: (index: number, text: string) => void): Layers {
  const keys = problems.map((problem) => JSON.stringify(problem));
  const firsts = new Map<string, number>();
  for (const [index, key] of keys.entries()) if (!firsts.has(key)) firsts.set(key, index);
  const texts = new Map<string | undefined, string>();
  let printed = 0;
  return {
    different: [...firsts.values()],
    verified(first, text) {
      texts.set(keys[first], text);
      for (let next = texts.get(keys[printed]); next !== undefined; next = texts.get(keys[printed]))
        print(printed++, next);
    },
  };
}
