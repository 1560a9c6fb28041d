import { useEffect, useRef, useState } from 'preact/hooks';
import { address, adjust } from '../address/navigation.ts';
import { useKeys } from '../ui/keys.ts';
import { inLanguage } from '../ui/language.ts';

const texts = inLanguage(
  { label: 'Search runs', hint: 'Name, folder or tag', key: 'search' },
  { label: '搜索运行', hint: '名称、目录或标签', key: '搜索' },
);

/** From the last key on. */
const REST_MS = 200;
/** As long as the gateway takes. */
const LONGEST_TEXT = 200;

/** Filters the runs as one types. */
export function SearchBox() {
  const { text } = address.value;
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(text);
  useKeys([{ keys: ['/'], does: texts.key, run: () => input.current?.select() }]);

  // Elsewhere: by the Back button, or a link that clears the filters.
  useEffect(() => {
    if (text !== told.current) setTyped(text);
    told.current = text;
  }, [text]);
  useEffect(() => {
    if (typed === told.current) return;
    const rest = setTimeout(() => {
      told.current = typed;
      adjust({ text: typed });
    }, REST_MS);
    return () => clearTimeout(rest);
  }, [typed]);

  return (
    <input
      ref={input}
      class="runs-search"
      type="search"
      value={typed}
      maxLength={LONGEST_TEXT}
      placeholder={texts.hint}
      aria-label={texts.label}
      aria-keyshortcuts="/"
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
