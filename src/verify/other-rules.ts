/**
 * What other tools call equal: their rules for comparing an output y with a reference r, applied to any pair.
 *
 * For teaching and for migration; none of them takes part in a verdict. Figures are computed in float64, while
 * the tools round them to the dtype: that matters only within 1e-7, relatively, of a limit. Values alone are
 * compared; some of the tools also want equal dtypes.
 */
import type { Dtype, Elements } from '../core/tensor.ts';

/** A rule, by the word that `--as-judged-by` takes. */
export type RuleId =
  | 'allclose'
  | 'assert_close'
  | 'miopen'
  | 'cutlass'
  | 'xnnpack'
  | 'onnx'
  | 'pcc'
  | 'benchdnn';

/** What a rule may look at. */
export interface Outputs {
  readonly dtype: Dtype;
  /** y, row-major. */
  readonly actual: Elements;
  /** r: the direct convolution, rounded to the dtype as these tools have it. */
  readonly expected: Elements;
  /** Terms per element without the bias: (C_in/groups)·kH·kW. */
  readonly K: number;
  /** max|x| and max|w|; NaN or Infinity where a tensor holds one. */
  readonly largestInput: number;
  readonly largestWeight: number;
  /** Whether the tensors hold integers whose every partial sum the dtype holds. */
  readonly isExact: boolean;
}

/** What a rule found. Rules per element have their worst error as the figure, in units of its limit, 1. */
export interface Ruling {
  readonly verdict: 'pass' | 'fail';
  readonly figure: number;
  readonly limit: number;
  /** Elements beyond the limit; of rules per element. */
  readonly failing?: number;
}

/** Another tool's rule. */
export interface OtherRule {
  readonly name: string;
  /** In one line: y is the output, r the reference. */
  readonly criterion: (dtype: Dtype) => string;
  /** Where it is written. */
  readonly source: string;
  /** Why it has nothing to say of these outputs, if so. */
  readonly notFor?: (outputs: Outputs) => string | undefined;
  readonly judge: (outputs: Outputs) => Ruling;
}

/** rtol and atol of torch.testing.assert_close; it compares integers exactly. */
const ASSERT_CLOSE: Readonly<Partial<Record<Dtype, readonly [number, number]>>> = {
  float32: [1.3e-6, 1e-5],
  float64: [1e-7, 1e-7],
  float16: [1e-3, 1e-5],
  bfloat16: [1.6e-2, 1e-5],
};
/** MIOpenDriver's limit for float32 convolutions. */
export const MIOPEN_TOLERANCE = 1.5e-6;
/** numeric_limits<double>::min(), by which it divides where all is 0. */
const SMALLEST_NORMAL = 2 ** -1022;

/** What cutlass_profiler's code defaults to; its help says 0. */
const CUTLASS = { epsilon: 0.05, nonzeroFloor: 1 / 256 };

/** comp_pcc's default is 0.99, and tests ask for up to this. */
const LEAST_CORRELATION = 0.9999;

/** The rules by their words, in the order that they are listed. */
export const OTHER_RULES: Readonly<Record<RuleId, OtherRule>> = {
  allclose: {
    name: 'numpy.allclose',
    criterion: () => '|y-r| ≤ 1e-8 + 1e-5·|r| for every element; NaN equals nothing',
    source: 'numpy.allclose, its documentation',
    judge: (outputs) => perElement(outputs, { allowed: (_, r) => 1e-8 + 1e-5 * Math.abs(r) }),
  },
  assert_close: {
    name: 'torch assert_close',
    criterion(dtype) {
      const [rtol, atol] = ASSERT_CLOSE[dtype] ?? [0, 0];
      return `|y-r| ≤ ${inWords(atol)} + ${inWords(rtol)}·|r| for every element; NaN equals nothing`;
    },
    source: 'pytorch/pytorch torch/testing/_comparison.py',
    judge(outputs) {
      const [rtol, atol] = ASSERT_CLOSE[outputs.dtype] ?? [0, 0];
      return perElement(outputs, { allowed: (_, r) => atol + rtol * Math.abs(r) });
    },
  },
  miopen: {
    name: 'MIOpenDriver RMS',
    criterion: () => 'root mean square of y - r, over the largest |y| or |r|, ≤ 1.5e-6; NaN and Inf fail',
    source: 'ROCm/MIOpen test/verify.hpp, driver/conv_driver.hpp',
    notFor: ({ dtype }) => (dtype === 'float64' ? 'knows no float64' : undefined),
    judge: meanSquare,
  },
  cutlass: {
    name: 'cutlass_profiler',
    criterion: () =>
      '|y-r| < 0.05·(|y| + |r|) for every element, but < 0.05/256 where y or r is 0 or |y-r| < 1/256; NaN equals nothing',
    source: 'NVIDIA/cutlass include/cutlass/relatively_equal.h, tools/profiler/src/options.cu',
    judge: (outputs) => perElement(outputs, { allowed: relativelyEqual, isStrict: true }),
  },
  xnnpack: {
    name: 'XNNPACK tests',
    criterion: () => '|y-r| ≤ 4·K·2^-23·max|x|·max|w| for every element; NaN equals nothing',
    source: 'google/XNNPACK test/subgraph/convolution-2d.cc, where the maxima are those of its random range',
    notFor: ({ dtype, largestInput, largestWeight }) =>
      dtype === 'float64'
        ? 'knows no float64'
        : Number.isFinite(largestInput * largestWeight)
          ? undefined
          : 'needs finite tensors',
    judge(outputs) {
      const allowed = 4 * outputs.K * 2 ** -23 * outputs.largestInput * outputs.largestWeight;
      return perElement(outputs, { allowed: () => allowed });
    },
  },
  onnx: {
    name: 'ONNX backend tests',
    criterion: () => '|y-r| ≤ 1e-7 + 1e-3·|r| for every element; NaN equals NaN',
    source: 'onnx/onnx onnx/backend/test/runner/__init__.py, by numpy.testing.assert_allclose',
    judge: (outputs) =>
      perElement(outputs, { allowed: (_, r) => 1e-7 + 1e-3 * Math.abs(r), nanEqualsNan: true }),
  },
  pcc: {
    name: 'correlation (PCC)',
    criterion: () =>
      "Pearson's correlation of y and r ≥ 0.9999: how nearly y is a straight line of r, whatever its scale and offset; NaN and Inf count as 0",
    source: 'tenstorrent/tt-metal models/utility_functions.py, comp_pcc',
    judge: correlation,
  },
  benchdnn: {
    name: 'benchdnn',
    criterion: () =>
      'y = r for every element, on integers whose sums are exact; below 1e-5, |y-r| < 2^-23; NaN equals nothing',
    source: 'uxlfoundation/oneDNN tests/benchdnn/utils/compare.cpp, conv/cfg.cpp',
    notFor: ({ dtype, isExact }) =>
      dtype === 'float64' ? 'compares in float32' : isExact ? undefined : 'only on exact integers',
    judge: (outputs) =>
      perElement(outputs, { allowed: (_, r) => (Math.abs(r) <= 1e-5 ? 2 ** -23 : 0), isStrict: true }),
  },
};

