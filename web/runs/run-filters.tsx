import { address, go, hrefTo } from '../address/navigation.ts';
import type { RunStatus } from '../api/generated/graphql.ts';
import { inLanguage } from '../ui/language.ts';
import { Status } from '../ui/status.tsx';

const texts = inLanguage(
  {
    status: 'Status',
    folders: 'Folder',
    all: 'All runs',
    tags: 'Tags',
    without: (tag: string) => `Also runs without the tag ${tag}`,
  },
  {
    status: '状态',
    folders: '目录',
    all: '全部运行',
    tags: '标签',
    without: (tag: string) => `移除标签筛选 ${tag}`,
  },
);

const STATUSES: readonly RunStatus[] = ['RUNNING', 'FINISHED', 'FAILED', 'INTERRUPTED', 'UNKNOWN'];

/** Buttons for the statuses: those that are pressed are shown, or all. */
export function StatusFilter() {
  const chosen = address.value.status;
  return (
    <fieldset class="runs-statuses">
      <legend class="hidden">{texts.status}</legend>
      {STATUSES.map((status) => {
        const isChosen = chosen.includes(status);
        const next = STATUSES.filter((each) => (each === status ? !isChosen : chosen.includes(each)));
        return (
          <button key={status} type="button" aria-pressed={isChosen} onClick={() => go({ status: next })}>
            <Status status={status} />
          </button>
        );
      })}
    </fieldset>
  );
}

/** The folder whose runs are shown: each of those above it is a link. */
export function Breadcrumbs() {
  const segments = address.value.path.split('/').filter((segment) => segment !== '');
  const folders = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  return (
    <nav class="runs-breadcrumbs" aria-label={texts.folders}>
      <ol>
        {['', ...folders].map((folder, index) => (
          <li key={folder}>
            {index < segments.length ? (
              <a href={hrefTo({ path: folder })}>{index === 0 ? texts.all : segments[index - 1]}</a>
            ) : (
              <b aria-current="true">{index === 0 ? texts.all : segments[index - 1]}</b>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The tags that runs have to have; a click takes one away. */
export function TagFilter() {
  const { tags } = address.value;
  if (tags.length === 0) return null;
  return (
    <fieldset class="runs-tag-filter">
      <legend class="hidden">{texts.tags}</legend>
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          class="runs-tag"
          aria-label={texts.without(tag)}
          onClick={() => go({ tags: tags.filter((each) => each !== tag) })}
        >
          {tag} <span aria-hidden="true">×</span>
        </button>
      ))}
    </fieldset>
  );
}
