const styled = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;

/** Text as a terminal shows it in a colour, or bold. */
export const [bold, red, green, yellow, cyan] = [1, 31, 32, 33, 36].map(styled);

/** Has a terminal forget what it shows of the line. */
export const ERASED_LINE = '\r\u001B[K';

const CELLS = 20;

/** How many steps an epoch has, and how many epochs a training. */
export interface Epochs {
  readonly steps: number;
  readonly count: number;
}

/**
 * A progress bar over an epoch, in the manner of tqdm: drawn over the one of the step before, with a line end when the
 * epoch is over. @param period the seconds that a step takes
 */
export function progressBar(step: number, { steps, count }: Epochs, period: number): string {
  const done = ((step - 1) % steps) + 1;
  const share = done / steps;
  const percent = String(Math.floor(100 * share)).padStart(3);
  const bar = green('█'.repeat(share * CELLS).padEnd(CELLS));
  const times = `${clockTime(done * period)}<${clockTime((steps - done) * period)}`;
  const counts = `${done}/${steps} [${times}, ${(1 / period).toFixed(2)}it/s]`;
  return `\rEpoch ${Math.ceil(step / steps)}/${count}: ${percent}%|${bar}| ${counts}${done === steps ? '\n' : ''}`;
}

/** Like 01:23. */
function clockTime(seconds: number): string {
  const parts = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A metric as a log tells it. */
export function short(value: unknown): string {
  return Number(value).toFixed(3);
}