export const RULE_IDS = Object.keys(OTHER_RULES) as readonly RuleId[];

/** `1.3e-6`; JavaScript writes 1e-5 as 0.00001. */
function inWords(tolerance: number): string {
  return tolerance.toExponential();
}

interface ElementRule {
  /** The largest |y − r| that the rule allows. */
  readonly allowed: (y: number, r: number) => number;
  /** The error must be smaller than what is allowed, not only as large. */
  readonly isStrict?: boolean;
  readonly nanEqualsNan?: boolean;
}

/** Equal values pass, equal infinities among them; any other pair that is not finite fails. */
function perElement({ actual, expected }: Outputs, rule: ElementRule): Ruling {
  const { allowed, isStrict = false, nanEqualsNan = false } = rule;
  let failing = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const y = actual[i] as number;
    const r = expected[i] as number;
    if (y === r || (nanEqualsNan && Number.isNaN(y) && Number.isNaN(r))) continue;
    const error = Math.abs(y - r);
    const limit = allowed(y, r);
    if (!Number.isFinite(y) || !Number.isFinite(r)) worst = Number.POSITIVE_INFINITY;
    else {
      worst = Math.max(worst, error / limit);
      if (isStrict ? error < limit : error <= limit) continue;
    }
    failing++;
  }
  return { verdict: failing === 0 ? 'pass' : 'fail', figure: worst, limit: 1, failing };
}

/** The floor is applied to the difference: 0.003 is refused between two outputs near 100, and 0.5 is not. */
function relativelyEqual(y: number, r: number): number {
  const { epsilon, nonzeroFloor } = CUTLASS;
  const isSmall = y === 0 || r === 0 || Math.abs(y - r) < nonzeroFloor;
  return epsilon * (isSmall ? nonzeroFloor : Math.abs(y) + Math.abs(r));
}

/**
 * One element off by e adds e/(√N·max) to the figure, and e ≤ 2·max: at most 2/√N. So from N = 4/limit² on, a
 * single element can be anything.
 */
function meanSquare({ actual, expected }: Outputs): Ruling {
  let squares = 0;
  let largest = SMALLEST_NORMAL;
  for (let i = 0; i < expected.length; i++) {
    const y = actual[i] as number;
    const r = expected[i] as number;
    squares += (y - r) ** 2;
    largest = Math.max(largest, Math.abs(y), Math.abs(r));
  }
  const figure = Math.sqrt(squares) / (Math.sqrt(expected.length) * largest);
  return { verdict: figure <= MIOPEN_TOLERANCE ? 'pass' : 'fail', figure, limit: MIOPEN_TOLERANCE };
}

/** Undefined where one side is constant: numpy's masked arrays then have no coefficient below 1, and it passes. */
function correlation({ actual, expected }: Outputs): Ruling {
  const ruling = (figure: number, passes: boolean): Ruling => ({
    verdict: passes ? 'pass' : 'fail',
    figure,
    limit: LEAST_CORRELATION,
  });
  const allNaN = [actual, expected].map((data) => data.every(Number.isNaN));
  if (allNaN[0] || allNaN[1]) return ruling(allNaN[0] && allNaN[1] ? 1 : 0, allNaN[0] === allNaN[1]);
  if (isZero(actual) !== isZero(expected)) return ruling(0, false);
  const y = Float64Array.from(actual).map(finiteOrZero);
  const r = Float64Array.from(expected).map(finiteOrZero);
  if (y.every((value, i) => value === r[i])) return ruling(1, true);
  const meanY = meanOf(y);
  const meanR = meanOf(r);
  let together = 0;
  let squaresY = 0;
  let squaresR = 0;
  for (let i = 0; i < r.length; i++) {
    const dy = (y[i] as number) - meanY;
    const dr = (r[i] as number) - meanR;
    together += dy * dr;
    squaresY += dy * dy;
    squaresR += dr * dr;
  }
  const figure = together / (Math.sqrt(squaresY) * Math.sqrt(squaresR));
  return Number.isNaN(figure) ? ruling(figure, true) : ruling(figure, figure >= LEAST_CORRELATION);
}

function isZero(data: Elements): boolean {
  return data.every((value) => value === 0);
}

function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function meanOf(data: Float64Array): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}
