import type { DataUnreadable } from '../errors.ts';

/** What keeps something of a storage from being served as it lies there. */
export type IndexProblem =
  | { readonly kind: 'unreadable-directory'; readonly directory: string; readonly code: string }
  /** Directories that have one name; `served` is the one whose run is. */
  | {
      readonly kind: 'duplicate-id';
      readonly id: string;
      readonly served: string;
      readonly ignored: readonly string[];
    }
  | { readonly kind: 'refused-file'; readonly error: DataUnreadable };

/** Makes warnings of problems: of refused files of the first one only, since a whole storage may be made of such links. */
export function warnOfProblems(warn: (message: string) => void): (problem: IndexProblem) => void {
  let isWarnedOfRefusal = false;
  return (problem) => {
    if (problem.kind === 'refused-file') {
      if (isWarnedOfRefusal) return;
      isWarnedOfRefusal = true;
    }
    warn(warningOf(problem));
  };
}

function warningOf(problem: IndexProblem): string {
  switch (problem.kind) {
    case 'unreadable-directory':
      return `cannot read directory ${problem.directory}: ${problem.code}`;
    case 'duplicate-id':
      return `run id ${problem.id} occurs more than once: serving ${problem.served}, not ${problem.ignored.join(', ')}`;
    case 'refused-file': {
      const { message, file } = problem.error;
      return `${message} (${file}): the run is served without it; of others like it no more is said`;
    }
  }
}
