import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a file holds: text and bytes as they are, other values as JSON; null: there is no such file. */
type FileContent = string | Uint8Array | object | null;

export interface RunContent {
  /** In the legacy layout `project/name`; `demo/test` there unless given, none in the current one. */
  readonly path?: string;
  readonly layout?: 'current' | 'legacy';
  /** Unless given, a meta.json like the SDK's. */
  readonly meta?: FileContent;
  /** Unless given, that the run is finished. */
  readonly status?: FileContent;
  /** Text and bytes as they are, objects as the SDK writes them, a line each; no file unless given. */
  readonly events?: string | Uint8Array | readonly object[];
  /** Further files by name. */
  readonly files?: Readonly<Record<string, FileContent>>;
}

/** A storage root in a temporary directory. */
export interface TestStorage extends AsyncDisposable {
  readonly root: string;
  /** Makes a run. @returns its directory */
  addRun(id: string, content?: RunContent): Promise<string>;
  /** Removes the root with all that is in it. */
  remove(): Promise<void>;
}

export async function makeStorage(): Promise<TestStorage> {
  // The gateway names files by their real paths.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'runlens-test-')));
  const remove = () => rm(root, { recursive: true, force: true });

  async function addRun(id: string, content: RunContent = {}): Promise<string> {
    const { layout = 'current', path = layout === 'legacy' ? 'demo/test' : null, events = null, files } = content;
    const directory = layout === 'legacy' ? join(root, `${path}`, 'runs', id) : join(root, 'runs', path ?? '', id);
    const { meta = { id, path, alias: null, created_at: START }, status = { status: 'finished', started_at: START } } =
      content;
    const eventsText = Array.isArray(events) ? eventLines(events) : events;
    await mkdir(directory, { recursive: true });
    const all = { 'meta.json': meta, 'status.json': status, 'events.jsonl': eventsText, ...files };
    for (const [name, file] of Object.entries(all)) {
      if (file === null) continue;
      const isRaw = typeof file === 'string' || file instanceof Uint8Array;
      await writeFile(join(directory, name), isRaw ? file : pythonJson(file));
    }
    return directory;
  }

  return { root, addRun, remove, [Symbol.asyncDispose]: remove };
}

/** When the runs of tests began, in Unix seconds. */
export const START = 1_704_067_200;

/** A metrics event as the SDK logs it. @param ts Unix seconds */
export function metricsEvent(step: number, metrics: object, ts: number = START + step): object {
  return { ts, type: 'metrics', data: { ...metrics, global_step: step, time: ts } };
}

/** The lines of an events file, as the SDK writes them. */
export function eventLines(events: readonly object[]): string {
  return events.map((event) => `${pythonJson(event)}\n`).join('');
}

/** A value as Python's json.dumps writes it: with spaces, and with NaN and Infinity. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`);
    return `{${members.join(', ')}}`;
  }
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
