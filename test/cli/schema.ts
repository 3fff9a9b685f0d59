/**
 * The published JSON Schema, and the same one closed: no key is allowed that it does not describe.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

export const SCHEMA = JSON.parse(
  readFileSync(new URL('../../src/report/result-1.schema.json', import.meta.url), 'utf8'),
);

const published = new Ajv().compile(SCHEMA);
const closed = new Ajv().compile({ ...(close(SCHEMA) as object), $id: 'urn:convproof:closed' });

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  return 'properties' in schema ? { additionalProperties: false, ...inner } : inner;
}

/** Fails unless `document` is what the schema says, and all of it is described there. */
export function expectValid(document: unknown): void {
  for (const validate of [published, closed]) {
    const valid = validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  }
}

/** True where the closed schema takes `document`. */
export function isDescribed(document: unknown): boolean {
  return closed(document);
}
