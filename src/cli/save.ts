/**
 * `--save DIR`: every tensor of a run as .npy, and case.json.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import { operandLabel, operandShapes } from '../core/operands.ts';
import { sameShape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { writeFiles } from '../io/files.ts';
import { type Layout, toLayout, type WeightLayout } from '../io/layout.ts';
import { encodeNpy } from '../io/npy.ts';
import type { Verification } from '../verify/verify.ts';

/** What a case may hold: a closed list, as what an older case left under these names is removed. */
const TENSORS = [
  'input',
  'weight',
  'bias',
  'grad_output',
  'padded',
  'columns',
  'product',
  'output',
  'direct',
  'expected',
] as const;
type SavedTensor = (typeof TENSORS)[number];
const CASE = 'case.json';
const FILES: readonly string[] = [...TENSORS.map(fileOf), CASE];

/** Refuses a directory in which a case would write over, or remove, one of `inputPaths`, which the run reads. */
export function requireSavable(directory: string, inputPaths: readonly string[]): void {
  const read = new Set(inputPaths.map(resolved));
  for (const name of FILES) {
    const path = join(directory, name);
    if (!read.has(resolved(path))) continue;
    throw new ToolError(
      'bad-option',
      `--save would write over ${path}, which this run has read`,
      'save to another directory',
    );
  }
}

/** How the tensors are laid out in their files. */
interface Layouts {
  readonly layout: Layout;
  readonly weightLayout: WeightLayout;
}

/**
 * Writes the case, each tensor in its own dtype; where an older case was, none of its files is left. `expected` is the
 * output that was judged, if one was.
 */
export async function saveCase(
  directory: string,
  { problem, data }: Verification,
  expected: Tensor | undefined,
  document: object,
  { layout, weightLayout }: Layouts,
): Promise<void> {
  const { operands, stages, output, direct } = data;
  const named = operandShapes(problem).map(([name]) => [operandLabel(problem, name), operands[name]]);
  const tensors: Readonly<Partial<Record<SavedTensor, Tensor | undefined>>> = {
    ...Object.fromEntries(named),
    ...stages,
    output,
    direct: { dtype: 'float64', shape: direct.shape, data: direct.output },
    expected,
  };
  const result = problem.direction === 'grad-weight' ? weightLayout : layout;
  const layouts: Readonly<Partial<Record<SavedTensor, Layout | WeightLayout>>> = {
    input: layout,
    weight: weightLayout,
    grad_output: layout,
    padded: layout,
    output: result,
    direct: result,
    // Of another shape it has no axes to lay out.
    expected: expected && sameShape(expected.shape, direct.shape) ? result : undefined,
  };
  const files = new Map<string, Uint8Array | string>();
  for (const name of TENSORS) {
    const tensor = tensors[name];
    if (tensor) files.set(fileOf(name), encodeNpy(laidOut(tensor, layouts[name])));
  }
  files.set(CASE, `${JSON.stringify(document, undefined, 2)}\n`);
  await writeFiles(directory, files, holdsCase(directory) ? FILES : []);
}

/** Matrices, which columns and products are, have no layout. */
function laidOut(tensor: Tensor, layout: Layout | WeightLayout | undefined): Tensor {
  if (layout === undefined) return tensor;
  const { shape, values } = toLayout({ shape: tensor.shape, values: tensor.data }, layout);
  return { dtype: tensor.dtype, shape, data: values };
}

/** True where an earlier --save has written to `directory`: files of the same names elsewhere are the user's own. */
function holdsCase(directory: string): boolean {
  try {
    const document = JSON.parse(readFileSync(join(directory, CASE), 'utf8'));
    return document?.tool?.name === 'convproof';
  } catch {
    return false; // no file, no JSON
  }
}

function fileOf(tensor: string): string {
  return `${tensor}.npy`;
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
