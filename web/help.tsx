import { useLayoutEffect, useRef } from 'preact/hooks';
import { bindingsOf, type KeyBinding, useKeys } from './ui/keys.ts';
import { inLanguage } from './ui/language.ts';

const texts = inLanguage(
  { title: 'Keyboard shortcuts', here: 'In this view', everywhere: 'Everywhere', close: 'Close' },
  { title: '键盘快捷键', here: '当前视图', everywhere: '所有视图', close: '关闭' },
);

/** Of keys, as they are written on them; others are called as `KeyboardEvent.key` has them. */
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** The keys that do something where one is. */
export function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useKeys([{ keys: ['?', 'Escape'], does: texts.close, run: () => dialog.current?.close() }], 'dialog');
  return (
    <dialog ref={dialog} class="help" aria-label={texts.title} onClose={close}>
      <h2>{texts.title}</h2>
      <Keys title={texts.here} bindings={bindingsOf('view')} />
      <Keys title={texts.everywhere} bindings={bindingsOf('page')} />
      <form method="dialog">
        <button type="submit">{texts.close}</button>
      </form>
    </dialog>
  );
}

function Keys({ title, bindings }: { readonly title: string; readonly bindings: readonly KeyBinding[] }) {
  if (bindings.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {bindings.map(({ keys, does }) => (
          <div key={keys.join(' ')}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{NAMES[key] ?? key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
