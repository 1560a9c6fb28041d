const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const LETTER_E = 0x45;
const SMALL_E = 0x65;

const FOUR_ZEROS = 0x30303030;

/** Powers of ten up to the largest that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const POWERS_OF_FIVE = Float64Array.from({ length: 16 }, (_, power) => 5 ** power);
const SMALL_POWERS_OF_TEN = Int32Array.of(1, 10, 100, 1000, 10_000);
const LARGEST_POWER = POWERS_OF_TEN.length - 1;

/** With four digits more an integer still fits into 32 bits. */
const MOST_BEFORE_FOUR = 10_000;
/** So many digits are exact in a double. */
const MOST_TAIL_DIGITS = 15;
/** Down to here two divisions by powers of ten do. */
const LEAST_EXPONENT = -2 * LARGEST_POWER;

/** Splits a double into two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

/** More than the error of the quotients below, as a share of them. */
const UNCERTAINTY = 2 ** -100;

/** Reads JSON numbers out of bytes: bit for bit what `Number` makes of them. */
export class NumberReader {
  /** The index behind the number read last; -1 if there was none. */
  end = -1;

  /** Reads the number that begins at `start`; at least four bytes that are no digits lie behind it. */
  read(view: DataView, start: number): number {
    const negative = view.getUint8(start) === MINUS;
    const first = negative ? start + 1 : start;
    // The first digits of the number, as many as are exact, and those behind them.
    let head = 0;
    let tail = 0;
    let tailDigits = 0;
    /** The index behind the point, if there is one. */
    let fraction = 0;
    let at = first;
    for (;;) {
      const digits = view.getInt32(at, true) ^ FOUR_ZEROS;
      // The upper half of every byte that is no digit.
      const others = (digits | (digits + 0x06060606)) & 0xf0f0f0f0;
      const count = others === 0 ? 4 : (31 - Math.clz32(others & -others)) >>> 3;
      const value = fourDigits(count === 0 ? 0 : digits << (32 - 8 * count));
      if (head < MOST_BEFORE_FOUR) {
        head = Math.imul(head, SMALL_POWERS_OF_TEN[count]) + value;
      } else {
        tail = tail * POWERS_OF_TEN[count] + value;
        tailDigits += count;
      }
      at += count;
      if (count === 4) continue;
      if (fraction > 0 || ((digits >>> (8 * count)) & 0xff) !== (DOT ^ ZERO)) break;
      fraction = ++at;
    }

    const wholeEnd = fraction > 0 ? fraction - 1 : at;
    const hasLeadingZero = wholeEnd > first + 1 && view.getUint8(first) === ZERO;
    if (wholeEnd === first || hasLeadingZero || at === fraction) return this.#none();
    this.end = at;
    let exponent = fraction > 0 ? fraction - at : 0;
    const next = view.getUint8(at);
    if (next === SMALL_E || next === LETTER_E) {
      exponent += this.#readExponent(view, at + 1);
      if (this.end < 0) return Number.NaN;
    }
    const magnitude = nearestDouble(head, tail, tailDigits, exponent);
    if (Number.isNaN(magnitude)) return readSlowly(view, start, this.end);
    return negative ? -magnitude : magnitude;
  }

  #readExponent(view: DataView, start: number): number {
    const sign = view.getUint8(start);
    const first = sign === MINUS || sign === PLUS ? start + 1 : start;
    let exponent = 0;
    let at = first;
    for (; ; at++) {
      const digit = view.getUint8(at) ^ ZERO;
      if (digit > 9) break;
      exponent = exponent * 10 + digit;
    }
    if (at === first) return this.#none();
    this.end = at;
    return sign === MINUS ? -exponent : exponent;
  }

  #none(): number {
    this.end = -1;
    return Number.NaN;
  }
}

/** The number that four digits make, the first of them in the lowest byte. */
function fourDigits(digits: number): number {
  const pairs = Math.imul(digits, 10) + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

function readSlowly(view: DataView, from: number, to: number): number {
  return Number(Buffer.from(view.buffer, view.byteOffset + from, to - from).toString('latin1'));
}

/**
 * The double nearest to `(head * 10^tailDigits + tail) * 10^exponent`: quotients in double-double arithmetic (Dekker,
 * 1971), of which the rounding is only trusted where it comes out the same at both ends of the error (Ziv, 1991).
 *
 * @param head the first digits of the number, at most 8
 * @param tail the digits behind them, `tailDigits` in number
 * @returns NaN where it cannot be told, which is rare for what programs print
 */
function nearestDouble(head: number, tail: number, tailDigits: number, exponent: number): number {
  if (tailDigits > MOST_TAIL_DIGITS || head * POWERS_OF_FIVE[tailDigits] > Number.MAX_SAFE_INTEGER) return Number.NaN;
  // Exact: a power of two takes no digits.
  const product = head * POWERS_OF_TEN[tailDigits];
  let high = product + tail;
  if (high <= Number.MAX_SAFE_INTEGER) {
    // One rounding of two exact numbers (Clinger, 1990).
    if (exponent >= 0 && exponent <= LARGEST_POWER) return high * POWERS_OF_TEN[exponent];
    if (exponent < 0 && exponent >= -LARGEST_POWER) return high / POWERS_OF_TEN[-exponent];
  }
  if (exponent > 0 || exponent < LEAST_EXPONENT) return Number.NaN;

  if (exponent === 0) return high;
  let low = tail - (high - product);
  for (let left = -exponent; left > 0; left -= LARGEST_POWER) {
    const divisor = POWERS_OF_TEN[Math.min(left, LARGEST_POWER)];
    const quotient = high / divisor;
    const multiple = quotient * divisor;
    low = (high - multiple - productError(quotient, divisor, multiple) + low) / divisor;
    high = quotient;
  }
  const error = high * UNCERTAINTY;
  const least = high + (low - error);
  return least === high + (low + error) ? least : Number.NaN;
}

/** What rounding has taken from the exact product of two doubles. */
function productError(a: number, b: number, product: number): number {
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const aLow = a - aHigh;
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
