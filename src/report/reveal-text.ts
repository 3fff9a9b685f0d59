/**
 * A mistake on its smallest problem, drawn in numbers: operands, the output that is due, and the one it gives.
 */
import { operand, operandLabel, operandShapes } from '../core/operands.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../core/shape.ts';
import type { Dtype } from '../core/tensor.ts';
import { MOST_COUNTED, type Reveal, type Values } from '../diagnose/reveal.ts';
import { sideBySide } from './layout.ts';
import { formatElement, plural } from './numbers.ts';

const GAP = 3;
const INDENT = 2;

/** All tensors side by side; the outputs below the operands where the width does not hold them. */
export function drawReveal(reveal: Reveal, width: number): string[] {
  const { operands, expected, actual, problem } = reveal;
  const block = (name: string, values: Values) => drawTensor(name, values, problem.dtype);
  const given = operandShapes(problem).map(([name]) =>
    block(operandLabel(problem, name), asValues(operand(operands, name))),
  );
  const outputs = [
    block('expected', expected),
    ...(actual ? [block('actual', actual)] : [['actual', 'none']]),
  ];
  const beside = sideBySide([...given, ...outputs], GAP);
  const fits = beside.every((line) => INDENT + line.length <= width);
  const lines = fits ? beside : [...sideBySide(given, GAP), '', ...sideBySide(outputs, GAP)];
  return lines.map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd());
}

/** What becomes of the output, in one sentence. */
export function outcomeSentence({ expected, actual, raises, kind, problem }: Reveal): string {
  if (actual === undefined) return `It raises: ${raises}.`;
  if (!sameShape(expected.shape, actual.shape)) {
    return `The shape is ${formatShape(actual.shape)} where ${formatShape(expected.shape)} is due.`;
  }
  const differing = expected.data.filter(
    (value, i) => !Object.is(value + 0, (actual.data[i] ?? 0) + 0),
  ).length;
  const count = `${differing} of ${plural(elementCount(expected.shape), 'element')} ${differing === 1 ? 'differs' : 'differ'}`;
  switch (kind) {
    case 'integers':
      return `${count}.`;
    case 'floats':
      return `${count} by more than ${problem.dtype} rounds; small integers would show nothing.`;
    case 'nan':
      return `${count}; finite data would show nothing.`;
  }
}

function asValues({ shape, data }: { readonly shape: Shape; readonly data: ArrayLike<number> }): Values {
  return { shape, data: Array.from(data) };
}

/** Name, shape, and the planes of the last two axes one below the other. */
function drawTensor(name: string, { shape, data }: Values, dtype: Dtype): string[] {
  const heading = [name, formatShape(shape)];
  if (data.length > MOST_COUNTED) return [...heading, `all ${data[0]}`];
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length > 1 ? (shape.at(-2) as number) : 1;
  const cells = data.map((value) => formatElement(value, dtype));
  const widest = Math.max(...cells.map((cell) => cell.length));
  const lines: string[] = [];
  for (let at = 0; at < cells.length; at += columns) {
    if (rows > 1 && at > 0 && (at / columns) % rows === 0) lines.push('');
    lines.push(
      cells
        .slice(at, at + columns)
        .map((cell) => cell.padStart(widest))
        .join(' '),
    );
  }
  return [...heading, ...lines];
}
