import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { inLanguage } from './language.ts';
import './choice-menu.css';

const texts = inLanguage(
  { search: 'Search', none: 'Nothing found', more: (count: number) => `${count} more: search for them` },
  { search: '搜索', none: '没有匹配项', more: (count: number) => `还有 ${count} 项，请搜索` },
);

/** More are found by searching. */
const MOST_SHOWN = 200;

interface ChoiceMenuProps {
  /** What the button says. */
  readonly children: ComponentChildren;
  /** What is chosen from, for those who do not see it. */
  readonly label: string;
  /** Asked for while it is open. */
  readonly options: () => readonly { readonly value: string; readonly name: string }[];
  readonly chosen: readonly string[];
  /** Whether only one is chosen at a time. */
  readonly isSingle?: boolean;
  /** Told of the option that was clicked. */
  readonly choose: (value: string) => void;
  /** Told when it is opened and closed. */
  readonly toggled: (isOpen: boolean) => void;
  /** In place of the options where there are none. */
  readonly empty: string;
}

/** A button that opens a list to choose from, which can be searched. */
export function ChoiceMenu({ children, label, options, chosen, isSingle, choose, toggled, empty }: ChoiceMenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const all = isOpen ? options() : [];
  const found = all.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));

  function onToggle({ newState }: { readonly newState: string }): void {
    const opens = newState === 'open';
    if (opens && button.current && panel.current) placeBelow(button.current, panel.current);
    setOpen(opens);
    setSearch('');
    toggled(opens);
  }

  return (
    <>
      <button ref={button} type="button" popovertarget={id} aria-expanded={isOpen}>
        {children} <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={panel}
        id={id}
        class="choice-menu"
        popover="auto"
        role="dialog"
        aria-label={label}
        onToggle={onToggle}
        // Keys of the page mean nothing in here.
        onKeyDown={(event) => event.stopPropagation()}
      >
        <input
          type="search"
          value={search}
          placeholder={texts.search}
          aria-label={`${texts.search}: ${label}`}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        {isOpen && (
          <fieldset>
            <legend class="hidden">{label}</legend>
            {found.slice(0, MOST_SHOWN).map(({ value, name }) => (
              <label key={value}>
                <input
                  type={isSingle ? 'radio' : 'checkbox'}
                  name={id}
                  checked={chosen.includes(value)}
                  onChange={() => choose(value)}
                />
                <span>{name}</span>
              </label>
            ))}
            {found.length > MOST_SHOWN && <p class="muted">{texts.more(found.length - MOST_SHOWN)}</p>}
            {found.length === 0 && <p class="muted">{all.length === 0 ? empty : texts.none}</p>}
          </fieldset>
        )}
      </div>
    </>
  );
}

/** As far to the right as there is room. */
function placeBelow(button: HTMLElement, panel: HTMLElement): void {
  const { left, bottom } = button.getBoundingClientRect();
  panel.style.top = `${bottom + 4}px`;
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - panel.offsetWidth - 8))}px`;
  panel.style.maxHeight = `${innerHeight - bottom - 16}px`;
}
