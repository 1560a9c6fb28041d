import { comparedRuns } from '../address/compared-runs.ts';
import { address, adjust } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { chooseRuns, MOST_CHOSEN } from './chosen-runs.ts';
import type { Run } from './loaded-runs.ts';

const texts = inLanguage({ all: 'Compare all runs listed' }, { all: '对比列出的全部运行' });

interface ChooseAllProps {
  /** The first ones of the list. */
  readonly runs: readonly Run[];
  readonly isDisabled: boolean;
}

/** A box for all runs of the list: chooses as many as there is room for, or none of them. */
export function ChooseAll({ runs, isDisabled }: ChooseAllProps) {
  const slots = address.value.runs;
  const chosen = new Set(slots);
  const chosenHere = runs.filter(({ runId }) => chosen.has(runId)).length;
  const canChooseMore = chosenHere < runs.length && comparedRuns(slots).length < MOST_CHOSEN;
  const isChecked = chosenHere > 0 && !canChooseMore;
  const runIds = runs.map(({ runId }) => runId);
  return (
    <label>
      <input
        type="checkbox"
        aria-label={texts.all}
        checked={isChecked}
        indeterminate={chosenHere > 0 && !isChecked}
        disabled={isDisabled || (chosenHere === 0 && !canChooseMore)}
        onClick={() => adjust({ runs: chooseRuns(slots, runIds, !isChecked) })}
      />
    </label>
  );
}
