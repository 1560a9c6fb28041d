/**
 * What may be found: faults, because of which something is not served, and oddities, which are served as they are or, as
 * somebody wished, not at all. With a title for one and for several.
 */
export const KINDS = {
  directory: { isFault: true, one: 'directory that cannot be read', many: 'directories that cannot be read' },
  encoding: {
    isFault: true,
    one: 'directory whose name is not UTF-8, in which no run is found',
    many: 'directories whose names are not UTF-8, in which no run is found',
  },
  noRun: {
    isFault: true,
    one: 'directory that is no run, since it has neither meta.json nor status.json, but files of one',
    many: 'directories that are no runs, since they have neither meta.json nor status.json, but files of one',
  },
  duplicate: {
    isFault: true,
    one: 'run id that several directories have',
    many: 'run ids that several directories have',
  },
  unreadable: { isFault: true, one: 'file that cannot be read', many: 'files that cannot be read' },
  json: { isFault: true, one: 'file that is no JSON object', many: 'files that are no JSON object' },
  wide: {
    isFault: true,
    one: 'events.jsonl with more columns than a run may have',
    many: 'events.jsonl with more columns than a run may have',
  },
  line: {
    isFault: true,
    one: 'line of events.jsonl that is left out',
    many: 'lines of events.jsonl that are left out',
  },
  nested: {
    isFault: true,
    one: 'value in events.jsonl that is an array or object, and left out',
    many: 'values in events.jsonl that are arrays or objects, and left out',
  },
  torn: {
    isFault: true,
    one: 'half-written last line of a run that has ended',
    many: 'half-written last lines of runs that have ended',
  },
  noRuns: { isFault: false, one: 'storage without a run to serve', many: 'storages without a run to serve' },
  deleted: { isFault: false, one: 'deleted run, which is not served', many: 'deleted runs, which are not served' },
  link: {
    isFault: false,
    one: 'link to a directory, which is not followed',
    many: 'links to directories, which are not followed',
  },
  status: { isFault: false, one: 'run without a status that is known', many: 'runs without a status that is known' },
  dead: {
    isFault: false,
    one: 'run that says running, but whose process is gone',
    many: 'runs that say running, but whose process is gone',
  },
  noEvents: { isFault: false, one: 'run without events', many: 'runs without events' },
  noLog: { isFault: false, one: 'run without a log', many: 'runs without a log' },
  nonFinite: { isFault: false, one: 'value that is NaN or infinite', many: 'values that are NaN or infinite' },
  stepsBack: {
    isFault: false,
    one: 'step that is lower than the one before',
    many: 'steps that are lower than the one before',
  },
  future: { isFault: false, one: 'event from the future', many: 'events from the future' },
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
