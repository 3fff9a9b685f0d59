import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { elementCount } from '../../src/core/shape.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import { decodeNpy, encodeNpy, isNpy } from '../../src/io/npy.ts';
import { toDtype } from '../../src/io/stored-tensor.ts';
import { mutations } from './mutations.ts';
import { DTYPES, tensors } from './random-tensors.ts';

interface Fixture {
  readonly file: string;
  readonly dtype: string;
  readonly descr: string;
  readonly version: readonly [number, number];
  readonly shape: readonly number[];
  readonly fortran_order: boolean;
  readonly data: readonly (number | string)[];
}

const DIRECTORY = new URL('../../fixtures/tensors/', import.meta.url);
const FIXTURES: readonly Fixture[] = JSON.parse(readFileSync(new URL('manifest.json', DIRECTORY), 'utf8'));
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, DIRECTORY)));

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

/** A file of version 1.0 with this header and this many bytes of zeros. */
function npy(header: string, dataBytes = 24): Uint8Array {
  const text = Buffer.from(header.endsWith('\n') ? header : `${header}\n`, 'latin1');
  return Buffer.concat([preamble(1, 0, text.length), text, Buffer.alloc(dataBytes)]);
}

/** Magic, version, and the header's length as that version has it. */
function preamble(major: number, minor: number, length: number): Buffer {
  const bytes = Buffer.alloc(major === 1 ? 10 : 12);
  bytes.write('\x93NUMPY', 'latin1');
  bytes.set([major, minor], 6);
  if (major === 1) bytes.writeUInt16LE(length, 8);
  else bytes.writeUInt32LE(length, 8);
  return bytes;
}

const withDescr = (descr: string): Uint8Array => npy(HEADER.replace("'<f4'", descr));
const withShape = (shape: string, dataBytes = 0): Uint8Array =>
  npy(HEADER.replace('(2, 3)', shape), dataBytes);

function errorOf(bytes: Uint8Array): ToolError {
  try {
    decodeNpy(bytes, 'x.npy');
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('decodeNpy accepted the file');
}

describe("numpy's own files are read", () => {
  test('every file of the fixtures is in their manifest', () => {
    const files = readdirSync(DIRECTORY).filter((file) => file.endsWith('.npy'));
    expect(FIXTURES.map(({ file }) => file).sort()).toEqual(files.sort());
    expect(files.length).toBeGreaterThan(60);
  });

  test.each(FIXTURES)('$file: $descr, shape $shape, Fortran order $fortran_order', (fixture) => {
    const single = ['float16', 'bfloat16', 'float32'].includes(fixture.dtype);
    const values = fixture.data.map(Number);
    expect(decodeNpy(read(fixture.file), fixture.file)).toEqual({
      storedDtype: fixture.dtype,
      shape: fixture.shape,
      values: single ? Float32Array.from(values) : Float64Array.from(values),
    });
  });

  test('elements at an address that no typed array may begin at are read', () => {
    const bytes = read('float64-big.npy');
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeNpy(shifted.subarray(1), 'x')).toEqual(decodeNpy(bytes, 'x'));
    const header = HEADER.replace('(2, 3)', '(3,)');
    const odd = [0, 1, 2, 3].map((spaces) => decodeNpy(npy(header + ' '.repeat(spaces), 12), 'x').values);
    expect(odd).toEqual(new Array(4).fill(new Float32Array(3)));
  });

  test.each([
    ["Python 2's long sizes", "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }"],
    ['double quotes and any space', '{ "descr" :"<f4",\t"fortran_order":False , "shape":( 2,3 , ) }  \n \n'],
    ['keys in another order', "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}"],
  ])('a header with %s is read', (_, header) => {
    expect(decodeNpy(npy(header), 'x').shape).toEqual([2, 3]);
  });
});

