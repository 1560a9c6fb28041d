import type { Address } from '../address/address.ts';
import { address, hrefTo } from '../address/navigation.ts';
import { formatCount, formatValue } from '../format/numbers.ts';
import { exactText, shortText } from '../format/parameters.ts';
import { runName } from '../format/run-names.ts';
import { formatAge, formatDuration, formatMoment } from '../format/times.ts';
import { inLanguage } from '../ui/language.ts';
import { useNow } from '../ui/now.ts';
import type { Run } from './loaded-runs.ts';

const texts = inLanguage(
  {
    step: (step: string) => `at step ${step}`,
    notFinite: 'not finite',
    filterBy: (tag: string) => `Only runs tagged ${tag}`,
    folder: (path: string) => `Only runs in ${path}`,
  },
  {
    step: (step: string) => `第 ${step} 步`,
    notFinite: '非有限数',
    filterBy: (tag: string) => `仅显示标签为 ${tag} 的运行`,
    folder: (path: string) => `仅显示 ${path} 中的运行`,
  },
);

/** What people call a run. */
export function nameOf({ alias, runId }: Run): string {
  return runName(runId, alias);
}

/** How long ago that was, as the clock goes on. */
export function Age({ time }: { readonly time: number }) {
  return <time title={formatMoment(time)}>{formatAge(time, Math.max(time, useNow()))}</time>;
}

/** How long it took; of a run that is running, up to now. Nothing where it does not say when it ended. */
export function Duration({ run }: { readonly run: Run }) {
  const now = useNow();
  const end = run.status === 'RUNNING' ? now : run.endedAt && Date.parse(run.endedAt);
  if (!end) return null;
  return <>{formatDuration(Math.max(0, Math.round((end - Date.parse(run.createdAt)) / 1000)))}</>;
}

/**
 * The folders above a run: each leads to the runs in it. The last, in which runs differ, is cut only where it alone has no
 * room.
 */
export function Folder({ path, tabIndex }: { readonly path: string; readonly tabIndex: number }) {
  const folders = path.split('/').map((_, index, segments) => segments.slice(0, index + 1).join('/'));
  const links = folders.map((folder) => <FolderLink key={folder} folder={folder} tabIndex={tabIndex} />);
  return (
    <span class="runs-path">
      <span>{links.slice(0, -1)}</span>
      <span>{links.slice(-1)}</span>
    </span>
  );
}

function FolderLink({ folder, tabIndex }: { readonly folder: string; readonly tabIndex: number }) {
  const start = folder.lastIndexOf('/') + 1;
  return (
    <>
      {start > 0 && <span class="muted">/</span>}
      <a href={hrefTo({ path: folder })} tabIndex={tabIndex} title={texts.folder(folder)}>
        {folder.slice(start)}
      </a>
    </>
  );
}

/** What ids of the SDK differ in that were given in one minute: `20240101_120000_a1b2c3`. */
const ID_END = /^\d{8}_\d{6}(?=_[0-9a-f]{6}$)/;

/** Where there is not enough room for an id, its end stays: a sweep has many that begin alike. */
export function Name({ name }: { readonly name: string }) {
  const start = ID_END.exec(name)?.[0];
  if (start === undefined) return name;
  return (
    <span class="runs-id">
      <span>{start}</span>
      <span>{name.slice(start.length)}</span>
    </span>
  );
}

/** There is no room for more in a row. */
const MOST_TAGS = 2;

export function Tags({ tags, tabIndex }: { readonly tags: readonly string[]; readonly tabIndex: number }) {
  const others = tags.slice(MOST_TAGS).join(', ');
  return (
    <>
      {tags.slice(0, MOST_TAGS).map((tag) => (
        <a key={tag} class="runs-tag" href={hrefTo(withTag(tag))} tabIndex={tabIndex} title={texts.filterBy(tag)}>
          {tag}
        </a>
      ))}
      {others !== '' && (
        <span class="runs-more-tags muted" title={others}>
          <span aria-hidden="true">+{tags.length - MOST_TAGS}</span>
          <span class="hidden">{others}</span>
        </span>
      )}
    </>
  );
}

function withTag(tag: string): Partial<Address> {
  const { tags } = address.value;
  return { tags: tags.includes(tag) ? tags : [...tags, tag] };
}

export function Best({ best }: { readonly best: NonNullable<Run['bestMetric']> }) {
  const { name, value, step } = best;
  return (
    <span title={step === null ? name : `${name} ${texts.step(formatCount(step))}`}>
      <span class="muted">{name}</span> <b>{value === null ? texts.notFinite : formatValue(value)}</b>
      {step !== null && <span class="hidden"> {texts.step(formatCount(step))}</span>}
    </span>
  );
}

/** A hyperparameter, or a value of a summary. */
export function Value({ value }: { readonly value: unknown }) {
  if (value === undefined) return null;
  return <span title={exactText(value)}>{shortText(value)}</span>;
}
