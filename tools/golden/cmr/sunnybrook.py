"""LV volumes of Sunnybrook from contours, independent of the project's code: areas of polygons (shoelace), no pixels.

Run: <venv with numpy and pydicom>/bin/python tools/golden/cmr/sunnybrook.py <data folder> > plugins/cohort-acdc/test/golden/sunnybrook.json
"""

import csv
import glob
import json
import os
import re
import sys

import numpy as np
import pydicom

root = os.path.join(sys.argv[1], 'sunnybrook')
result = {}
for row in csv.DictReader(open(os.path.join(root, 'phases.csv'))):
    folder = os.path.join(root, 'dicoms', row['patient_id'])
    if not os.path.isdir(folder):
        continue
    phases = int(row['phases'])
    heads = [pydicom.dcmread(f, stop_before_pixels=True) for f in glob.glob(folder + '/*.dcm')]
    normal = np.cross(heads[0].ImageOrientationPatient[:3], heads[0].ImageOrientationPatient[3:])
    places = np.unique(np.round([np.dot(normal, h.ImagePositionPatient) for h in heads], 2))
    pixel = np.prod([float(v) for v in heads[0].PixelSpacing])
    distance = np.mean(np.diff(places))

    def millilitres(kind, phase):
        total = 0.0
        for file in glob.glob(os.path.join(root, 'contourfiles', row['original_id'], f'{kind}-contours', '*.txt')):
            number = int(re.search(r'IM-\d+-(\d+)-', file)[1])
            if (number - 1) % phases + 1 != phase:
                continue
            x, y = np.loadtxt(file).T
            total += abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
        return total * pixel * distance / 1000

    ed, es = int(row['ed_phase']), int(row['es_phase'])
    edv, esv = millilitres('i', ed), millilitres('i', es)
    result[row['patient_id']] = {
        'original': row['original_id'], 'phases': phases, 'ed': ed, 'es': es,
        'LVEDV': edv, 'LVESV': esv, 'LVEF': 100 * (edv - esv) / edv,
        'LVM': 1.05 * (millilitres('o', ed) - edv),
    }
json.dump(result, sys.stdout, indent=1)
print()
