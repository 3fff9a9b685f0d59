/**
 * What other tools' rules say of an output: one table, and what it comes to in this case's own numbers.
 */
import { termCount } from '../core/fill.ts';
import { coordinates } from '../core/shape.ts';
import type { Check } from '../verify/check.ts';
import { hiddenByMean, type Judgement, type Loss, type RuleJudgement } from '../verify/judged-by.ts';
import { MIOPEN_TOLERANCE, OTHER_RULES, type RuleId, type Ruling } from '../verify/other-rules.ts';
import type { Verification } from '../verify/verify.ts';
import { type Style, table, wrap } from './layout.ts';
import { formatElement, formatFigure, formatRatio, plural } from './numbers.ts';

/** A row: rule, what it says, by which figure, and whether it sees a lost tap and a lost pixel. */
type Row = readonly [string, string, string, string, string];

const HEAD: Row = ['rule', 'says', 'figure', 'lost tap', 'lost pixel'];
const NOTHING = '–';

/** The section, ending with an empty line; nothing where it was not asked for. `subject` is the output's name. */
export function judgedLines(verification: Verification, subject: string, style: Style): string[] {
  const { asJudgedBy: judgement } = verification;
  if (judgement === undefined) return [];
  const { width, palette, verbose } = style;
  const own = ownCheck(verification, judgement);
  const rows = [
    ...judgement.rules.map((judged) => rowOf(judged, verification.data.direct.output.length)),
    ...(own ? [ownRow(own, judgement.loss)] : []),
  ];
  const sentences = [
    ...lossSentence(verification, judgement),
    ...verdictSentences(verification, judgement, own),
    ...blindSentences(judgement, own),
    ...meanSquareSentence(verification, judgement),
  ];
  return [
    palette.bold(`What other rules say of ${subject}`),
    ...tableLines(rows, style),
    ...(sentences.length > 0 ? [''] : []),
    ...sentences.flatMap((sentence) => wrap(sentence, width, 2)),
    ...(verbose ? ['', ...criterionLines(verification, judgement, style)] : []),
    '',
  ];
}

/** This run's own check of the same output, where it went by the bound. */
function ownCheck({ checks, criterion }: Verification, { actual }: Judgement): Check | undefined {
  if (criterion.kind !== 'bound') return undefined;
  return checks.find(
    (check) =>
      check.actual === actual && check.expected === 'direct' && check.witness !== 'wiring' && !check.trials,
  );
}

function tableLines(rows: readonly Row[], { width, palette }: Style): string[] {
  const [head = '', ...lines] = table([HEAD, ...rows]);
  if (Math.max(head.length, ...lines.map((line) => line.length)) <= width)
    return [palette.dim(head), ...lines];
  return rows.flatMap(([rule, says, figure, tap, pixel]) => [
    `  ${rule}${says === NOTHING ? '' : `: ${says}`}`,
    ...wrap(says === NOTHING ? figure : `${figure}; lost tap ${tap}, lost pixel ${pixel}`, width, 4),
  ]);
}

function rowOf(
  { rule, ruling, notApplicable, seesLostTap, seesLostPixel }: RuleJudgement,
  elements: number,
): Row {
  const { name } = OTHER_RULES[rule];
  if (ruling === undefined) return [name, NOTHING, notApplicable ?? '', NOTHING, NOTHING];
  const says = ruling.verdict === 'pass' ? 'accepts' : 'rejects';
  return [name, says, figureOf(ruling, elements), seen(seesLostTap), seen(seesLostPixel)];
}

function seen(sees: boolean | undefined): string {
  if (sees === undefined) return NOTHING;
  return sees ? 'seen' : 'missed';
}

function figureOf({ verdict, figure, limit, failing }: Ruling, elements: number): string {
  if (failing === undefined) {
    const digits = Number.isNaN(figure) ? 'undefined' : formatTowards(figure, limit);
    return `${digits} (limit ${formatLimit(limit)})`;
  }
  return verdict === 'fail' ? `${failing} of ${elements} outside` : share(figure);
}

function share(ratio: number): string {
  return ratio === 0 ? 'no error at all' : `worst ${formatRatio(ratio)} its limit`;
}

/** A coefficient is near 1: six digits, rounded down. */
function formatTowards(figure: number, limit: number): string {
  return limit < 0.5 ? formatFigure(figure) : String(Math.floor(figure * 1e6) / 1e6);
}

function formatLimit(limit: number): string {
  return limit < 0.5 ? limit.toExponential() : String(limit);
}

