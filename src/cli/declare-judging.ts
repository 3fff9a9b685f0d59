/**
 * The options that say how a verification is judged, and what it may take.
 */
import { type Command, Option } from 'commander';
import { RULE_IDS } from '../verify/other-rules.ts';
import {
  parseBytes,
  parseChoice,
  parseChoices,
  parseChoicesOrAll,
  parseCount,
  parseTolerance,
} from './values.ts';

const JUDGING = 'Judging:';

/** Adds them to `verify`. */
export function addJudgingOptions(command: Command): void {
  command
    .addOption(
      new Option('--witness <list>', 'wiring,exact,rounding (default all)')
        .argParser(parseChoices('--witness', ['wiring', 'exact', 'rounding'] as const))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--trials <n>', 'of the exact witness; default: until a miss is < 1e-6')
        .argParser(parseCount('--trials'))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--strict', 'a pass that float data alone cannot carry is inconclusive').helpGroup(JUDGING),
    )
    .addOption(
      new Option('--criterion <rule>', 'bound (default: derived) or allclose')
        .argParser(parseChoice('--criterion', ['bound', 'allclose'] as const))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--rtol <x>', 'of allclose; default 1e-5')
        .argParser(parseTolerance('--rtol'))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--atol <x>', 'of allclose; default 1e-8')
        .argParser(parseTolerance('--atol'))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--as-judged-by <list>', `other tools' rules as well: ${RULE_IDS.join(', ')}, or all`)
        .argParser(parseChoicesOrAll('--as-judged-by', RULE_IDS))
        .helpGroup(JUDGING),
    )
    .addOption(
      new Option('--companions', 'verify similar problems that show what this one hides').helpGroup(JUDGING),
    )
    .addOption(
      new Option('--shrink', 'the smallest problem on which a diagnosed mistake shows').helpGroup(JUDGING),
    )
    .addOption(
      new Option('--max-memory <size>', 'refuse beyond this; default 60 % of the machine')
        .argParser(parseBytes('--max-memory'))
        .helpGroup(JUDGING),
    )
    .addOption(new Option('--fast', 'huge problems: integers, judged by random sums').helpGroup(JUDGING))
    .addOption(
      new Option('--threads <n>', 'layers at a time; default: cores, where it pays')
        .argParser(parseCount('--threads'))
        .helpGroup(JUDGING),
    )
    .addOption(new Option('--deterministic', 'same bits everywhere: no fused sums').helpGroup(JUDGING));
}
