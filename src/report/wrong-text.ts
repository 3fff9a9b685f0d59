/**
 * What is wrong with an output, as text: its shape, or where its values are.
 */
import { type Problem, resultShape } from '../core/problem.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import type { Diagnosis } from '../diagnose/diagnose.ts';
import type { WhereWrong } from '../diagnose/where-wrong.ts';
import { directionWords } from './direction-words.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';

/** What it has and what it is to have; and what is left to do where that is all. */
export function shapeLines(
  problem: Problem,
  { shape, valuesAreRight }: NonNullable<Diagnosis['wrongShape']>,
  { width, palette }: Style,
): string[] {
  const due = formatShape(resultShape(problem));
  const told = `It is ${formatShape(shape)}, but ${directionWords(problem).output} is ${due}.`;
  const rest = valuesAreRight ? ' Its values are right, and in their order.' : '';
  return [
    palette.bold('Its shape'),
    ...wrap(`${told}${rest}`, width, 2),
    ...(valuesAreRight ? fixLines(`\`y.reshape${due}\`.`, width, palette) : []),
  ];
}

/** The parameters that give it. */
export function parametersLines(problem: Problem, other: Problem, { width, palette }: Style): string[] {
  const options = changedParameters(problem, other)
    .map(({ option, values }) => `${option} ${new Set(values).size === 1 ? values[0] : values.join('x')}`)
    .join(' ');
  return [
    palette.bold('The same layer with other parameters'),
    `  ${palette.fail(parametersOf(problem, other))}`,
    ...wrap(
      `gives this output, every element of it. Where they are the module's, add ${options}; where not, it has computed another layer.`,
      width,
      4,
    ),
  ];
}

/** `stride=(2, 2), padding=(1, 1)`: those of `other` that are not `problem`'s. */
export function parametersOf(problem: Problem, other: Problem): string {
  return changedParameters(problem, other)
    .map(({ name, values }) => `${name}=${formatShape(values)}`)
    .join(', ');
}

const PARAMETERS = [
  { name: 'stride', option: '--stride', key: 'stride' },
  { name: 'padding', option: '--padding', key: 'paddingBegin' },
  { name: 'padding_end', option: '--padding-end', key: 'paddingEnd' },
  { name: 'dilation', option: '--dilation', key: 'dilation' },
] as const;

/** An end is said where it is not the beginning's. */
function changedParameters(problem: Problem, other: Problem) {
  const values = ({ axes }: Problem, key: (typeof PARAMETERS)[number]['key']) =>
    axes.map((axis) => axis[key]);
  const isAlike = sameShape(values(other, 'paddingBegin'), values(other, 'paddingEnd'));
  return PARAMETERS.filter(({ key }) => !(isAlike && key === 'paddingEnd'))
    .filter(({ key }) => !sameShape(values(problem, key), values(other, key)))
    .map(({ name, option, key }) => ({ name, option, values: values(other, key) }));
}

/** What to do. */
export function fixLines(fix: string, width: number, palette: Style['palette']): string[] {
  const [first = '', ...rest] = labelled('    fix', fix, width, 9);
  return [first.replace('fix', palette.bold('fix')), ...rest];
}

/** A map of more columns or rows is drawn in blocks. */
const MOST_MAP = 32;

/** The wrong elements of an output of the right shape. */
export function whereLines(
  { wrong, elements, sentences, map }: WhereWrong,
  { width, palette }: Style,
): string[] {
  const summary = `${wrong} of ${plural(elements, 'element')}${sentences.length > 0 ? ':' : ', with no pattern in their places'}`;
  return [
    palette.bold('Where it is wrong'),
    ...wrap(summary, width, 2),
    ...sentences.flatMap((sentence) => wrap(`- ${sentence}`, width, 2)),
    ...(wrong === 1 ? [] : mapLines(map, width, palette)),
  ];
}

/** One character a pixel: right `·`, wrong in some samples or channels `+`, in all `#`. */
function mapLines(map: WhereWrong['map'], width: number, palette: Style['palette']): string[] {
  const [H, W] = [map.length, map[0]?.length ?? 0];
  if (H * W < 2) return [];
  const block = Math.ceil(Math.max(H, W) / MOST_MAP);
  const cells = Array.from({ length: Math.ceil(H / block) }, (_, r) =>
    Array.from({ length: Math.ceil(W / block) }, (_, c) => {
      const shares = map
        .slice(r * block, (r + 1) * block)
        .flatMap((row) => row.slice(c * block, (c + 1) * block));
      if (shares.every((share) => share === 0)) return '·';
      return shares.every((share) => share > 1 - 1e-9) ? '#' : '+';
    }).join(' '),
  );
  const scale = block === 1 ? '' : ` (each stands for ${block}×${block} pixels)`;
  return [
    '',
    ...cells.map((row) => `    ${row}`),
    ...wrap(`· right, + wrong in some samples or channels, # in all${scale}`, width, 4).map(palette.dim),
  ];
}
