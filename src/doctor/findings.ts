/** What may be found: faults, because of which something is not served, and oddities, which are served as they are. */
export const KINDS = {
  directory: { isFault: true, title: 'directories that cannot be read, or hold a run id that another has' },
  unreadable: { isFault: true, title: 'files that cannot be read' },
  json: { isFault: true, title: 'files that are no JSON object' },
  wide: { isFault: true, title: 'events.jsonl with more columns than a run may have' },
  line: { isFault: true, title: 'lines of events.jsonl that are left out' },
  nested: { isFault: true, title: 'values in events.jsonl that are arrays or objects, and left out' },
  torn: { isFault: true, title: 'half-written last lines of runs that have ended' },
  link: { isFault: false, title: 'links to directories, which are not followed' },
  status: { isFault: false, title: 'runs without a status that is known' },
  dead: { isFault: false, title: 'runs that say running, but whose process is gone' },
  noEvents: { isFault: false, title: 'runs without events' },
  noLog: { isFault: false, title: 'runs without a log' },
  nonFinite: { isFault: false, title: 'values that are NaN or infinite' },
  stepsBack: { isFault: false, title: 'steps that are lower than the one before' },
  future: { isFault: false, title: 'events from the future' },
} as const;

export type Kind = keyof typeof KINDS;

const ORDER = Object.keys(KINDS);

/** So many places of a kind are told. */
const MOST_PLACES = 5;

/** How much of one kind was found, and where first. */
export interface Finding {
  readonly kind: Kind;
  count: number;
  readonly places: string[];
}

/** What was found, in memory that does not grow with it. */
export class Findings {
  readonly #byKind = new Map<Kind, Finding>();

  /** @param place where, and what is the matter there; of several the first */
  add(kind: Kind, place: string, count = 1): void {
    const finding = this.#byKind.get(kind) ?? { kind, count: 0, places: [] };
    this.#byKind.set(kind, finding);
    finding.count += count;
    if (finding.places.length < MOST_PLACES) finding.places.push(place);
  }

  /** In the order of the kinds. */
  get all(): readonly Finding[] {
    return Array.from(this.#byKind.values()).toSorted(
      (one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind),
    );
  }

  get hasFaults(): boolean {
    return this.all.some(({ kind }) => KINDS[kind].isFault);
  }
}