describe('what is written is what numpy.save writes', () => {
  // ml_dtypes' own files are among them: '<V2', which fixtures/tensors/bfloat16-void.npy is not.
  const own = FIXTURES.filter(
    ({ descr, version, fortran_order }) =>
      ['<f4', '<f8', '<f2', '<V2', '|i1', '|u1', '<i4'].includes(descr) && version[0] === 1 && !fortran_order,
  );

  test('there are files of every dtype', () => {
    expect(new Set(own.map(({ dtype }) => dtype))).toEqual(new Set(DTYPES));
  });

  test.each(own)('$file is the same byte for byte', ({ file, dtype }) => {
    const bytes = read(file);
    const tensor = toDtype(decodeNpy(bytes, file), dtype as Dtype, file);
    expect(encodeNpy(tensor)).toEqual(bytes);
  });

  test('any tensor comes back as it was', () => {
    fc.assert(
      fc.property(tensors(), (tensor) => {
        const bytes = encodeNpy(tensor);
        expect(isNpy(bytes)).toBe(true);
        expect(toDtype(decodeNpy(bytes, 'x'), tensor.dtype, 'x')).toEqual(tensor);
      }),
    );
  });
});

describe('a file that is no tensor is refused in one line', () => {
  const long = `${HEADER}${' '.repeat(10_000)}`;
  test.each<[string, Uint8Array, string]>([
    ['an empty file', Buffer.alloc(0), 'x.npy is empty'],
    [
      'a file shorter than the magic',
      Buffer.from('\x93NUM', 'latin1'),
      'begins with the bytes 93 4e 55 4d, but',
    ],
    [
      'a file of the magic alone',
      preamble(1, 0, 0).subarray(0, 6),
      'is 6 bytes long, but its npy header ends at byte 10',
    ],
    ['a version 2.0 file cut in the header length', preamble(2, 0, 0).subarray(0, 11), 'is 11 bytes long'],
    ['another magic', Buffer.from('PK\x03\x04 an .npz file'), 'begins with the bytes 50 4b 03 04 20 61'],
    ['version 0.0', Buffer.concat([preamble(0, 0, 9), Buffer.alloc(9)]), 'is of npy version 0.0'],
    ['version 1.1', Buffer.concat([preamble(1, 1, 9), Buffer.alloc(9)]), 'is of npy version 1.1'],
    ['version 4.0', Buffer.concat([preamble(4, 0, 9), Buffer.alloc(9)]), 'is of npy version 4.0'],
    ['version 255.255', Buffer.concat([preamble(255, 255, 9), Buffer.alloc(9)]), 'is of npy version 255.255'],
    [
      'a header longer than the file',
      preamble(1, 0, 118),
      'is 10 bytes long, but its npy header ends at byte 128',
    ],
    [
      'a 12-byte file whose header has 4 GiB',
      preamble(2, 0, 0xfffffff0),
      'its npy header ends at byte 4294967292',
    ],
    [
      "a header above numpy's limit",
      npy(long),
      'has an npy header of 10060 bytes, but at most 10000 are read',
    ],
    [
      'a header of 0 bytes',
      preamble(1, 0, 0),
      "ends at character 1 of its npy header, but '{' must stand there",
    ],
    [
      'a header without newline',
      Buffer.concat([preamble(1, 0, 59), Buffer.from(HEADER)]),
      'a newline must stand there',
    ],
    ['a header that is not ASCII', withDescr("'\xff'"), 'has dtype "ÿ", but the dtypes read are f2, f4,'],
    [
      'a version 3.0 header that is not UTF-8',
      Buffer.concat([preamble(3, 0, 2), Buffer.from([0x7b, 0xff])]),
      'has an npy header that is not UTF-8',
    ],
    [
      'a header that is no dict',
      npy('[1, 2]'),
      `has "[1, 2]" at character 1 of its npy header, but '{' must`,
    ],
    [
      'an unbalanced dict',
      npy("{'descr': '<f4'"),
      "ends at character 17 of its npy header, but ',' or '}' must",
    ],
    ['nested parentheses', npy(HEADER.replace('(2, 3)', '('.repeat(9_000))), 'but a size must stand there'],
    [
      'text after the dict',
      npy(`${HEADER} 1`),
      'has "1" at character 61 of its npy header, but nothing more must',
    ],
    [
      'a missing key',
      npy("{'descr': '<f4', 'shape': (2, 3)}"),
      'has no key "fortran_order" in its npy header',
    ],
    ['no key at all', npy('{}'), 'has no key "descr" in its npy header'],
    [
      'an unknown key',
      npy(HEADER.replace("'shape'", "'__proto__': 1, 'shape'")),
      'has the key "__proto__" in its',
    ],
    [
      'a key twice',
      npy(HEADER.replace("'shape'", "'descr': '<f8', 'shape'")),
      'has the key "descr" twice in its',
    ],
    ['a key without quotes', npy('{descr: 1}'), 'but a key in quotes must stand there'],
    ['an array of Python objects', withDescr("'|O'"), 'holds Python objects (dtype "|O"), which are pickled'],
    ['records', withDescr("[('a', '<f4')]"), `holds records (dtype "[('a', '<f4')]`],
    ['a subarray dtype', withDescr("('<f4', (2,))"), "holds records (dtype \"('<f4', (2,))"],
    [
      'complex numbers',
      withDescr("'<c8'"),
      'holds complex numbers (dtype "<c8"), but a tensor holds real numbers',
    ],
    ['byte strings', withDescr("'|S4'"), 'holds byte strings (dtype "|S4")'],
    ['strings', withDescr("'<U4'"), 'holds strings (dtype "<U4")'],
    ['dates', withDescr("'<M8[ns]'"), 'holds dates (dtype "<M8[ns]")'],
    ['time differences', withDescr("'<m8[s]'"), 'holds time differences (dtype "<m8[s]")'],
    ['raw bytes', withDescr("'|V4'"), 'holds raw bytes (dtype "|V4"), but a tensor holds real numbers'],
    ['raw bytes in an order', withDescr("'>V2'"), 'holds raw bytes (dtype ">V2")'],
    ['bfloat16 cut short', npy(HEADER.replace('<f4', '<V2'), 11), 'shape (2, 3) in bfloat16 takes 12'],
    ['float8, as ml_dtypes saves it', withDescr("'<V1'"), 'holds raw bytes (dtype "<V1")'],
    ['long doubles', withDescr("'<f16'"), 'has dtype "<f16", but the dtypes read are'],
    ['a dtype of no known form', withDescr("'<ixy'"), 'has dtype "<ixy", but the dtypes read are'],
    ['an inherited property as dtype', withDescr("'<constructor'"), 'has dtype "<constructor"'],
    ['an empty dtype', withDescr("''"), 'has dtype "", but the dtypes read are'],
    ['several bytes without a byte order', withDescr("'|f4'"), 'has dtype "|f4", but the dtypes read are'],
    ['a dtype without quotes', withDescr('None'), "the dtype in quotes, such as '<f4', must stand there"],
    [
      'Fortran order in quotes',
      npy(HEADER.replace('False', "'True'")),
      'but True or False as fortran_order must',
    ],
    [
      'Fortran order as a number',
      npy(HEADER.replace('False', '1')),
      'but True or False as fortran_order must',
    ],
    [
      'a negative size',
      withShape('(2, -3)'),
      'has the size "-3" in its shape, but a size is an integer from 0',
    ],
    ['a fractional size', withShape('(2, 3.0)'), 'has the size "3.0" in its shape'],
    ['a boolean size', withShape('(2, True)'), 'has the size "True" in its shape'],
    [
      'a size of 30 digits',
      withShape(`(2, ${'9'.repeat(30)})`),
      `has the size "${'9'.repeat(30)}" in its shape`,
    ],
    ['a size of 2^53', withShape('(9007199254740992,)'), 'has the size "9007199254740992" in its shape'],
    [
      'a shape that is a list',
      withShape('[2, 3]'),
      'but shape as a tuple, such as (2, 3) or (3,), must stand there',
    ],
    [
      'a shape that is a number',
      withShape('(6)'),
      "but ',' after the only size, as in (3,), must stand there",
    ],
    [
      'more than 32 dimensions',
      withShape(`(${'1, '.repeat(33)})`, 4),
      'has a shape of 33 dimensions, but at most 32',
    ],
    [
      'sizes whose product overflows',
      withShape('(4294967296, 4294967296)'),
      "has shape (4294967296, 4294967296), but the sizes' product must be below 2^53",
    ],
    [
      'sizes whose product overflows behind a 0',
      withShape('(0, 4294967296, 4294967296)'),
      "the sizes' product must be below 2^53",
    ],
    [
      'a small file that claims terabytes',
      withShape('(1000000000000,)', 24),
      'holds 24 bytes of elements, but shape (1000000000000,) in float32 takes 4000000000000',
    ],
    [
      'elements cut short',
      npy(HEADER, 20),
      'holds 20 bytes of elements, but shape (2, 3) in float32 takes 24',
    ],
    [
      'bytes after the elements',
      npy(HEADER, 25),
      'holds 25 bytes of elements, but shape (2, 3) in float32 takes 24',
    ],
  ])('%s', (_, bytes, words) => {
    const error = errorOf(bytes);
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^x\.npy [ -~ÿ…]*$/); // one printable line that begins with the name
    expect(error.message.length).toBeLessThan(250);
    expect(error.hint).toBeTruthy();
  });

  test('a file that would run code says so, and how to save the numbers', () => {
    expect(errorOf(withDescr("'|O'"))).toMatchObject({
      message:
        'x.npy holds Python objects (dtype "|O"), which are pickled, and unpickling runs code: refused',
      hint: 'where the objects are numbers, save them as numbers: numpy.save(path, x.astype("float32"))',
    });
  });

  test('text from the file cannot act on a terminal or a CI log', () => {
    const { message } = errorOf(npy("{'\x1b[2J\r::error::##vso[x]': 1}"));
    expect(message).toContain('"\\u001b[2J\\r::error::\\u0023#vso[x]"');
  });

  test('an empty array with one huge size is read at once', () => {
    expect(decodeNpy(withShape('(9007199254740991, 0)'), 'x').shape).toEqual([9007199254740991, 0]);
    const fortran = HEADER.replace('False', 'True').replace('(2, 3)', '(9007199254740991, 0)');
    expect(decodeNpy(npy(fortran, 0), 'x').values.length).toBe(0);
  });
});

