/** @file Alignment task, contrastive losses, projectors. */
export {};
