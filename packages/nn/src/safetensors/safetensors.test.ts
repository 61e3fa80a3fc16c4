import { hostRandom } from '@dualbeat/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors } from './read-safetensors.ts';
import { isSafeDtype, itemBytes, safeArrays, type SafeTensorInput } from './safe-tensor.ts';
import { writeSafetensors } from './write-safetensors.ts';

const messageOf = (work: () => unknown) => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};
/** A file of this header and this many data bytes; `length` overrides what the header says of its length. */
function file(header: string, data = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const tensor = (dtype: string, shape: string, from: number | string, to: number | string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;

test('golden bytes: names sorted, wide items first, data at a multiple of 8', () => {
  const bytes = writeSafetensors(
    {
      b: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
      a: { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) },
      '0': { dtype: 'I64', shape: [], data: BigInt64Array.of(5n) },
    },
    { step: '7', format: 'dualbeat' },
  );
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect((8 + length) % 8).toBe(0);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  expect(header.trimEnd()).toBe(
    '{"__metadata__":{"format":"dualbeat","step":"7"},' +
      '"0":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},' +
      '"b":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]}}',
  );
  expect([...bytes.subarray(8 + length)]).toEqual([
    ...[5, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0],
    ...[1, 0, 1],
  ]);
});

test('the order of the record does not change the bytes', () => {
  const data = Float32Array.of(1);
  const one: SafeTensorInput = { dtype: 'F32', shape: [1], data };
  const other: SafeTensorInput = { dtype: 'F16', shape: [1], data: Uint16Array.of(3) };
  expect(writeSafetensors({ x: one, y: other })).toEqual(writeSafetensors({ y: other, x: one }));
});

test('bytes given as a Uint8Array, and views into larger buffers', () => {
  const whole = Float32Array.of(9, 1, 2, 9);
  const raw = new Uint8Array(Float32Array.of(3).buffer);
  const { tensors } = readSafetensors(
    writeSafetensors({
      part: { dtype: 'F32', shape: [2], data: whole.subarray(1, 3) },
      raw: { dtype: 'F32', shape: [], data: raw },
    }),
  );
  expect(tensors['part']?.data).toEqual(Float32Array.of(1, 2));
  expect(tensors['raw']?.data).toEqual(Float32Array.of(3));
});

const dtypes = Object.keys(safeArrays).filter(isSafeDtype);
const anyTensor = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
    seed: fc.nat(),
  })
  .map(({ dtype, shape, seed }): SafeTensorInput => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const random = hostRandom(seed, 'safetensors');
    const bytes = Uint8Array.from({ length: count * itemBytes(dtype) }, () => random() * 256);
    return { dtype, shape, data: new safeArrays[dtype](bytes.buffer) };
  });
const anyName = fc
  .string({ unit: 'grapheme' })
  .filter((name) => name !== '__metadata__' && name !== '__proto__');

