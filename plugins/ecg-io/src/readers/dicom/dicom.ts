/** @file DICOM waveforms: 12-lead ECG and general ECG storage, the largest original multiplex group. */
import type { DataSet } from 'dicom-parser';
import * as errors from '../common/errors.ts';
import { ageAt, ageOf, dayOf, factsOf, sexOf } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate } from '../common/limits.ts';
import type { Facts, Recording, RecordingLead } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';
import { scpLeadName } from '../scp/lead-names.ts';

const FORMAT = 'DICOM waveform';
/** Transfer syntaxes without compression of the whole file. */
const DEFLATED = '1.2.840.10008.1.2.1.99';
const ECG_CLASSES = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\.(1\.1|1\.2|1\.3|8\.1)$/;

export const dicom = defineReader({
  id: 'dicom-ecg',
  format: FORMAT,
  options: leadOptionsSchema,
  // The class of the file stands among its first elements: CMR series have another.
  recognises: (head) => {
    const text = new TextDecoder('latin1').decode(head);
    return (
      text.slice(128, 132) === 'DICM' &&
      /1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\.(1\.[123]|8\.1)/.test(text)
    );
  },
  decode: decodeDicom,
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _UNIT, _LIMIT, _UNSUPPORTED. */
export async function decodeDicom(bytes: Uint8Array, where: string): Promise<Recording> {
  const { default: parser } = await import('dicom-parser');
  let data: DataSet;
  try {
    data = parser.parseDicom(bytes);
  } catch (error) {
    throw errors.damaged(where, FORMAT, 'its elements cannot be followed', error);
  }
  if (data.string('x00020010') === DEFLATED)
    throw errors.unsupported(where, FORMAT, 'deflated elements');
  if (!ECG_CLASSES.test(data.string('x00080016') ?? ''))
    throw errors.noWaveform(where, FORMAT, 'ECG class');
  const groups = itemsOf(data, 'x54000100');
  const size = (group: DataSet) =>
    (group.string('x003a0004') === 'DERIVED' ? 0 : 1e12) +
    (group.uint16('x003a0005') ?? 0) * (group.uint32('x003a0010') ?? 0);
  const group = [...groups].sort((a, b) => size(b) - size(a))[0];
  if (group === undefined) throw errors.noWaveform(where, FORMAT, 'WaveformSequence');
  const flags = groups.length > 1 ? [`multiplex groups ${groups.length}, the largest is read`] : [];
  return { leads: leadsOf(group, where), facts: dicomFacts(data), flags };
}

function leadsOf(group: DataSet, where: string): RecordingLead[] {
  const channels = group.uint16('x003a0005') ?? 0;
  const samples = group.uint32('x003a0010') ?? 0;
  const samplingHz = checkRate(where, FORMAT, group.floatString('x003a001a') ?? NaN);
  const bits = group.uint16('x54001004');
  if (bits !== 16 || group.string('x54001006') !== 'SS') {
    throw errors.unsupported(where, FORMAT, 'samples that are no signed 16-bit numbers');
  }
  checkCounts(where, channels, channels * samples);
  const definitions = itemsOf(group, 'x003a0200');
  const data = group.elements['x54001010'];
  if (channels === 0 || samples === 0 || definitions.length !== channels || data === undefined) {
    throw errors.noWaveform(where, FORMAT, 'channels, samples or their definitions');
  }
  if (data.length < 2 * channels * samples) {
    const cause = `its samples promise ${2 * channels * samples} bytes and hold ${data.length}`;
    throw errors.damaged(where, FORMAT, cause);
  }
  const littleEndian = group.byteArrayParser !== undefined && !isBigEndian(group);
  const view = new DataView(
    group.byteArray.buffer,
    group.byteArray.byteOffset + data.dataOffset,
    data.length,
  );
  const padding = group.int16('x5400100a');
  return definitions.map((definition, channel) => {
    const name = channelName(definition);
    const scale = microvoltsPerStep(definition, name, where);
    const baseline = definition.floatString('x003a0213') ?? 0;
    const microvolts = new Float64Array(samples);
    for (let i = 0; i < samples; i++) {
      const value = view.getInt16(2 * (i * channels + channel), littleEndian);
      microvolts[i] = value === padding ? NaN : value * scale.step + baseline * scale.unit;
    }
    return { name, samplingHz, microvolts };
  });
}

/** The parser of a data set knows its byte order: two bytes tell. */
function isBigEndian(data: DataSet): boolean {
  return data.byteArrayParser.readUint16(Uint8Array.of(0, 1) as never, 0) === 1;
}

function microvoltsPerStep(
  definition: DataSet,
  name: string,
  where: string,
): { step: number; unit: number } {
  const sensitivity = definition.floatString('x003a0210') ?? NaN;
  const correction = definition.floatString('x003a0212') ?? 1;
  const code = itemsOf(definition, 'x003a0211')[0]?.string('x00080100') ?? '';
  const unit = microvoltsOf(code);
  if (unit === undefined) throw errors.unitUnknown(where, errors.listed([name]));
  const step = sensitivity * correction * unit;
  if (!Number.isFinite(step)) throw errors.damaged(where, FORMAT, 'a channel has no sensitivity');
  return { step, unit };
}

/** By its code (MDC 2:1, SCP-ECG 5.6.3-9-1: both number leads as SCP-ECG does) or by its meaning. */
function channelName(definition: DataSet): string {
  const source = itemsOf(definition, 'x003a0208')[0];
  const code = /^(?:2:|5\.6\.3-9-)(\d{1,3})$/.exec(source?.string('x00080100') ?? '');
  if (code) return scpLeadName(Number(code[1]));
  return source?.string('x00080104') ?? definition.string('x003a0203') ?? '';
}

function itemsOf(data: DataSet, tag: string): DataSet[] {
  return (data.elements[tag]?.items ?? []).flatMap((item) => (item.dataSet ? [item.dataSet] : []));
}

function dicomFacts(data: DataSet): Facts {
  const text = (tag: string) => data.string(tag);
  const stated = /^(\d{3})([DWMY])$/.exec(text('x00101010') ?? '');
  const recorded = dayOf(text('x0008002a')) ?? dayOf(text('x00080020'));
  const age = stated ? ageOf(stated[1], stated[2]) : ageAt(dayOf(text('x00100030')), recorded);
  return factsOf(age, sexOf(text('x00100040')));
}
