/** @file Facts of section 1 of an SCP-ECG file: age and sex alone. */
import { ageAt, ageOf, checked, factsOf } from '../common/facts.ts';
import type { Day } from '../common/facts.ts';
import type { Facts } from '../common/recording.ts';
import type { SectionReader } from './sections.ts';

const TAG = { age: 4, born: 5, sex: 8, recorded: 25, end: 255 };
const ageUnits = ['', 'years', 'months', 'weeks', 'days'];

export function scpFacts(section: SectionReader | undefined): Facts {
  const tags = section === undefined ? new Map<number, DataView>() : tagsOf(section);
  const age = tags.get(TAG.age);
  const unit = age !== undefined && age.byteLength >= 3 ? ageUnits[age.getUint8(2)] : undefined;
  const stated = age === undefined || !unit ? null : ageOf(age.getUint16(0, true), unit);
  const sex = tags.get(TAG.sex);
  const code = sex !== undefined && sex.byteLength >= 1 ? sex.getUint8(0) : 0;
  const years = stated ?? ageAt(dayOf(tags.get(TAG.born)), dayOf(tags.get(TAG.recorded)));
  return factsOf(years, code === 1 ? 'male' : code === 2 ? 'female' : null);
}

function dayOf(field: DataView | undefined): Day | undefined {
  if (field === undefined || field.byteLength < 4) return undefined;
  return checked(field.getUint16(0, true), field.getUint8(2), field.getUint8(3));
}

/** Fields by tag as far as they can be followed; the first of a tag counts. */
function tagsOf(section: SectionReader): Map<number, DataView> {
  const tags = new Map<number, DataView>();
  for (let at = 0; at + 3 <= section.length;) {
    const [tag, length] = [section.u8(at), section.u16(at + 1)];
    if (tag === TAG.end || at + 3 + length > section.length) break;
    const bytes = section.bytes(at + 3, length);
    if (!tags.has(tag)) tags.set(tag, new DataView(bytes.buffer, bytes.byteOffset, length));
    at += 3 + length;
  }
  return tags;
}
