/**
 * Known mistakes as their document.
 */

import type { Operands } from '../core/operands.ts';
import { formatToken } from '../core/token.ts';
import { directionsOf } from '../diagnose/applies.ts';
import type { Values } from '../diagnose/reveal.ts';
import { reproCommand } from './headline.ts';
import type { MistakesDocument, TensorDocument } from './mistakes-document.ts';
import type { ToldMistake } from './mistakes-text.ts';
import { documentHead, jsonNumber } from './parts-to-document.ts';

/** Tensors of more elements are left out. */
const MOST_ELEMENTS = 4096;

/** The catalogue, or what was asked for of it. */
export function mistakesDocument(told: readonly ToldMistake[], version: string): MistakesDocument {
  return { ...documentHead(version), command: 'mistakes', mistakes: told.map(mistakeDocument) };
}

function mistakeDocument({ mistake, reveal, hiddenBy }: ToldMistake): MistakesDocument['mistakes'][number] {
  const { id, family, title, cause, shows, fix, evidence, related = [], variants } = mistake;
  const [{ note }] = variants;
  return {
    id,
    family,
    directions: directionsOf(mistake),
    title,
    cause,
    shows,
    fix,
    evidence,
    related,
    ...(reveal
      ? {
          revealed_by: {
            token: formatToken(reveal.problem).token,
            command: reproCommand('verify', reveal.problem),
            ...(note === undefined ? {} : { way: note }),
            ...operandDocuments(reveal.operands),
            expected: tensorDocument(reveal.expected),
            ...(reveal.actual ? { actual: tensorDocument(reveal.actual) } : {}),
            ...(reveal.raises === undefined ? {} : { raises: reveal.raises }),
          },
        }
      : {}),
    hidden_by: hiddenBy,
  };
}

function operandDocuments({ input, weight, bias, gradOutput }: Operands) {
  return {
    ...(input && { input: tensorDocument(input) }),
    ...(weight && { weight: tensorDocument(weight) }),
    ...(bias && { bias: tensorDocument(bias) }),
    ...(gradOutput && { grad_output: tensorDocument(gradOutput) }),
  };
}

function tensorDocument({ shape, data }: Omit<Values, 'data'> & { data: ArrayLike<number> }): TensorDocument {
  if (data.length > MOST_ELEMENTS) return { shape };
  return { shape, values: Array.from(data, jsonNumber) };
}
