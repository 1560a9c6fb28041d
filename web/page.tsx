import { useSignal } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import type { View } from './address/address.ts';
import { shownRuns } from './address/compared-runs.ts';
import { address, hrefTo } from './address/navigation.ts';
import { session } from './api/session.ts';
import { hasSignedIn } from './api/sign-in.ts';
import { connection } from './api/subscription.ts';
import { ChartsView } from './charts/charts-view.tsx';
import { Help } from './help.tsx';
import icon from './icon.svg';
import { LogsView } from './logs/logs-view.tsx';
import { RunsView } from './runs/runs-view.tsx';
import { SignIn } from './sign-in.tsx';
import { SignOut } from './sign-out.tsx';
import { Failure } from './ui/failure.tsx';
import { useKeys } from './ui/keys.ts';
import { inLanguage } from './ui/language.ts';
import { VIEW_NAMES } from './ui/titles.ts';
import './page.css';

const texts = inLanguage(
  {
    help: 'Keys',
    helpKey: 'show the keys',
    lost: 'Reconnecting…',
  },
  { help: '快捷键', helpKey: '显示快捷键', lost: '正在重新连接…' },
);

const VIEWS: Readonly<Record<View, ComponentType>> = { runs: RunsView, charts: ChartsView, logs: LogsView };

/** In the list of runs nothing else is looked at but the runs that are chosen. */
const WAYS = {
  runs: { view: 'runs', only: '' },
  charts: { view: 'charts' },
  logs: { view: 'logs' },
} as const;

/** The frame around the views: where one is, what is compared, and whether the gateway is there. */
export function Page() {
  const { view } = address.value;
  const shown = shownRuns(address.value).length;
  const View = VIEWS[view];
  const showsHelp = useSignal(false);
  const mustSignIn = session.value === null;
  const isLost = connection.value === 'lost';
  const content = useRef<HTMLDivElement>(null);
  const showHelp = (isShown: boolean) => () => {
    showsHelp.value = isShown;
  };
  useEffect(() => {
    // What had the focus may have gone with the view before. Without one, no key would scroll this one.
    if (document.activeElement === document.body) content.current?.focus();
  }, [view, mustSignIn]);
  useKeys([{ keys: ['?'], does: texts.helpKey, run: showHelp(true) }], 'page');
  return (
    <>
      <header class="page-header">
        <a class="page-name" href={hrefTo({ view: 'runs', only: '' })}>
          <img src={icon} alt="" width="20" height="20" /> Runlens
        </a>
        <nav>
          {(['runs', 'charts', 'logs'] as const).map((name) => (
            <a key={name} href={hrefTo(WAYS[name])} aria-current={name === view ? 'page' : undefined}>
              {VIEW_NAMES[name]}
              {name === 'charts' && shown > 0 && ` (${shown})`}
            </a>
          ))}
        </nav>
        <span class="page-connection" role="status">
          {isLost && !mustSignIn && texts.lost}
        </span>
        {!isLost && !mustSignIn && hasSignedIn.value && <SignOut />}
        {!mustSignIn && (
          <button type="button" onClick={showHelp(true)} aria-expanded={showsHelp.value}>
            <kbd>?</kbd> <span class="page-button-name">{texts.help}</span>
          </button>
        )}
      </header>
      <main class="page-main">
        {mustSignIn && <SignIn />}
        {/* It stays as it is, and goes on from there. */}
        <div ref={content} class={`page-view${mustSignIn ? ' page-view-withheld' : ''}`} tabIndex={-1}>
          <h1 class="hidden">{VIEW_NAMES[view]}</h1>
          <Guarded key={view}>
            <View />
          </Guarded>
        </div>
      </main>
      {showsHelp.value && !mustSignIn && <Help close={showHelp(false)} />}
    </>
  );
}

/** Shows what is within, or, where that breaks, that it did: the header stays. */
function Guarded({ children }: { readonly children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary();
  return error === undefined ? children : <Failure error={error} retry={reset} />;
}
