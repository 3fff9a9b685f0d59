/**
 * The peer on the same substrate: TensorFlow.js's WebAssembly back end (XNNPACK), on one thread. It is timed where it is
 * installed, `npm i --no-save @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm`: its 66 MB are not for everyone who
 * runs the tests.
 */
import { type Operands, operand } from '../../src/core/operands.ts';
import { outputShape, type Problem } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';

/** What of it is called. */
interface TensorFlow {
  setBackend(name: 'wasm'): Promise<boolean>;
  ready(): Promise<void>;
  tensor(data: ArrayLike<number>, shape: readonly number[]): TfTensor;
  transpose(x: TfTensor, order: readonly number[]): TfTensor;
  conv2d(x: TfTensor, filter: TfTensor, strides: readonly number[], pad: Padding): TfTensor;
}
interface TfTensor {
  dataSync(): Float32Array;
  dispose(): void;
}
type Padding = readonly (readonly [number, number])[];

/**
 * One convolution on its tensors, channels last as it wants them. It keeps what it packs of a filter for the filter's next
 * use; here each call hands it tensors that it has not seen, as our kernels copy and pack each time.
 */
export interface Peer {
  /** What is timed. */
  run(): void;
  /** What it gives. */
  output(): Tensor;
}

/** How it prepares problems; undefined where it is not installed. */
export async function tensorFlow(): Promise<((problem: Problem, operands: Operands) => Peer) | undefined> {
  const [core, backend] = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'];
  let tf: TensorFlow;
  try {
    tf = await import(core);
    await import(backend);
  } catch {
    return undefined;
  }
  await tf.setBackend('wasm');
  await tf.ready();
  return (problem, operands) => {
    const permuted = (name: 'input' | 'weight', order: readonly number[]) => {
      const { data, shape } = operand(operands, name);
      const given = tf.tensor(data, shape);
      const tensor = tf.transpose(given, order);
      const values = tensor.dataSync();
      given.dispose();
      tensor.dispose();
      const permutedShape = order.map((axis) => shape[axis] as number);
      return () => tf.tensor(values, permutedShape);
    };
    const [input, weight] = [permuted('input', [0, 2, 3, 1]), permuted('weight', [2, 3, 1, 0])];
    const strides = problem.axes.map(({ stride }) => stride);
    const ends = problem.axes.map(({ paddingBegin, paddingEnd }) => [paddingBegin, paddingEnd] as const);
    const convolve = () => {
      const [x, filter] = [input(), weight()];
      const y = tf.conv2d(x, filter, strides, [[0, 0], ...ends, [0, 0]]);
      x.dispose();
      filter.dispose();
      return y;
    };
    return {
      run: () => convolve().dispose(),
      output: () => {
        const given = convolve();
        const first = tf.transpose(given, [0, 3, 1, 2]);
        const tensor = { dtype: 'float32', shape: outputShape(problem), data: first.dataSync() } as const;
        given.dispose();
        first.dispose();
        return tensor;
      },
    };
  };
}
