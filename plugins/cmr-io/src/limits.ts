/** @file Stated limits of the readers: nothing is allocated and no loop runs beyond them. */

/** Largest file, compressed or not, in bytes. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;
/** Largest NIfTI file after decompression, in bytes. */
export const MAX_INFLATED_BYTES = 512 * 2 ** 20;
/** Values of one cine: 26 cines of 192 x 208 x 10 x 50 would not fit, 3 do. */
export const MAX_VALUES = 2 ** 26;
/** Rows or columns of an image. */
export const MAX_EXTENT = 4096;
/** Files of a series or an archive. */
export const MAX_FILES = 10_000;
/** An archive's content over its own size: DICOM images shrink 2 to 10 times. */
export const MAX_RATIO = 100;
