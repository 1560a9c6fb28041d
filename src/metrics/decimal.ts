const ZERO = 0x30;

/** Powers of ten up to the largest that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const LARGEST_POWER = POWERS_OF_TEN.length - 1;

/** Below 2^53, so that a number of that many digits is exact in a double. */
const HEAD_DIGITS = 15;
/** As many more as any shortest decimal form of a double needs, and then some. */
const MOST_TAIL_DIGITS = 5;

/** Splits a double into two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

/** More than the error of the quotient below, as a share of it. */
const UNCERTAINTY = 2 ** -100;

/** The significant digits of a number being read. */
export class DecimalDigits {
  #head = 0;
  #tail = 0;
  #count = 0;

  begin(): void {
    this.#head = 0;
    this.#tail = 0;
    this.#count = 0;
  }

  /** Takes the digits that begin at `from`. @returns the index behind the last one */
  read(bytes: Buffer, from: number, end: number): number {
    let head = this.#head;
    let tail = this.#tail;
    let count = this.#count;
    let at = from;
    for (; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (count < HEAD_DIGITS) head = head * 10 + digit;
      else tail = tail * 10 + digit;
      // Zeros before the first other digit count for nothing.
      if (head > 0) count++;
    }
    this.#head = head;
    this.#tail = tail;
    this.#count = count;
    return at;
  }

  /** @returns the nearest double, NaN where that is not certain */
  toDouble(exponent: number): number {
    const tailDigits = Math.max(0, this.#count - HEAD_DIGITS);
    if (tailDigits > MOST_TAIL_DIGITS) return Number.NaN;
    return nearestDouble(this.#head, this.#tail, tailDigits, exponent);
  }
}

/**
 * The double nearest to `(head * 10^tailDigits + tail) * 10^exponent`: quotients in double-double arithmetic (Dekker,
 * 1971), of which the rounding is only trusted where it comes out the same at both ends of the error (Ziv, 1991).
 *
 * @param head the first digits of the number, at most `HEAD_DIGITS`
 * @param tail the digits behind them, `tailDigits` in number, at most `MOST_TAIL_DIGITS`
 * @returns NaN where it cannot be told, which is rare for what programs print
 */
function nearestDouble(head: number, tail: number, tailDigits: number, exponent: number): number {
  if (tailDigits === 0) {
    // One rounding of two exact numbers (Clinger, 1990).
    if (exponent >= 0 && exponent <= LARGEST_POWER) return head * POWERS_OF_TEN[exponent];
    return exponent < 0 && exponent >= -LARGEST_POWER ? head / POWERS_OF_TEN[-exponent] : Number.NaN;
  }
  if (exponent > 0 || exponent < -LARGEST_POWER) return Number.NaN;

  // The digits as the exact sum of two doubles.
  const scale = POWERS_OF_TEN[tailDigits];
  const product = head * scale;
  const rest = productError(head, scale, product) + tail;
  const high = product + rest;
  const low = rest - (high - product);
  if (exponent === 0) return high;

  const divisor = POWERS_OF_TEN[-exponent];
  const quotient = high / divisor;
  const multiple = quotient * divisor;
  const remainder = high - multiple - productError(quotient, divisor, multiple) + low;
  const correction = remainder / divisor;
  const error = quotient * UNCERTAINTY;
  const least = quotient + (correction - error);
  return least === quotient + (correction + error) ? least : Number.NaN;
}

/** What rounding has taken from the exact product of two doubles. */
function productError(a: number, b: number, product: number): number {
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const aLow = a - aHigh;
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
