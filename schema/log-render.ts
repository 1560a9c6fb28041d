import { type LogRender, RAW } from '../src/logs/render.ts';
import { builder } from './builder.ts';

const CarriageReturnsEnum = builder.enumType('CarriageReturns', {
  description: 'What becomes of carriage returns, with which progress bars redraw their line.',
  values: {
    RAW: { value: 'raw', description: 'They stay in the line.' },
    COLLAPSE: { value: 'collapse', description: 'A line is what a terminal shows of it in the end.' },
  } as const,
});

const AnsiEnum = builder.enumType('Ansi', {
  description: 'What becomes of ANSI escape sequences.',
  values: {
    KEEP: { value: 'keep', description: 'They stay; in collapsed lines only colours do.' },
    STRIP: { value: 'strip', description: 'Only the text stays.' },
  } as const,
});

export const LogRenderInput = builder.inputType('LogRender', {
  description: 'How the lines of a log are to look.',
  fields: (t) => ({
    carriageReturns: t.field({
      type: CarriageReturnsEnum,
      required: true,
      defaultValue: RAW.carriageReturns,
      description: 'What becomes of carriage returns.',
    }),
    ansi: t.field({
      type: AnsiEnum,
      required: true,
      defaultValue: RAW.ansi,
      description: 'What becomes of colours and other escape sequences.',
    }),
  }),
});

/** How lines look to who does not say. */
export function renderOf(render: LogRender | null | undefined): LogRender {
  return render ?? RAW;
}