describe('an element that float64 cannot hold is refused by its index and value', () => {
  test.each([
    ['int64', '(2, 3)', 'False', '(1, 0)', 3],
    ['int64 in Fortran order', '(2, 3)', 'True', '(1, 0)', 1],
  ])('%s', (_, shape, fortran, index, place) => {
    const header = HEADER.replace('<f4', '<i8').replace('False', fortran).replace('(2, 3)', shape);
    const bytes = Buffer.from(npy(header, 48));
    bytes.writeBigInt64LE(-9007199254740993n, bytes.length - 48 + 8 * place);
    expect(errorOf(bytes)).toMatchObject({
      code: 'bad-tensor',
      message: `x.npy, of dtype int64, holds at index ${index} -9007199254740993, but the nearest float64 is -9007199254740992`,
    });
  });

  test('uint64', () => {
    const bytes = Buffer.from(npy(HEADER.replace('<f4', '>u8').replace('(2, 3)', '()'), 8));
    bytes.writeBigUInt64BE(2n ** 64n - 1n, bytes.length - 8);
    expect(errorOf(bytes).message).toContain(
      'index () 18446744073709551615, but the nearest float64 is 18446744073709551616',
    );
  });

  test('a bool that is neither 0 nor 1', () => {
    const bytes = npy(HEADER.replace('<f4', '|b1'), 6);
    bytes[bytes.length - 2] = 7;
    expect(errorOf(bytes).message).toBe(
      'x.npy, of dtype bool, holds at index (1, 1) the byte 7, but a bool is 0 or 1',
    );
  });
});

test('a damaged file gives a tensor or a ToolError, never another exception', () => {
  const files = FIXTURES.map(({ file }) => read(file));
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...files), mutations(), (file, mutate) => {
      try {
        const { shape, values } = decodeNpy(mutate(file), 'x.npy');
        expect(values.length).toBe(elementCount(shape));
        accepted++;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        expect(error.message).toMatch(/^x\.npy[ ,][^\p{Cc}]*$/u);
        refused++;
      }
    }),
    { numRuns: 10_000 },
  );
  // The damage is neither always fatal nor harmless: of 10 000, 242 ± 15 are accepted (measured over 60 seeds), so
  // that a limit of 200 failed one seed in 300; 100 is nine deviations away.
  expect(Math.min(accepted, refused)).toBeGreaterThan(100);
});
