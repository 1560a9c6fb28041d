import { colourOf, dashesOf } from '../../ui/run-colours.ts';

const [WIDTH, HEIGHT] = [18, 10] as const;

/** A piece of a run's line, in its colour and with its dashes. */
export function RunLine({ slot }: { readonly slot: number }) {
  return (
    <svg class="run-line" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line
        x1="0"
        x2={WIDTH}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
        stroke-width="3"
        stroke-dasharray={dashesOf(slot).join(' ')}
        style={{ stroke: colourOf(slot) }}
      />
    </svg>
  );
}
