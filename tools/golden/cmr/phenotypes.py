"""Phenotypes of ACDC, independent of the project's code: numpy and nibabel, float64.

Run: python3 -m venv <folder> && <folder>/bin/pip install numpy nibabel
     <folder>/bin/python tools/golden/cmr/phenotypes.py <data folder> > plugins/cmr-io/test/golden/acdc.json
Writes numbers and hashes alone, no data.
"""

import glob
import hashlib
import json
import os
import sys

import nibabel as nib
import numpy as np


def info(path):
    return dict(line.strip().split(': ', 1) for line in open(path) if ': ' in line)


def shifted_inside(mask, allowed):
    """True where no four-neighbour of the mask leaves `allowed`, the border of the image included."""
    padded = np.pad(allowed, 1)
    inner = (slice(1, -1), slice(1, -1))
    for axis, by in ((0, 1), (0, -1), (1, 1), (1, -1)):
        if (mask & ~np.roll(padded, by, axis)[inner]).any():
            return False
    return True


def wall(labels, pixel):
    found = []
    for k in range(labels.shape[2]):
        cavity, muscle = labels[..., k] == 3, labels[..., k] == 2
        if cavity.any() and muscle.any() and shifted_inside(cavity, cavity | muscle):
            inner = np.sqrt(cavity.sum() * pixel / np.pi)
            outer = np.sqrt((cavity.sum() + muscle.sum()) * pixel / np.pi)
            found.append(outer - inner)
    return float(np.mean(found)) if found else None


def acdc(root):
    result = {}
    for folder in sorted(glob.glob(os.path.join(root, 'patient*'))):
        name = os.path.basename(folder)
        facts = info(os.path.join(folder, 'Info.cfg'))
        labels, digest = {}, hashlib.sha256()
        for phase in ('ED', 'ES'):
            file = os.path.join(folder, f'{name}_frame{int(facts[phase]):02d}_gt.nii.gz')
            digest.update(open(file, 'rb').read())
            image = nib.load(file)
            zooms = np.array(image.header.get_zooms()[:3], dtype=np.float64)
            labels[phase] = (np.asarray(image.dataobj), zooms)
        millilitres = {
            (label, phase): np.count_nonzero(array == label) * np.prod(zooms) / 1000
            for phase, (array, zooms) in labels.items()
            for label in (1, 2, 3)
        }
        one = {'group': facts['Group'], 'sha256': digest.hexdigest()}
        for side, label in (('LV', 3), ('RV', 1)):
            edv, esv = millilitres[label, 'ED'], millilitres[label, 'ES']
            one |= {f'{side}EDV': edv, f'{side}ESV': esv, f'{side}SV': edv - esv}
            one[f'{side}EF'] = 100 * (edv - esv) / edv
        one['LVM'] = 1.05 * millilitres[2, 'ED']
        array, zooms = labels['ED']
        one['wallThickness'] = wall(array, zooms[0] * zooms[1])
        result[name] = one
    return result


if __name__ == '__main__':
    json.dump(acdc(os.path.join(sys.argv[1], 'acdc')), sys.stdout, indent=1)
    print()
