import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent, IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { send } from '../support/gateway.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, metricsEvent } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const prlimit = findTool('prlimit (util-linux)', ['prlimit'], ['--version']);
const { runlens } = useRunlens();

const IDS = Array.from({ length: 8 }, (_, i) => `run-${i}`);
const PLENTY = 1024;

/** Of how many descriptors, from the lowest on, a process may have more: what it has it keeps. */
function setLimit(pid: number, most: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`]);
}

describe.runIf(prlimit !== undefined)('a gateway that has no descriptors left', () => {
  it('says so, answers what needs none, and serves all again when there are some', async () => {
    await using storage = await makeStorage();
    for (const id of IDS) {
      await storage.addRun(id, { events: [metricsEvent(1, { loss: 1 })], files: { 'logs.txt': 'line\n' } });
    }
    const gateway = await runlens(['--storage', storage.root, '--port', '0']);
    const url = await gateway.listening();
    const agent = new Agent({ keepAlive: true, maxSockets: 4, timeout: 5000 });
    const ask = async (path: string, body?: object) => {
      const outgoing = request(`${url}${path}`, {
        agent,
        ...(body && { method: 'POST', headers: { 'Content-Type': 'application/json' } }),
      });
      outgoing.end(body && JSON.stringify(body));
      const [response]: unknown[] = await once(outgoing, 'response');
      if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
      return { status: response.statusCode, code: response.headers['x-error-code'], body: await text(response) };
    };
    try {
      expect((await ask('/api/runs')).status).toBe(200);
      // Connections enough for what follows.
      await Promise.all(IDS.map(() => ask('/api/health')));
      setLimit(gateway.pid, 0);

      const refused = { status: 503, code: 'OVERLOADED' };
      expect(await ask('/api/runs/run-0/metrics')).toMatchObject(refused);
      for (const answer of await Promise.all(IDS.map((id) => ask(`/api/runs/${id}/metrics_step`)))) {
        expect(answer).toMatchObject(refused);
        expect(answer.body).not.toContain(storage.root);
      }
      expect(await ask('/api/runs/run-0/logs')).toMatchObject(refused);
      const overGraphql = await ask('/graphql', {
        query: '{ run(runId: "run-0") { logs { edges { node { text } } } } }',
      });
      expect(overGraphql.body).toContain('"OVERLOADED"');
      expect(overGraphql.body).not.toContain(storage.root);
      expect((await ask('/api/health')).status).toBe(200);
      expect((await ask('/api/runs')).status).toBe(200);

      setLimit(gateway.pid, PLENTY);
      for (const id of IDS) {
        expect((await ask(`/api/runs/${id}/metrics_step`)).status).toBe(200);
        expect((await ask(`/api/runs/${id}/logs`)).body).toBe('line\n');
      }
      expect((await send(url, '/api/health')).status).toBe(200);
    } finally {
      agent.destroy();
    }
  });

  it('ends at once the connections that it has none for, and takes others as soon as some end', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run', { events: [metricsEvent(1, { loss: 1 })] });
    const gateway = await runlens(['--storage', storage.root, '--port', '0']);
    const url = await gateway.listening();
    // A thread that starts meanwhile would take descriptors too.
    expect((await send(url, '/api/runs/run/metrics')).status).toBe(200);
    const held = readdirSync(`/proc/${gateway.pid}/fd`).length;
    setLimit(gateway.pid, held + 10);
    const connections = Array.from({ length: 200 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    let ended = 0;
    for (const connection of connections) {
      connection.on('error', () => undefined).on('close', () => (ended += 1));
      connection.resume();
    }
    await expect.poll(() => ended).toBeGreaterThan(100);
    for (const connection of connections) connection.destroy();
    await expect.poll(() => send(url, '/api/runs/run/metrics').catch(() => undefined)).toMatchObject({ status: 200 });
  });
});
