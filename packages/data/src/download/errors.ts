/** @file Coded errors of downloads. */
import { DualbeatError } from '@dualbeat/core';

export const setUnknown = (name: string, known: readonly string[]) =>
  new DualbeatError({
    code: 'E_DOWNLOAD_SET',
    cause: `there is no open set "${name}"; there is: ${known.join(', ')}.`,
    fix: 'name one of these; sets that need an account (UK Biobank, ACDC) are fetched by their own means.',
  });

export const sumsMalformed = (url: string, why: string) =>
  new DualbeatError({
    code: 'E_DOWNLOAD_SUMS',
    where: url,
    cause: `this is no list of SHA-256 sums: ${why}.`,
    fix: 'check the address; nothing was written but the list.',
  });

export const httpStatus = (url: string, status: number) =>
  new DualbeatError({
    code: 'E_DOWNLOAD_HTTP',
    where: url,
    cause: `the server answered with status ${status}.`,
    fix:
      status === 401 || status === 403
        ? 'the set may need an account or consent to its terms; see its page.'
        : 'check the address, or try again later: what is there already stays.',
  });

export const networkFailed = (url: string, attempts: number, why: string, error: unknown) =>
  new DualbeatError({
    code: 'E_DOWNLOAD_NETWORK',
    where: url,
    cause: `the connection failed ${attempts} times without progress (${why}).`,
    fix: 'check the network and run the command again: it goes on where it stopped.',
    error,
  });

export const checksumWrong = (url: string) =>
  new DualbeatError({
    code: 'E_DOWNLOAD_CHECKSUM',
    where: url,
    cause: 'the file, fetched anew from its start, does not have the checksum of the list.',
    fix: 'tell the keeper of the server; the file was not kept.',
  });

export const stopped = () =>
  new DualbeatError({
    code: 'E_DOWNLOAD_STOPPED',
    cause: 'the download was stopped.',
    fix: 'run the command again: it goes on where it stopped.',
  });
