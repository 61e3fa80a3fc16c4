/** @file The readers of this plugin. */
import { aecg } from './aecg/aecg.ts';
import { hdf5 } from './arrays/hdf5.ts';
import { npy } from './arrays/npy.ts';
import { npz } from './arrays/npz.ts';
import { safetensors } from './arrays/safetensors.ts';
import { cardiosoft } from './cardiosoft/cardiosoft.ts';
import { csv } from './csv/csv.ts';
import { dicom } from './dicom/dicom.ts';
import { edf } from './edf/edf.ts';
import { muse } from './muse/muse.ts';
import { philips } from './philips/philips.ts';
import { scp } from './scp/scp.ts';
import { openWfdb, wfdb } from './wfdb/wfdb.ts';

export const readers = [
  ...[wfdb, muse, cardiosoft, philips, aecg, scp, dicom, edf],
  ...[csv, npy, npz, hdf5, safetensors],
];
export { openWfdb, wfdb };