test('what is written is read, bit for bit, at any place in memory', () => {
  const anyFile = fc.record({
    tensors: fc.dictionary(anyName, anyTensor, { maxKeys: 8 }),
    metadata: fc.dictionary(anyName, fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
    offset: fc.nat(9),
  });
  fc.assert(
    fc.property(anyFile, ({ tensors, metadata, offset }) => {
      const bytes = writeSafetensors(tensors, metadata);
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      const read = readSafetensors(moved.subarray(offset));
      expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
      expect({ ...read.metadata }).toEqual({ ...metadata });
      for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
        const got = read.tensors[name] as SafeTensorInput;
        expect([got.dtype, got.shape, got.data.constructor]).toEqual([
          dtype,
          shape,
          safeArrays[dtype],
        ]);
        // As bytes: NaNs differ in their bits.
        expect(Buffer.from(got.data.buffer, got.data.byteOffset, got.data.byteLength)).toEqual(
          Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('taken: an empty file, empty tensors, blanks, no padding, any order of offsets', () => {
  expect(readSafetensors(file('{}'))).toEqual({ tensors: {}, metadata: {} });
  const text = `{ "b" : ${tensor('F32', '[ 0 , 3 ]', 4, 4)},\n"a":${tensor('F32', '[]', 4, 8)}, "c":${tensor('F32', '[1]', 0, 4)}}   `;
  const { tensors } = readSafetensors(file(text, 8));
  expect(Object.values(tensors).map(({ shape, data }) => [shape, data.length])).toEqual([
    [[0, 3], 0],
    [[], 1],
    [[1], 1],
  ]);
});

const f32 = (from: number, to: number) => tensor('F32', `[${(to - from) / 4}]`, from, to);
const attacks: [string, Uint8Array, string][] = [
  ['nothing', new Uint8Array(0), 'TRUNCATED'],
  ['seven bytes', new Uint8Array(7), 'TRUNCATED'],
  ['no header', new Uint8Array(8), 'HEADER'],
  ['a header beyond the end', file('{}', 0, 3n), 'TRUNCATED'],
  ['a huge header', file('{}', 0, 100_000_001n), 'HEADER_SIZE'],
  ['a header of 2^53 bytes', file('{}', 0, 2n ** 53n), 'HEADER_SIZE'],
  ['a header of 2^64 - 1 bytes', file('{}', 0, 2n ** 64n - 1n), 'HEADER_SIZE'],
  ['a cut header', file('{"a":{"dtype":"F32"'), 'HEADER'],
  ['no object', file('[]'), 'HEADER'],
  ['a blank first', file(' {}'), 'HEADER'],
  ['a byte order mark', file('\ufeff{}'), 'HEADER'],
  ['not UTF-8', file('{}').map((byte, i) => (i === 9 ? 0xff : byte)), 'HEADER'],
  ['two objects', file('{}{}'), 'HEADER'],
  ['zeros as padding', file('{}\0\0'), 'HEADER'],
  ['a comma at the end', file('{"a":' + f32(0, 0) + ',}'), 'HEADER'],
  ['a comment', file('{}/**/'), 'HEADER'],
  ['overlap', file(`{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12), 'OFFSETS'],
  ['two tensors in one place', file(`{"a":${f32(0, 4)},"b":${f32(0, 4)}}`, 4), 'OFFSETS'],
  ['a gap', file(`{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12), 'OFFSETS'],
  ['a gap at the start', file(`{"a":${f32(4, 8)}}`, 8), 'OFFSETS'],
  ['an empty tensor elsewhere', file(`{"a":${f32(0, 4)},"b":${f32(100, 100)}}`, 4), 'OFFSETS'],
  ['an end before the start', file(`{"a":${tensor('F32', '[0]', 4, 0)}}`, 4), 'OFFSETS'],
  ['data cut off', file(`{"a":${f32(0, 8)}}`, 7), 'TRUNCATED'],
  ['trailing bytes', file(`{"a":${f32(0, 8)}}`, 9), 'TRAILING'],
  ['bytes without a tensor', file('{}', 1), 'TRAILING'],
  ['a negative offset', file(`{"a":${tensor('F32', '[1]', -4, 0)}}`, 4), 'HEADER'],
  ['a negative extent', file(`{"a":${tensor('F32', '[-1]', 0, 4)}}`, 4), 'HEADER'],
  ['two negative extents', file(`{"a":${tensor('F32', '[-1,-1]', 0, 4)}}`, 4), 'HEADER'],
  ['a fraction', file(`{"a":${tensor('F32', '[1.0]', 0, 4)}}`, 4), 'HEADER'],
  ['an exponent', file(`{"a":${tensor('F32', '[1e0]', 0, 4)}}`, 4), 'HEADER'],
  ['a leading zero', file(`{"a":${tensor('F32', '[01]', 0, 4)}}`, 4), 'HEADER'],
  ['a text as extent', file(`{"a":${tensor('F32', '["1"]', 0, 4)}}`, 4), 'HEADER'],
  ['an extent of 2^53', file(`{"a":${tensor('F32', `[${2 ** 53}]`, 0, 4)}}`, 4), 'HEADER'],
  [
    'an extent of 400 digits',
    file(`{"a":${tensor('F32', `[${'9'.repeat(400)}]`, 0, 4)}}`, 4),
    'HEADER',
  ],
  [
    'extents of 2^53 together',
    file(`{"a":${tensor('F32', '[67108864,67108864,2]', 0, 4)}}`, 4),
    'SHAPE',
  ],
  [
    'an overflow to 0 in 64 bits',
    file(`{"a":${tensor('F32', '[4294967296,4294967296]', 0, 0)}}`),
    'SHAPE',
  ],
  [
    'an overflow with a 0 behind',
    file(`{"a":${tensor('F32', '[4294967296,4294967296,0]', 0, 0)}}`),
    'SHAPE',
  ],
  ['fewer bytes than the shape', file(`{"a":${tensor('F32', '[2]', 0, 4)}}`, 4), 'SHAPE'],
  ['a cut item', file(`{"a":${tensor('F32', '[1]', 0, 3)}}`, 3), 'SHAPE'],
  ['an unknown dtype', file(`{"a":${tensor('F31', '[1]', 0, 4)}}`, 4), 'DTYPE'],
  ['a dtype from the prototype', file(`{"a":${tensor('constructor', '[1]', 0, 4)}}`, 4), 'DTYPE'],
  ['a tensor twice', file(`{"a":${f32(0, 4)},"a":${f32(4, 8)}}`, 8), 'DUPLICATE'],
  ['a tensor twice by escape', file(`{"a":${f32(0, 4)},"\\u0061":${f32(4, 8)}}`, 8), 'DUPLICATE'],
  [
    'a dtype twice',
    file('{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    'DUPLICATE',
  ],
  ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), 'DUPLICATE'],
  ['an entry of metadata twice', file('{"__metadata__":{"a":"1","a":"2"}}'), 'DUPLICATE'],
  ['__proto__', file(`{"__proto__":${f32(0, 4)}}`, 4), 'NAME'],
  ['__proto__ by escape', file(`{"__pr\\u006fto__":${f32(0, 4)}}`, 4), 'NAME'],
  ['__proto__ in metadata', file('{"__metadata__":{"__proto__":"x"}}'), 'NAME'],
  [
    '__proto__ in a tensor',
    file('{"a":{"__proto__":{},"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    'NAME',
  ],
  ['half a character', file('{"\\ud800":' + f32(0, 4) + '}', 4), 'HEADER'],
  [
    'an unknown key',
    file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', 4),
    'HEADER',
  ],
  ['no shape', file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4), 'HEADER'],
  ['one offset', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', 4), 'HEADER'],
  ['three offsets', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', 4), 'LIMIT'],
  ['a number as metadata', file('{"__metadata__":{"a":1}}'), 'HEADER'],
  ['null as a tensor', file('{"a":null}'), 'HEADER'],
  ['a bare control character', file('{"a\n":' + f32(0, 0) + '}'), 'HEADER'],
  ['a bad escape', file('{"\\x":' + f32(0, 0) + '}'), 'HEADER'],
  ['a backslash at the end', file('{"\\'), 'HEADER'],
  [
    '33 dimensions',
    file(`{"a":${tensor('F32', `[${Array(33).fill(1).join()}]`, 0, 4)}}`, 4),
    'LIMIT',
  ],
  ['5 MB of brackets', file('{"a":' + '['.repeat(5e6)), 'HEADER'],
  ['a name of 20 MB', file(`{"${'x'.repeat(2e7)}":1}`), 'HEADER'],
  ['a number of 20 MB', file(`{"a":${tensor('F32', `[${'1'.repeat(2e7)}]`, 0, 4)}}`), 'HEADER'],
  ['blanks of 20 MB', file(`{${' '.repeat(2e7)}`), 'HEADER'],
];
test.each(attacks)('refused: %s', (_name, bytes, code) => {
  expect(messageOf(() => readSafetensors(bytes)).split(':')[0]).toBe(`E_SAFETENSORS_${code}`);
});

test('limits', () => {
  const two = file(`{"a":${f32(0, 4)},"b":${f32(4, 8)}}`, 8);
  expect(
    messageOf(() => readSafetensors(two, { tensors: 1, where: 'm.safetensors' })),
  ).toMatchInlineSnapshot(
    `"E_SAFETENSORS_LIMIT: m.safetensors: it has 2 tensors, the limit is 1. Fix: raise the limit if you trust this file."`,
  );
  expect(messageOf(() => readSafetensors(two, { headerBytes: 16 }))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_HEADER_SIZE: its header says that it is 107 bytes long, the limit is 16. Fix: this is no safetensors file, or it is damaged: copy or make it again."`,
  );
  expect(messageOf(() => readSafetensors(two, { rank: 0 }))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_LIMIT: it has 1 dimensions in one tensor, the limit is 0. Fix: raise the limit if you trust this file."`,
  );
  expect(messageOf(() => readSafetensors(two, { tensors: 2, rank: 1 }))).toBe('taken');
});

test('messages name the file, the tensor and what is wrong', () => {
  const where = 'runs/x/best.safetensors';
  const of = (bytes: Uint8Array) => messageOf(() => readSafetensors(bytes, { where }));
  expect(of(file(`{"a":${f32(0, 8)}}`, 7))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_TRUNCATED: runs/x/best.safetensors: it ends early: it has 69 bytes and needs at least 70. Fix: this is no safetensors file, or it is damaged: copy or make it again."`,
  );
  expect(of(file(`{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_OFFSETS: runs/x/best.safetensors: the data offsets of the tensor "b" are refused: they begin at 4 and overlap the tensor before, which ends at 8. Fix: this is no safetensors file, or it is damaged: copy or make it again."`,
  );
  expect(of(file(`{"a":${tensor('F8_E4M3', '[4]', 0, 4)}}`, 4))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_DTYPE: runs/x/best.safetensors: the tensor "a" has the dtype "F8_E4M3". Fix: save it again as one of F32, I32, BOOL, F64, I64, BF16, F16."`,
  );
  expect(of(file(`{"a":${tensor('F32', '[2,3]', 0, 4)}}`, 4))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_SHAPE: runs/x/best.safetensors: the shape of the tensor "a" is refused: [2, 3] of F32 takes 24 bytes, the offsets give 4. Fix: this is no safetensors file, or it is damaged: copy or make it again."`,
  );
  expect(of(file('{"a":1}'))).toMatchInlineSnapshot(
    `"E_SAFETENSORS_HEADER: runs/x/best.safetensors: its header is refused: "{" is expected at character 5. Fix: this is no safetensors file, or it is damaged: copy or make it again."`,
  );
});

test('what cannot be written is refused', () => {
  const of = (given: Partial<SafeTensorInput>, name = 'a') =>
    messageOf(() =>
      writeSafetensors({
        [name]: { dtype: 'F32', shape: [2], data: new Float32Array(2), ...given },
      }),
    );
  expect(of({})).toBe('taken');
  expect(of({ shape: [3] })).toMatchInlineSnapshot(
    `"E_SAFETENSORS_DATA: the data of the tensor "a" cannot be written: [3] of F32 takes 12 bytes, it has 8. Fix: give the typed array of its dtype with as many elements as its shape says."`,
  );
  expect(of({ data: new Int32Array(2) })).toMatchInlineSnapshot(
    `"E_SAFETENSORS_DATA: the data of the tensor "a" cannot be written: F32 is given as Int32Array, not as Float32Array. Fix: give the typed array of its dtype with as many elements as its shape says."`,
  );
  expect(of({ shape: [-2] })).toMatchInlineSnapshot(
    `"E_SAFETENSORS_DATA: the data of the tensor "a" cannot be written: the shape [-2] has an extent that is no count. Fix: give the typed array of its dtype with as many elements as its shape says."`,
  );
  expect(of({}, '__metadata__')).toMatchInlineSnapshot(
    `"E_SAFETENSORS_NAME: "__metadata__" is no name for a tensor or an entry. Fix: use another name."`,
  );
  expect(of({ dtype: 'F8' as 'F32' })).toContain('E_SAFETENSORS_DTYPE');
  expect(messageOf(() => writeSafetensors({}, JSON.parse('{"__proto__":"x"}')))).toContain('_NAME');
});

const runs = process.env['DUALBEAT_TEST_FULL'] === undefined ? 10_000 : 100_000;
test(`${runs} random mutations are read whole or refused with a code`, () => {
  const good = writeSafetensors(
    {
      'head/weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array(6).fill(1) },
      'head/bias': { dtype: 'BF16', shape: [3], data: Uint16Array.of(1, 2, 3) },
      step: { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) },
      mask: { dtype: 'BOOL', shape: [5], data: new Uint8Array(5) },
    },
    { format: 'pt' },
  );
  const random = hostRandom(1, 'safetensors/fuzz');
  const pick = (n: number) => Math.floor(random() * n);
  const header = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));
  const symbols = new TextEncoder().encode('0123456789{}[]",:-.eE\\ _');
  const codes = new Map<string, number>();
  for (let run = 0; run < runs; run++) {
    let bytes = good.slice();
    for (let change = pick(3); change >= 0; change--) {
      const at = pick(random() < 0.9 ? header : bytes.length);
      const kind = pick(4);
      if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
      if (kind === 1) bytes[at] = symbols[pick(symbols.length)] as number;
      if (kind === 2) bytes = bytes.slice(0, pick(bytes.length + 1));
      if (kind === 3)
        bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(pick(bytes.length)));
    }
    let code = 'taken';
    try {
      const { tensors } = readSafetensors(bytes);
      for (const { dtype, shape, data } of Object.values(tensors)) {
        const size = shape.reduce((product, extent) => product * extent, itemBytes(dtype));
        expect(data.byteLength).toBe(size);
      }
    } catch (error) {
      code = (error as { code?: string }).code ?? String(error);
      expect(code).toMatch(/^E_SAFETENSORS_/);
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  // The mutations reach behind the first checks.
  const reached = [...codes.keys()].sort();
  for (const code of [
    'taken',
    'E_SAFETENSORS_DTYPE',
    'E_SAFETENSORS_OFFSETS',
    'E_SAFETENSORS_SHAPE',
    'E_SAFETENSORS_TRAILING',
  ]) {
    expect(reached).toContain(code);
  }
});
