import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageRouter } from '../../src/http/page.ts';
import { type HttpServer, listen } from '../../src/http/server.ts';
import { bytesOf } from '../conformance/raw-request.ts';
import { send, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const REFERENCE = /(?:src|href)="([^"]*)"/g;

const EVERY_ANSWERS = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };

/** Of the page's answers alone. */
const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

let storage: TestStorage;
let gateway: TestGateway;

beforeAll(async () => {
  storage = await makeStorage();
  gateway = await startTestGateway(storage);
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

/** What the document loads, relative to it. */
async function references(): Promise<readonly string[]> {
  return Array.from((await gateway.request('/')).body.matchAll(REFERENCE), ([, name = '']) => name);
}

async function scriptPath(): Promise<string> {
  const name = (await references()).find((reference) => reference.endsWith('.js'));
  return new URL(name ?? '', 'http://page/').pathname;
}

describe('the document', () => {
  it('is at /, whatever the query, and names all that it loads relative to itself', async () => {
    const answer = await gateway.request('/?view=charts&runs=a,b');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await references()).not.toEqual([]);
    for (const name of await references()) {
      expect(name).toMatch(/^\.\/assets\//);
      expect((await gateway.request(name.slice(1))).status).toBe(200);
    }
  });

  it('is asked for again each time, and sent again only when it has changed', async () => {
    const { headers } = await gateway.request('/');
    expect(headers['cache-control']).toBe('no-cache');
    const again = await gateway.request('/', { headers: { 'if-none-match': String(headers.etag) } });
    expect([again.status, again.body]).toEqual([304, '']);
  });
});

describe('an asset', () => {
  it('is kept for a year: its name has a hash of its content', async () => {
    for (const name of await references()) {
      const { headers } = await gateway.request(name.slice(1));
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it('comes in the coding that the client likes best', async () => {
    const url = gateway.url + (await scriptPath());
    const plain = await bytesOf(url);
    const [brotli, gzip] = [await bytesOf(url, { 'accept-encoding': 'gzip, br' }), await bytesOf(url, GZIP_ONLY)];
    expect([brotli, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined]);
    for (const { headers } of [brotli, gzip, plain]) expect(headers.vary).toMatch(/Accept-Encoding/);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  });
});

const GZIP_ONLY = { 'accept-encoding': 'gzip, br;q=0' };

describe('headers', () => {
  it('forbid the page, and whatever it loads, to load or ask of other hosts', async () => {
    for (const path of ['/', await scriptPath()]) {
      const { headers } = await gateway.request(path);
      expect(headers).toMatchObject({ ...PAGE_HEADERS, ...EVERY_ANSWERS });
      // Over plain HTTP both would lock out their own page.
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    }
  });

  it('of the API, of GraphiQL and of other errors are but those that keep other pages from loading them', async () => {
    for (const path of ['/api/runs', '/api/nope', '/graphql?query=%7B__typename%7D', '/graphql', '/nope']) {
      const { headers } = await gateway.request(path, { headers: { accept: 'text/html' } });
      for (const name of Object.keys(PAGE_HEADERS)) expect(headers, path).not.toHaveProperty(name);
      expect(headers, path).toMatchObject(EVERY_ANSWERS);
    }
  });
});

describe('requests for the page', () => {
  it('by HEAD are answered without a body', async () => {
    for (const path of ['/', await scriptPath()]) {
      const [got, head] = [await gateway.request(path), await gateway.request(path, { method: 'HEAD' })];
      expect([head.status, head.body, head.headers['content-type']]).toEqual([200, '', got.headers['content-type']]);
    }
  });

  it('by another method are 405 with Allow', async () => {
    for (const path of ['/', await scriptPath(), '/assets/nope.js']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const { status, headers } = await gateway.request(path, { method });
        expect([path, method, status, headers.allow]).toEqual([path, method, 405, 'GET, HEAD']);
      }
    }
  });

  it.each([
    '/index.html',
    '/nope',
    '/assets',
    '/assets/',
    '/assets/nope.js',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2f..%2fsrc%2fmain.js',
    '/assets/%00',
    '//assets/../../package.json',
    '/Assets/',
  ])('that name what is not there are 404 in JSON: %s', async (path) => {
    const answer = await gateway.request(path);
    expect([answer.status, answer.json()]).toEqual([404, { detail: 'Not Found' }]);
  });

  it('may be sent by pages of foreign origins, which cannot read the answer', async () => {
    const ask = (origin: string) => gateway.request('/', { headers: { origin } });
    expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
    const { headers } = await ask('http://localhost:5173');
    expect(headers['access-control-allow-origin']).toBe('http://localhost:5173');
  });

  it('with a condition that does not hold are 412, of which the operator need not know', async () => {
    const answer = await gateway.request(await scriptPath(), { headers: { 'if-match': '"other"' } });
    expect([answer.status, answer.json()]).toEqual([412, { detail: 'Precondition Failed' }]);
    expect(gateway.warnings).toEqual([]);
  });
});

it('without the page its address is 404, as are its assets', async () => {
  await using bare = await startTestGateway(storage, { page: false });
  for (const path of ['/', await scriptPath()]) {
    const answer = await bare.request(path);
    expect([answer.status, answer.json()]).toEqual([404, { detail: 'Not Found' }]);
  }
  expect(bare.warnings).toEqual([]);
});

it('a hardened gateway has the page', async () => {
  await using hardened = await startTestGateway(storage, { hardened: true });
  expect((await hardened.request('/')).status).toBe(200);
});

describe('a build', () => {
  const directory = useTemporaryDirectory();
  const warnings: string[] = [];
  let server: HttpServer;

  beforeAll(async () => {
    const app = express().use(pageRouter(join(directory(), 'web'), (message) => warnings.push(message)));
    server = await listen(app, '127.0.0.1', 0);
  });
  afterAll(() => server.close());

  /** Builds a page, as the archive of a package has it: all its files have the same date. */
  async function build(text: string): Promise<void> {
    const file = join(directory(), 'web', 'index.html');
    await mkdir(join(directory(), 'web'), { recursive: true });
    await writeFile(file, text);
    await utimes(file, 499_162_500, 499_162_500);
  }

  it('that is missing is told to the operator once, and to whoever opens the page', async () => {
    for (let times = 0; times < 2; times += 1) {
      const answer = await send(server.url, '/');
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual({ detail: expect.stringContaining('npm run build') });
    }
    expect(warnings).toEqual([expect.stringContaining('npm run build')]);
  });

  it('is served as soon as it is there', async () => {
    await build('<p>first</p>');
    expect(await send(server.url, '/')).toMatchObject({ status: 200, body: '<p>first</p>' });
    await rm(join(directory(), 'web'), { recursive: true });
    expect((await send(server.url, '/')).status).toBe(404);
  });

  it('is told from one before it, though its document has the same size and date', async () => {
    await build('./assets/index-1.js');
    const { etag } = (await send(server.url, '/')).headers;
    await build('./assets/index-2.js');
    const answer = await send(server.url, '/', { headers: { 'if-none-match': String(etag) } });
    expect(answer).toMatchObject({ status: 200, body: './assets/index-2.js' });
  });
});
