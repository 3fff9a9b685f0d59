/**
 * Stages put together: the right ones, with the changes of mistakes applied in order.
 */
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { type Layout, layOut, shapeOf } from './lay-out.ts';
import { columnsOf, identity, incomingOf, rightPlane, rightStages, stagesAlong } from './right-stages.ts';
import { type Axes, type Sizes, sizesOf } from './sizes.ts';
import type { Change, Context, Fit, MapChanges, Maps, Stage, Wiring } from './wiring.ts';

/** How changes are put together where that leaves a choice. */
export interface Choices {
  /** Default own. */
  readonly fit?: Fit;
  /** Default product. */
  readonly biasJoins?: 'product' | 'output';
}

/** The right wiring. */
export function rightWiring(problem: Problem): Wiring {
  return buildWiring(sizesOf(problem), []) as Wiring;
}

/** The wiring that `changes` make of the right one; undefined where they leave no window. */
export function buildWiring(
  given: Sizes,
  changes: readonly Change[],
  choices: Choices = {},
): Wiring | undefined {
  const axes = changedAxes(given, changes);
  if (axes === undefined) return undefined;
  const right = axes === given.right ? rightStages(given) : stagesAlong(axes, given);
  const { context, reading, writing } = right;
  const { sizes } = context;
  const replaced = new Set<Stage>();
  /** The map `start` with every change of it applied. */
  const changed = <Name extends keyof Maps>(
    name: Name,
    start: Maps[Name],
    words: Context = context,
  ): Maps[Name] => {
    let map = start;
    for (const change of changes) {
      const made: MapChanges[Name] = change[name];
      if (made !== undefined) map = made(map, words);
    }
    if (map !== start) replaced.add(name);
    return map;
  };
  /** What the last change that says it makes of a stage that is no map. */
  const last = <T>(name: Stage, pick: (change: Change) => T | undefined): T | undefined => {
    let value: T | undefined;
    for (const change of changes) value = pick(change) ?? value;
    if (value !== undefined) replaced.add(name);
    return value;
  };

  if (axes !== given.right) replaced.add('axes');
  const pixel = changed('pixel', right.pixel);
  const depth = changed('depth', right.depth);
  const plane = changed('plane', right.plane, reading);
  const input = changed('input', right.input, reading);
  // What the columns of grad-input hold is on its way to the input: the first factor is the incoming gradient.
  const isScattered = sizes.direction === 'grad-input';
  const isReadAsRight = plane === right.plane && input === right.input;
  const isPlacedAsRight = pixel === right.pixel && depth === right.depth;
  const [held, meant] = isScattered ? [rightPlane(sizes), identity] : [plane, input];
  const columns = changed(
    'columns',
    isPlacedAsRight && (isScattered || isReadAsRight)
      ? right.columns
      : columnsOf(context, pixel, depth, held, meant),
  );
  const { fit = 'own' } = choices;
  const laid = fit === 'own' ? right.laid : layOut(context, fit);
  const dims = last('shape', (change) => change.shape?.(writing)) ?? writtenDims(writing.sizes, laid);
  const ownRaises = sizes.direction !== 'forward' && !laid.fits ? misfit(context) : undefined;
  const permuted = last('permuted', (change) => change.permuted);
  const { shape, placeAt } = shapeOf(dims, sizes.rank, permuted);
  return {
    sizes,
    axes,
    rows: context.rows,
    L: context.L,
    shape,
    placeAt,
    writing: writing.sizes,
    pixel,
    depth,
    paddingValue: last('paddingValue', (change) => change.paddingValue?.(sizes)) ?? 0,
    plane,
    input,
    inputGain: last('inputGain', (change) => change.inputGain?.(context)),
    columns,
    incoming: isScattered && !isReadAsRight ? incomingOf(reading.sizes, plane, input) : right.incoming,
    window: laid.window,
    weight: changed('weight', right.weight),
    keeps: last('keeps', (change) => change.keeps?.(context)),
    written: last('written', (change) => change.written?.(context)),
    bias: changed('bias', right.bias, writing),
    biasTimes: last('biasTimes', (change) => change.biasTimes) ?? 1,
    biasJoins: choices.biasJoins ?? 'product',
    output: changed(
      'output',
      fit === 'own' || sizes.direction !== 'forward' ? right.output : laid.output,
      writing,
    ),
    alsoAdds: last('alsoAdds', (change) => change.alsoAdds?.(writing)),
    outputGain: last('outputGain', (change) => change.outputGain?.(writing)),
    arithmetic: last('arithmetic', (change) => change.arithmetic),
    raises: last('raises', (change) => change.raises?.(context)) ?? ownRaises,
    replaced,
  };
}

/** The axes that `changes` make of the right ones; undefined where they leave no window. */
export function changedAxes(given: Sizes, changes: readonly Change[]): Axes | undefined {
  let axes = given.right;
  for (const { axes: change } of changes) axes = change?.(axes, given) ?? axes;
  return axes.every(({ windows, kernelSize }) => isSize(windows) && isSize(kernelSize)) ? axes : undefined;
}

/** Two changes of steps may make one of 0, of which there are infinitely many windows, or 0/0. */
function isSize(size: number): boolean {
  return size >= 1 && Number.isFinite(size);
}

/** n, co, od, oh, ow */
function writtenDims({ direction, N, C_out, OD, OH, OW }: Sizes, { size }: Layout): Shape {
  return direction === 'forward' ? [N, C_out, ...size] : [N, C_out, OD, OH, OW];
}

/** Why a gradient of the right size does not fit these windows. */
function misfit({ axes: [h, w, d], sizes }: Context): string {
  const words = (list: readonly number[]) => list.slice(3 - sizes.rank).join('×');
  const due = words([sizes.right[2].windows, sizes.right[0].windows, sizes.right[1].windows]);
  return `the incoming gradient is ${due}, but there are ${words([d.windows, h.windows, w.windows])} windows`;
}

/** Elements of what the sums give: the product in the forward direction, else the result before it is written. */
export function rawCount({ sizes, writing, L }: Wiring): number {
  const { N, C_out, OD, OH, OW } = writing;
  return sizes.direction === 'forward' ? N * C_out * L : elementCount([N, C_out, OD, OH, OW]);
}
