import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededNoise } from './curves.ts';
import { type Metrics, RECIPES, type Recipe } from './recipes.ts';

const SECONDS_PER_EVENT = 0.9;
const STEPS_PER_LOG_LINE = 50;
const MACHINE = { hostname: 'gpu-01', platform: 'Linux 6.8.0 (x86_64)', python: '3.11.7', workspace_root: '/home/me' };

/** Writes a few ended runs below `directory`: always the same curves, at times that lie some hours back from now. */
export async function writeDemoStorage(directory: string): Promise<void> {
  for (const [index, recipe] of RECIPES.entries()) await writeRun(directory, recipe, index + 1);
}

async function writeRun(root: string, recipe: Recipe, seed: number): Promise<void> {
  const { path, run, config } = recipe;
  const createdAt = Math.round(Date.now() / 1000) - run.hoursAgo * 3600;
  const [day, clock] = isoTime(createdAt).replaceAll(/[-:]/g, '').split('T');
  const id = `${day}_${clock}_${(seed * 0xd1ce5).toString(16).padStart(6, '0')}`;
  const [project, name] = path.split('/');
  const place = run.legacy ? { project, name } : { path, alias: run.alias };
  const { events, logs, summary, endedAt } = train(recipe, createdAt, seed);
  const files = {
    'meta.json': { id, ...place, created_at: createdAt, ...MACHINE, pid: 20_000 + seed, storage_dir: root },
    'status.json': { status: run.status, started_at: createdAt, ended_at: endedAt },
    'summary.json': summary,
    'assets.json': { code: {}, config, datasets: [], pretrained: [], outputs: [] },
    'events.jsonl': events.join(''),
    'logs.txt': logs.join(''),
  };
  const directory = run.legacy ? join(root, path, 'runs', id) : join(root, 'runs', path, id);
  await mkdir(directory, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(directory, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}

/** Goes through the steps of a run and gives what the SDK would have written meanwhile. */
function train(recipe: Recipe, startedAt: number, seed: number) {
  const { sessions, curves, validation, best = '', logLine, lastWords } = recipe;
  const noise = seededNoise(seed);
  const events: string[] = [];
  const logs: string[] = [];
  let summary: Metrics = {};
  let now = startedAt;
  const log = (text: string) => logs.push(`[${isoTime(now).slice(11)}] ${text}\n`);
  const record = (step: number, metrics: Metrics) => {
    now = Math.round((now + SECONDS_PER_EVENT * (1 + noise(0.3))) * 1e6) / 1e6;
    const data = `${pythonItems(metrics)}, "global_step": ${step}, "time": ${now}`;
    events.push(`{"ts": ${now}, "type": "metrics", "data": {${data}}}\n`);
    const value = Number(metrics[best] ?? Number.NaN);
    if (value > Number(summary.best_metric_value ?? Number.NEGATIVE_INFINITY)) {
      summary = { best_metric_value: value, best_metric_name: best, best_metric_step: step, best_metric_mode: 'max' };
    }
  };

  for (const [first, last] of sessions) {
    for (let step = first; step <= last; step++) {
      const metrics = curves(step, noise);
      record(step, metrics);
      if (step % STEPS_PER_LOG_LINE === 0) log(logLine(step, metrics));
      if (validation && step % validation.every === 0) record(step, validation.curves(step, noise));
    }
  }
  for (const line of lastWords.split('\n')) log(line);
  return { events, logs, summary, endedAt: now };
}

/** The items of an object as Python's json.dumps writes them: unlike JSON.stringify, it knows NaN and Infinity. */
function pythonItems(metrics: Metrics): string {
  const items = [];
  for (const [name, value] of Object.entries(metrics)) {
    items.push(`"${name}": ${typeof value === 'string' ? JSON.stringify(value) : value}`);
  }
  return items.join(', ');
}

/** Like 2024-01-01T00:00:00, in UTC. */
function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().slice(0, 19);
}
