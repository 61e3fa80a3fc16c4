/** @file Errors of experiment files. All their codes, and those of plugins and components, mean: the configuration is wrong. */
import { DualbeatError, isCoded } from '../errors.ts';
import { type Place, shownFile, shownPlace } from './places.ts';

/** One thing that is wrong with an experiment. */
export type Problem = {
  readonly code: string;
  readonly path: readonly string[];
  readonly place: Place | undefined;
  /** The overlay in which it is wrong: 'variants.single-ed', 'sweep.axes.seed'. */
  readonly within?: string;
  /** Without a full stop. */
  readonly cause: string;
  readonly fix: string;
};

const stop = (text: string) => (/[.?!]$/.test(text) ? text : `${text}.`);

/** One problem as an error of its own code; several under E_EXPERIMENT_INVALID, at most 10 listed. */
export function experimentInvalid(file: string, problems: readonly Problem[]): DualbeatError {
  const whereOf = ({ place, within, path }: Problem) =>
    [
      place === undefined ? shownFile(file) : shownPlace(place),
      ...(within === undefined ? [] : [within]),
      ...(path.length > 0 ? [path.join('.')] : []),
    ].join(': ');
  const [first] = problems;
  if (first !== undefined && problems.length === 1)
    return new DualbeatError({
      code: first.code,
      where: whereOf(first),
      cause: stop(first.cause),
      fix: stop(first.fix),
    });
  const lines = problems
    .slice(0, 10)
    .map((problem) => `\n  ${problem.code} ${whereOf(problem)}: ${problem.cause}; ${problem.fix}`);
  const more = problems.length > 10 ? `\n  and ${problems.length - 10} more` : '';
  return new DualbeatError({
    code: 'E_EXPERIMENT_INVALID',
    where: shownFile(file),
    cause: `${problems.length} problems:${lines.join('')}${more}\n`,
    fix: 'correct these lines.',
  });
}
export function fileUnreadable(file: string, error: unknown, by?: string): DualbeatError {
  const code = (error as { code?: unknown }).code;
  const why =
    code === 'ENOENT'
      ? 'the file does not exist'
      : code === 'EISDIR'
        ? 'it is a folder, not a file'
        : `it cannot be read (${String(code ?? error)})`;
  return new DualbeatError({
    code: 'E_EXPERIMENT_FILE',
    where: shownFile(file),
    cause: `${why}${by === undefined ? '' : `; ${shownFile(by)} extends it`}.`,
    fix: 'correct the path of the experiment file.',
    error,
  });
}
export function unparsable(
  where: string,
  cause: string,
  error?: unknown,
  fix = 'write it as YAML 1.2 or JSON.',
): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_PARSE',
    where,
    cause: stop(cause),
    fix,
    error,
  });
}
export function keyForbidden(where: string, key: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_KEY_FORBIDDEN',
    where,
    cause: `the key '${key}' is not allowed anywhere.`,
    fix: 'remove it.',
  });
}
export function extendsCycle(files: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_EXTENDS_CYCLE',
    cause: `the files extend each other: ${files.map(shownFile).join(' -> ')}.`,
    fix: 'remove one of these extends:.',
  });
}
export function extendsInvalid(where: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_VALUE',
    where,
    cause: 'extends: must be a path, or a list of paths.',
    fix: 'write it as "extends: base.yaml".',
  });
}
export function setSyntax(set: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_SET',
    where: `--set ${set}`,
    cause: stop(why),
    fix: 'write it as "--set path.to.key=value"; the value is YAML, and null drops the key.',
  });
}
export function setPath(
  set: string,
  { cause, fix }: { readonly cause: string; readonly fix: string },
): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_SET_PATH',
    where: `--set ${set}`,
    cause: stop(cause),
    fix: stop(fix),
  });
}
export function pluginsFixed(file: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_OVERLAY_PATH',
    where: shownFile(file),
    cause: "a trial cannot change 'plugins': they are loaded once for all trials of the file.",
    fix: 'set them when the file is opened.',
  });
}
export function trialUnknown(
  file: string,
  variant: string,
  names: readonly string[],
  near: string | undefined,
): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_VARIANT',
    where: shownFile(file),
    cause: `there is no variant '${variant}'; there is: ${names.join(', ') || 'none'}.`,
    fix:
      near === undefined
        ? 'use one of these names, or none for the file as it stands.'
        : `did you mean '${near}'?`,
  });
}
/** True for errors of experiment files, plugins and components: nothing has been computed. */
export function isConfigurationError(error: unknown): boolean {
  return isCoded(error) && /^E_(EXPERIMENT|PLUGIN|COMPONENT)_/.test(error.code);
}
