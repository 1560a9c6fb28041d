import { address, adjust } from '../address/navigation.ts';
import { exactText, shortText } from '../format/parameters.ts';
import { inLanguage } from '../ui/language.ts';
import type { useShownRuns } from './data/use-shown-runs.ts';
import { parametersOf } from './differing-parameters.ts';
import { RunLine } from './plot/run-line.tsx';
import { nameOf } from './run-names.ts';

const texts = inLanguage(
  {
    title: 'Hyperparameters',
    name: 'Name',
    all: 'Show equal ones too',
    none: 'These runs have no hyperparameters.',
    equal: 'All hyperparameters of these runs are equal.',
  },
  {
    title: '超参数',
    name: '名称',
    all: '也显示相同的超参数',
    none: '这些运行没有超参数。',
    equal: '这些运行的超参数完全相同。',
  },
);

/** What the runs were made with, where it differs, side by side; of one run all. */
export function Hyperparameters({ runs }: { readonly runs: ReturnType<typeof useShownRuns> }) {
  const listsAll = address.value.parameters === 'all';
  const known = runs.flatMap((run) => (run.facts.state === 'known' ? { ...run, facts: run.facts } : []));
  const all = parametersOf(known.map(({ facts }) => facts.config));
  const hasOthers = known.length > 1;
  const listed = all.filter(({ differs }) => listsAll || !hasOthers || differs);
  return (
    <div class="charts-parameters">
      {hasOthers && (
        <label>
          <input
            type="checkbox"
            checked={listsAll}
            onChange={() => adjust({ parameters: listsAll ? 'differing' : 'all' })}
          />{' '}
          {texts.all}
        </label>
      )}
      {listed.length === 0 ? (
        <p class="muted">{all.length === 0 ? texts.none : texts.equal}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="charts-parameters-table" tabIndex={0} aria-label={texts.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.name}</th>
                {known.map(({ runId, slot, facts }) => (
                  <th key={runId} scope="col">
                    <RunLine slot={slot} /> {nameOf(runId, facts)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={known[index]?.runId} title={value === undefined ? undefined : exactText(value)}>
                      {value === undefined ? <span class="muted">—</span> : shortText(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
