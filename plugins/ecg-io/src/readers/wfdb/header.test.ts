import { describe, expect, it } from 'vitest';
import { parseHeader } from './header.ts';

const parse = (...lines: string[]) => parseHeader(lines.join('\n'), 'a.hea');
const message = (...lines: string[]) => {
  try {
    parse(...lines);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('parseHeader', () => {
  it('reads every field', () => {
    const header = parse(
      '# before',
      '100 1 360/0.5(3) 650000 0:0:0 1/1/1980',
      'sub/100.dat 212x2:3+512 200.5(-7)/uV 11 1024 995 -22131 0 MLII, left  arm',
      '#Age: 69',
    );
    expect(header).toMatchInlineSnapshot(`
      {
        "comments": [
          "before",
          "Age: 69",
        ],
        "frames": 650000,
        "samplingHz": 360,
        "signals": [
          {
            "adcBits": 11,
            "adcZero": 1024,
            "baseline": -7,
            "byteOffset": 512,
            "checksum": -22131,
            "file": "sub/100.dat",
            "format": 212,
            "gain": 200.5,
            "initial": 995,
            "name": "MLII, left arm",
            "samplesPerFrame": 2,
            "skew": 3,
            "unit": "uV",
          },
        ],
      }
    `);
  });

  it('fills in what the format defines', () => {
    const { samplingHz, frames, signals } = parse('r 1', 'r.dat 16');
    expect({ samplingHz, frames, ...signals[0] }).toMatchInlineSnapshot(`
      {
        "adcBits": 0,
        "adcZero": 0,
        "baseline": 0,
        "byteOffset": 0,
        "checksum": undefined,
        "file": "r.dat",
        "format": 16,
        "frames": undefined,
        "gain": 200,
        "initial": undefined,
        "name": "",
        "samplesPerFrame": 1,
        "samplingHz": 250,
        "skew": 0,
        "unit": "mV",
      }
    `);
  });

  it('takes the ADC zero for a missing baseline and 200 for a gain of 0', () => {
    const [signal] = parse('r 1 100', 'r.dat 16 0/mV 12 1024').signals;
    expect([signal?.gain, signal?.baseline]).toEqual([200, 1024]);
  });

  it('names line and cause', () => {
    expect(message('')).toMatchInlineSnapshot(
      `"E_WFDB_EMPTY: a.hea: the file has no content. Fix: copy the file again from its source."`,
    );
    expect(message('# only')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 1 of the header is malformed: there is no record line. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('hello')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 1 of the header is malformed: a record line reads "name signals [frequency [samples [time [date]]]]". Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 0 500 10')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 1 of the header is malformed: it names no signal. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 2 500 10', 'r.dat 16')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 1 of the header is malformed: it promises 2 signals, 1 signal lines follow. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 1 0 10', 'r.dat 16')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 1 of the header is malformed: the frequency lies outside 0 to 1,000,000 Hz. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 1 500 10', 'r.dat sixteen')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 2 of the header is malformed: the format field reads "format[xN][:skew][+offset]". Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 1 500 10', 'r.dat 16x0')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 2 of the header is malformed: it has 0 samples per frame. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 1 500 10', 'r.dat 16 high')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 2 of the header is malformed: the gain field reads "gain[(baseline)][/units]". Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r 1 500 10', '#', 'r.dat 16 200 16 0 x')).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: a.hea: line 3 of the header is malformed: the initial value is no integer. Fix: restore the header from its source or leave the record out."`,
    );
    expect(message('r/3 1 500 10', 'r.dat 16')).toMatchInlineSnapshot(
      `"E_WFDB_SEGMENTS: a.hea: it is a multi-segment record (3 segments), which is not supported. Fix: use the headers of its segments, one record each."`,
    );
  });

  it.each(['../r.dat', '/etc/r.dat', 'a/../../r.dat', 'C:r.dat', '..\\r.dat', '-', './r.dat'])(
    'refuses the signal path %s',
    (file) =>
      expect(message('r 1 500 10', `${file} 16`)).toMatch(/^E_WFDB_SIGNAL_PATH: a\.hea: line 2 /),
  );

  it('the message of a signal path', () => {
    expect(message('r 1 500 10', '../r.dat 16')).toMatchInlineSnapshot(
      `"E_WFDB_SIGNAL_PATH: a.hea: line 2 of the header names a signal file outside the folder of the record. Fix: put the signal file beside its header and name it without '..' or a leading '/'."`,
    );
  });
});