function ownRow({ verdict, comparison }: Check, loss: Loss | undefined): Row {
  const says = { pass: 'accepts', fail: 'rejects', inconclusive: NOTHING }[verdict];
  const figure =
    comparison === undefined
      ? 'the shapes differ'
      : comparison.mismatches > 0
        ? `${comparison.mismatches} of ${comparison.elements} outside`
        : verdict === 'inconclusive'
          ? 'proves nothing'
          : share(comparison.maxBoundRatio);
  const sees = (change: (loss: Loss) => number) => seen(loss && change(loss) > loss.bound);
  return [
    "convproof's bound",
    says,
    figure,
    sees(({ tap }) => Math.abs(tap)),
    sees(({ value }) => Math.abs(value)),
  ];
}

function lossSentence({ problem, data }: Verification, { loss }: Judgement): string[] {
  if (loss === undefined) return [];
  const index = coordinates(loss.element, data.direct.shape).join(', ');
  const [tap, value] = [formatFigure(loss.tap), formatElement(loss.value, problem.dtype)];
  return [
    `The losses are tried on the right output at [${index}], a value of median size: without its tap of median size (${tap} of ${value}), and with 0 for the whole pixel.`,
  ];
}

/** Rules whose tolerance is a constant, or a share of the output. */
const FIXED: readonly RuleId[] = ['allclose', 'assert_close', 'cutlass', 'onnx'];

function verdictSentences({ data }: Verification, { rules }: Judgement, own: Check | undefined): string[] {
  const saying = (verdict: Ruling['verdict']) => rules.filter(({ ruling }) => ruling?.verdict === verdict);
  const [accepting, rejecting] = [saying('pass'), saying('fail')];
  const comparison = own?.comparison;
  if (own?.verdict === 'fail' && comparison) {
    const outside = `${comparison.mismatches} of ${plural(comparison.elements, 'element')} outside their error bound`;
    if (accepting.length === 0) return [];
    return [`${listed(accepting)} ${verb(accepting, 'accept')} this output, with ${outside}.`];
  }
  if (rejecting.length === 0 || own?.verdict !== 'pass') return [];
  const within = `${listed(rejecting)} ${verb(rejecting, 'reject')} this output, though every element is within its error bound`;
  if (!rejecting.some(({ rule }) => FIXED.includes(rule))) return [`${within}.`];
  const K = termCount(data.problem) - (data.problem.bias ? 1 : 0);
  return [`${within}: a fixed tolerance knows neither the number of terms, here up to ${K}, nor their size.`];
}

function blindSentences({ rules, loss }: Judgement, own: Check | undefined): string[] {
  const tap = rules.filter(({ seesLostTap }) => seesLostTap === false);
  const pixel = rules.filter(({ seesLostPixel }) => seesLostPixel === false);
  const isBlind = own !== undefined && loss !== undefined && Math.abs(loss.tap) <= loss.bound;
  return [
    ...(tap.length > 0 ? [`${listed(tap)} ${verb(tap, 'accept')} the right output without that tap.`] : []),
    ...(pixel.length > 0 ? [`${listed(pixel)} ${verb(pixel, 'accept')} it even without that pixel.`] : []),
    ...(isBlind
      ? [
          `With so many terms rounding alone may be as large as that tap, so no bound that holds for every order of summation shows it: that takes the exact witness.`,
        ]
      : []),
  ];
}

/** bfloat16's limit is float16's 8.2e-3 times 8 (driver/conv_driver.hpp): 4/limit² is 930 elements. */
const MIOPEN_BFLOAT16 = 8 * 8.2e-3;

function meanSquareSentence({ data }: Verification, { rules, loss, largest }: Judgement): string[] {
  const isAsked = rules.some(({ rule, ruling }) => rule === 'miopen' && ruling !== undefined);
  if (!isAsked || loss === undefined || !Number.isFinite(largest)) return [];
  const N = data.direct.output.length;
  const hidden = hiddenByMean(N, largest);
  const from = (limit: number) => formatFigure(Math.ceil(4 / limit ** 2));
  return [
    `An RMS spreads one wrong element over all N = ${N}: at that one MIOpenDriver's accepts an error of about ${formatFigure(hidden)}; the error bound there is ${formatFigure(loss.bound)}. From N = 4/limit² = ${from(MIOPEN_TOLERANCE)} elements on, or ${from(MIOPEN_BFLOAT16)} at its limit for bfloat16, no single one can fail it.`,
  ];
}

function criterionLines(
  { problem }: Verification,
  { rules }: Judgement,
  { width, palette }: Style,
): string[] {
  return rules.flatMap(({ rule }) => {
    const { name, criterion, source } = OTHER_RULES[rule];
    return [
      `  ${name}`,
      ...wrap(criterion(problem.dtype), width, 4),
      ...wrap(source, width, 4).map(palette.dim),
    ];
  });
}

function verb(rules: readonly RuleJudgement[], word: string): string {
  return rules.length === 1 ? `${word}s` : word;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(rules: readonly RuleJudgement[]): string {
  const names = rules.map(({ rule }) => OTHER_RULES[rule].name);
  return [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ');
}
