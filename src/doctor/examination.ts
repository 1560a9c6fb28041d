import { join, relative } from 'node:path';
import { DataUnreadable } from '../errors.ts';
import type { IndexProblem } from '../runs/index-problem.ts';
import { type FileAccess, JsonFile } from '../runs/json-file.ts';
import { runFiles } from '../runs/run-files.ts';
import { RunIndex } from '../runs/run-index.ts';
import type { RunReader } from '../runs/run-reader.ts';
import { hasEnded, toStatus } from '../runs/run-status.ts';
import { closeBehind, openFile, type StorageBounds } from '../storage/files.ts';
import { isAbsence, isPathError } from '../system-error.ts';
import { checkEvents } from './events-check.ts';
import { Findings } from './findings.ts';
import { unserved } from './unserved.ts';

const LAYOUT =
  'runs are looked for at runs/…/<run id>/, with a meta.json or status.json, and at <project>/<name>/runs/<run id>/';

const JSON_FILES = ['meta.json', 'status.json', 'summary.json', 'assets.json'];

/** What there is in a storage, as far as it has been looked at. */
export interface Extent {
  runs: number;
  files: number;
  lines: number;
  bytes: number;
}

/** Looks at all runs of a storage, by the readers that serve them. */
export class Examination {
  readonly findings = new Findings();
  readonly extent: Extent = { runs: 0, files: 0, lines: 0, bytes: 0 };
  readonly #bounds: StorageBounds;
  /** Files that may not be read are told of where each is looked at. */
  readonly #access: FileAccess;

  constructor(bounds: StorageBounds) {
    this.#bounds = bounds;
    this.#access = { bounds, refused: () => undefined };
  }

  /** @param looked called after each run, with how many there are */
  async run(looked: (runs: number) => void): Promise<void> {
    const index = new RunIndex(this.#bounds, (problem) => this.#addProblem(problem));
    const runs = await index.list();
    if (runs.length === 0) this.findings.add('noRuns', LAYOUT);
    for await (const { kind, path } of unserved(this.#bounds)) this.findings.add(kind, this.#nameOf(path));
    for (const run of runs.toSorted((one, other) => (one.location.directory < other.location.directory ? -1 : 1))) {
      await this.#examine(run);
      this.extent.runs++;
      looked(runs.length);
    }
  }

  #addProblem(problem: IndexProblem): void {
    // Refused files are told of where each is looked at.
    if (problem.kind === 'refused-file') return;
    if (problem.kind === 'unreadable-directory') {
      this.findings.add('directory', `${this.#nameOf(problem.directory)}: ${problem.code}`);
      return;
    }
    const ignored = problem.ignored.map((directory) => this.#nameOf(directory)).join(', ');
    this.findings.add('duplicate', `${problem.id}: served is ${this.#nameOf(problem.served)}, not ${ignored}`);
  }

  async #examine(run: RunReader): Promise<void> {
    const { directory } = run.location;
    const record = await run.read();
    // It is gone meanwhile.
    if (record === undefined) return;
    const place = this.#nameOf(directory);
    for (const file of JSON_FILES) await this.#checkJson(join(directory, file));
    const { findings } = this;
    const written = toStatus((await new JsonFile(join(directory, 'status.json'), this.#access).read())?.status);
    if (written === 'unknown') findings.add('status', place);
    if (written === 'running' && record.status === 'failed') findings.add('dead', `${place}: process ${record.pid}`);
    await this.#checkLog(runFiles(directory).logs, place);
    const { events } = runFiles(directory);
    const size = await checkEvents(events, this.#bounds, this.#nameOf(events), hasEnded(record.status), findings);
    if (size === null || size.bytes === 0) findings.add('noEvents', place);
    if (size === null) return;
    this.extent.files++;
    this.extent.lines += size.lines;
    this.extent.bytes += size.bytes;
  }

  async #checkJson(path: string): Promise<void> {
    const content = await new JsonFile(path, this.#access).read();
    const fault = await readFault(path, this.#bounds);
    if (fault === 'absent') return;
    this.extent.files++;
    if (fault !== null) this.findings.add('unreadable', `${this.#nameOf(path)}: ${fault}`);
    else if (content === undefined) this.findings.add('json', this.#nameOf(path));
  }

  async #checkLog(path: string, place: string): Promise<void> {
    const fault = await readFault(path, this.#bounds);
    if (fault === 'absent') return this.findings.add('noLog', place);
    this.extent.files++;
    if (fault !== null) this.findings.add('unreadable', `${this.#nameOf(path)}: ${fault}`);
  }

  #nameOf(path: string): string {
    return relative(this.#bounds.root, path) || '.';
  }
}

/** What keeps a file from being read; null where nothing does. */
async function readFault(path: string, bounds: StorageBounds): Promise<string | null> {
  try {
    closeBehind(await openFile(path, bounds));
    return null;
  } catch (error) {
    if (isAbsence(error)) return 'absent';
    if (error instanceof DataUnreadable) return error.reason;
    if (isPathError(error)) return error.code;
    throw error;
  }
}
