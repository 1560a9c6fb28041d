import { useRef } from 'preact/hooks';
import { go } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { NotFinite, PanelContents } from './panel-contents.tsx';
import { currentPanel } from './plot/shared-view.ts';
import { useIsNear } from './use-is-near.ts';

const texts = inLanguage(
  { enlarge: (metric: string) => `Enlarge ${metric}`, reduce: 'Back to all panels' },
  { enlarge: (metric) => `最大化 ${metric}`, reduce: '返回全部图表' },
);

interface ChartPanelProps {
  readonly metric: string;
  /** Without the group's name before it. */
  readonly title: string;
  /** Whether it has all the room. */
  readonly isLarge?: boolean;
}

/** A panel. What is in it is there only when it is near: there may be thousands, which only have their names. */
export function ChartPanel({ metric, title, isLarge = false }: ChartPanelProps) {
  const element = useRef<HTMLElement>(null);
  const isNear = useIsNear(element);
  // Alone, it is below no group.
  const Heading = isLarge ? 'h2' : 'h3';
  const does = isLarge ? texts.reduce : texts.enlarge(metric);
  return (
    <section
      ref={element}
      class="chart-panel"
      aria-label={metric}
      data-metric={metric}
      tabIndex={-1}
      onFocusCapture={() => {
        currentPanel.value = metric;
      }}
    >
      <header>
        <Heading title={metric}>{title}</Heading>
        {isNear && <NotFinite metric={metric} />}
        <button
          type="button"
          class="plain"
          aria-label={does}
          title={does}
          onClick={() => go({ panel: isLarge ? null : metric })}
        >
          {isLarge ? '✕' : '⤢'}
        </button>
      </header>
      {isNear && <PanelContents metric={metric} />}
    </section>
  );
}
