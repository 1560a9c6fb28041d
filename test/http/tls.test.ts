import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs, { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { CertificateFiles } from '../../src/http/certificate.ts';
import { intercept } from '../runs/interception.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { findTool } from '../support/tools.ts';

const TOKEN = 'a-token-of-some-length';
const openssl = findTool('openssl', ['openssl'], ['version']);
const directory = useTemporaryDirectory();

/** Makes a certificate of this machine that is its own authority. */
function makeCertificate(name: string): CertificateFiles {
  const files = { cert: join(directory(), `${name}.crt`), key: join(directory(), `${name}.key`) };
  const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const what = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...how, ...what, '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
  return files;
}

describe.runIf(openssl !== undefined)('a gateway with a certificate', () => {
  let files: CertificateFiles;
  let ca: string;
  let storage: TestStorage;
  let gateway: TestGateway;
  beforeAll(async () => {
    files = makeCertificate('first');
    ca = await readFile(files.cert, 'utf8');
    storage = await makeStorage();
    await storage.addRun('a', { files: { 'logs.txt': 'line\n' } });
    return () => storage.remove();
  });
  afterEach(() => gateway.close());

  async function ask(path: string, { method = 'GET', headers = {}, body = '' } = {}) {
    const outgoing = request(gateway.url + path, { ca, agent: false, method, headers });
    outgoing.end(body);
    const [answer]: unknown[] = await once(outgoing, 'response');
    if (!(answer instanceof IncomingMessage)) throw new TypeError('no response');
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  /** The name in the certificate that a new connection is shown. */
  async function nameShown(): Promise<unknown> {
    const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  }

  it('says so in its address, and answers REST, GraphQL, the page and both sockets', async () => {
    gateway = await startTestGateway(storage, { tls: files });
    expect(gateway.url).toMatch(/^https:/);
    for (const path of ['/', '/api/runs', '/graphql?query={__typename}']) expect((await ask(path)).status).toBe(200);
    const log = new WebSocket(`${gateway.url.replace('https', 'wss')}/api/runs/a/logs/ws`, { ca });
    const [line]: unknown[] = await once(log, 'message');
    expect(String(line)).toBe('line');
    log.terminate();
    const graphql = new WebSocket(`${gateway.url.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', {
      ca,
      origin: gateway.url,
    });
    await once(graphql, 'open');
    graphql.send(JSON.stringify({ type: 'connection_init' }));
    const [greeting]: unknown[] = await once(graphql, 'message');
    expect(String(greeting)).toContain('connection_ack');
    graphql.terminate();
  });

  it('gives a cookie that browsers send over TLS only', async () => {
    gateway = await startTestGateway(storage, { tls: files, access: { token: TOKEN, hosts: [], origins: [] } });
    const headers = { 'content-type': 'application/json' };
    const answer = await ask('/session', { method: 'POST', headers, body: JSON.stringify({ token: TOKEN }) });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  it('answers nobody without TLS', async () => {
    gateway = await startTestGateway(storage, { tls: files });
    await expect(fetch(`${gateway.url.replace('https', 'http')}/api/health`)).rejects.toThrow('fetch failed');
    expect((await ask('/api/health')).status).toBe(200);
  });

  it('shows a certificate that was renewed, and the one before while the new one is not whole', async () => {
    const renewed = makeCertificate('renewed');
    const used = { cert: join(directory(), 'used.crt'), key: join(directory(), 'used.key') };
    await copyFile(files.cert, used.cert);
    await copyFile(files.key, used.key);
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      gateway = await startTestGateway(storage, { tls: used });
      const minutePasses = () => vi.advanceTimersByTime(60_000);
      await writeFile(used.cert, await readFile(renewed.cert));
      minutePasses();
      await vi.waitUntil(() => gateway.warnings.length > 0);
      expect(gateway.warnings).toEqual([
        expect.stringMatching(/^the certificate stays as it was: .*used\.crt and .*used\.key are no certificate and/),
      ]);
      expect(await nameShown()).toBe('first');
      await copyFile(renewed.key, used.key);
      minutePasses();
      await vi.waitUntil(async () => (await nameShown()) === 'renewed');
      expect(gateway.warnings).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not looked at again while a look does not end', async () => {
    const used = { cert: join(directory(), 'stuck.crt'), key: files.key };
    await copyFile(files.cert, used.cert);
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      gateway = await startTestGateway(storage, { tls: used });
      await rm(used.cert);
      execFileSync('mkfifo', [used.cert]);
      let looks = 0;
      intercept(fs, 'readFile', (look, [file]) => {
        if (file === used.cert) looks++;
        return look();
      });
      vi.advanceTimersByTime(300_000);
      expect(looks).toBe(1);
      expect(await nameShown()).toBe('first');
    } finally {
      vi.useRealTimers();
      // Whoever waits for a writer is let go.
      await writeFile(used.cert, await readFile(files.cert));
    }
  });

  it('ends within a second, whoever has begun a handshake', async () => {
    gateway = await startTestGateway(storage, { tls: files });
    const { port } = new URL(gateway.url);
    const silent = connectPlainly(Number(port), '127.0.0.1');
    await once(silent, 'connect');
    expect((await ask('/api/health')).status).toBe(200);
    const ended = once(silent, 'close');
    const start = performance.now();
    await gateway.close();
    expect(performance.now() - start).toBeLessThan(2000);
    await ended;
  });

  it('does not start with a key of another certificate, and names both', async () => {
    const { key } = makeCertificate('other');
    const start = startTestGateway(storage, { tls: { ...files, key } });
    await expect(start).rejects.toThrow(`${files.cert} and ${key} are no certificate and its key: `);
    await expect(startTestGateway(storage, { tls: { ...files, key: `${key}2` } })).rejects.toThrow(
      `${key}2 cannot be read: ENOENT`,
    );
  });
});
