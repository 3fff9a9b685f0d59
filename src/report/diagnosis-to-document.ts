/**
 * A diagnosis as its document.
 */
import { formatToken } from '../core/token.ts';
import type { Diagnosis, Finding } from '../diagnose/diagnose.ts';
import type { Examination } from '../diagnose/examine.ts';
import type { Shrunk } from '../diagnose/shrink.ts';
import type {
  CompanionDocument,
  DiagnoseDocument,
  FindingDocument,
  ShrunkDocument,
} from './diagnosis-document.ts';
import type { DataDocument } from './document-parts.ts';
import { problemWords } from './headline.ts';
import { documentHead, problemDocument } from './parts-to-document.ts';

/** Beyond this a map is no longer read but scrolled past. */
const MOST_MAP_PIXELS = 4096;

/** One diagnosis. `context` holds what only the caller knows. */
export function diagnoseDocument(
  diagnosis: Diagnosis,
  actualShape: readonly number[] | undefined,
  shrunk: Shrunk | undefined,
  context: { version: string; data: DataDocument; command: string; pytorch: string },
): DiagnoseDocument {
  const {
    problem,
    status,
    findings,
    weak,
    tellApart,
    where,
    wrong,
    elements,
    tried,
    wrongShape,
    fitsProblem,
  } = diagnosis;
  const toldApartBy = tellApart();
  const pixels = (where?.map.length ?? 0) * (where?.map[0]?.length ?? 0);
  return {
    ...documentHead(context.version),
    command: 'diagnose',
    verdict: status === 'right' ? 'pass' : 'fail',
    problem: problemDocument(problem),
    data: context.data,
    ...(actualShape ? { actual_shape: actualShape } : {}),
    ...(wrongShape ? { values_are_right: wrongShape.valuesAreRight } : {}),
    elements,
    wrong_elements: wrong,
    status,
    diagnosis: findings.map(findingDocument),
    too_little_evidence: weak.map(({ mistakes }) => mistakes.map(({ id }) => id).join(' + ')),
    ...(toldApartBy ? { told_apart_by: problemWords(toldApartBy) } : {}),
    ...(where
      ? { where: { sentences: where.sentences, ...(pixels <= MOST_MAP_PIXELS ? { map: where.map } : {}) } }
      : {}),
    ...(fitsProblem ? { fits_problem: problemWords(fitsProblem) } : {}),
    tried,
    ...(shrunk ? { shrunk: shrunkDocument(shrunk) } : {}),
    repro: { token: formatToken(problem).token, command: context.command, pytorch: context.pytorch },
  };
}

/** What a failing problem shrank to. */
export function shrunkDocument({ smallest, passing, condition, tried }: Shrunk): ShrunkDocument {
  return {
    smallest: problemWords(smallest),
    passing: passing.map(({ problem, change }) => ({ problem: problemWords(problem), change })),
    ...(condition ? { condition: condition.words } : {}),
    tried,
  };
}

/** One finding. */
export function findingDocument({
  mistakes,
  notes,
  by,
  reproduces,
  explains,
  compared,
}: Finding): FindingDocument {
  return {
    mistake: mistakes[0]?.id ?? '',
    mistakes: mistakes.map(({ id }) => id),
    title: mistakes.map(({ title }) => title).join(', and '),
    notes,
    by,
    ...(reproduces === undefined ? {} : { reproduces }),
    ...(compared === undefined ? {} : { compared_elements: compared }),
    ...(explains === undefined ? {} : { explains }),
    fix: mistakes.map(({ fix }) => fix).join(' '),
    evidence: mistakes.flatMap(({ evidence }) => evidence),
  };
}

/** What an examination adds to a verification's document. */
export function examinationDocument({ blindTo, diagnosis, shrunk, companions }: Examination): {
  blind_to: readonly string[];
  diagnosis?: readonly FindingDocument[];
  shrunk?: ShrunkDocument;
  companions?: readonly CompanionDocument[];
} {
  return {
    blind_to: blindTo.map(({ id }) => id),
    ...(diagnosis ? { diagnosis: diagnosis.findings.map(findingDocument) } : {}),
    ...(shrunk ? { shrunk: shrunkDocument(shrunk) } : {}),
    ...(companions
      ? {
          companions: companions.map(({ problem, verdict, shows }) => ({
            problem: problemWords(problem),
            verdict,
            shows: shows.map(({ id }) => id),
          })),
        }
      : {}),
  };
}
