import { useEffect, useRef } from 'preact/hooks';
import { bindings } from './ui/keys.ts';
import { inLanguage } from './ui/language.ts';

const texts = inLanguage({ title: 'Keys', close: 'Close' }, { title: '快捷键', close: '关闭' });

/** The keys that do something where one is. */
export function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="help" aria-label={texts.title} onClose={close}>
      <h2>{texts.title}</h2>
      <dl>
        {bindings.value.flat().map(({ keys, does }) => (
          <div key={keys.join(' ')}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">{texts.close}</button>
      </form>
    </dialog>
  );
}
