import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics, Recipe } from './recipe.ts';

const MACHINE = { platform: 'Linux 6.8.0 (x86_64)', python: '3.11.7', workspace_root: '/home/me' };

/** Who trains, and when it began; times are Unix seconds. */
interface Trainer {
  readonly hostname: string;
  readonly pid: number;
  readonly createdAt: number;
  /** Later than `createdAt` if the process is not the one that created the run. */
  readonly startedAt: number;
}

export type RunWriter = Awaited<ReturnType<typeof beginRun>>;

/** Begins a run below `root`, whose id the seed sets apart, and gives what writes its files as the Python SDK does. */
export async function beginRun(root: string, recipe: Recipe, seed: number, trainer: Trainer) {
  const { path, run, config, best } = recipe;
  const { createdAt, startedAt, ...process } = trainer;
  const [day, time] = isoTime(createdAt).replaceAll(/[-:]/g, '').split('T');
  const id = `${day}_${time}_${((seed * 0xd1ce5) % 2 ** 24).toString(16).padStart(6, '0')}`;
  const [project, name] = path.split('/');
  const place = run.legacy ? { project, name } : { path, alias: run.alias };
  const directory = run.legacy ? join(root, path, 'runs', id) : join(root, 'runs', path, id);
  const meta = { id, ...place, tags: run.tags, created_at: createdAt, ...MACHINE, ...process, storage_dir: root };
  let [events, logs] = ['', ''];
  let summary: Metrics = {};
  let improved = false;

  await mkdir(directory, { recursive: true });
  await writeJson(directory, 'assets.json', { code: {}, config, datasets: [], pretrained: [], outputs: [] });
  await writeJson(directory, 'status.json', { status: 'running', started_at: startedAt });
  await writeJson(directory, 'meta.json', meta);
  return {
    directory,
    /** @param now Unix seconds, to the microsecond */
    record(now: number, step: number, metrics: Metrics) {
      const data = `${pythonItems(metrics)}"global_step": ${step}, "time": ${now}`;
      events += `{"ts": ${now}, "type": "metrics", "data": {${data}}}\n`;
      if (best === undefined) return;
      const value = Number(metrics[best.name] ?? Number.NaN);
      const sign = best.mode === 'max' ? 1 : -1;
      if (sign * value <= sign * Number(summary.best_metric_value) || Number.isNaN(value)) return;
      summary = {
        best_metric_value: value,
        best_metric_name: best.name,
        best_metric_step: step,
        best_metric_mode: best.mode,
      };
      improved = true;
    },
    /** Adds a line to the console log. */
    log(now: number, text: string) {
      logs += `[${isoTime(now).slice(11)}] ${text}\n`;
    },
    /** Adds to the console log what need not end its line. */
    draw(text: string) {
      logs += text;
    },
    /** Appends what came since the last time to the files, and tells the best value if it is another one. */
    async flush() {
      await appendFile(join(directory, 'events.jsonl'), events);
      await appendFile(join(directory, 'logs.txt'), logs);
      if (improved) await writeJson(directory, 'summary.json', summary);
      [events, logs, improved] = ['', '', false];
    },
    /** @param results joins the best value in the summary */
    async end(now: number, results: Metrics) {
      await this.flush();
      await writeJson(directory, 'summary.json', { ...summary, ...results });
      await writeJson(directory, 'status.json', { status: run.status, started_at: startedAt, ended_at: now });
    },
  };
}

/** Replaces the file as a whole, so that nobody reads half of it. */
async function writeJson(directory: string, file: string, content: object): Promise<void> {
  const path = join(directory, file);
  await writeFile(`${path}.tmp`, JSON.stringify(content, null, 2));
  await rename(`${path}.tmp`, path);
}

/** The items of an object, each with a comma, as Python's json.dumps writes them: unlike JSON.stringify, it knows NaN. */
function pythonItems(metrics: Metrics): string {
  let items = '';
  for (const name of Object.keys(metrics)) {
    const value = metrics[name];
    items += `"${name}": ${typeof value === 'string' ? JSON.stringify(value) : value}, `;
  }
  return items;
}

/** Like 2024-01-01T00:00:00, in UTC. */
function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().slice(0, 19);
}
