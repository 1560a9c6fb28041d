import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createViteServer } from 'vitest/node';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { browserPath, useBrowser } from './browser.ts';
import { useComplaints } from './complaints.ts';

const ANSWERS = ['{"data":{"__typename":"Query"}}', '{"type":"connection_ack"}'];

describe.skipIf(browserPath === undefined)('the page as it is served', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  let origin: string;
  const complaints = useComplaints(browser, () => origin);
  let storage: TestStorage;
  let gateway: TestGateway;
  let page: Page;

  beforeAll(async () => {
    storage = await makeStorage();
    await storage.addRun('run-1', { meta: { alias: 'first' } });
    gateway = await startTestGateway(storage);
  });
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });
  beforeEach(async () => {
    origin = gateway.url;
    page = await browser().newPage();
  });
  afterEach(() => page.close());

  /** What the page gets, under its policy, over HTTP and over a WebSocket. */
  function ask(graphqlUrl: string): Promise<readonly string[]> {
    return page.evaluate(async (url) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
      const overSocket = new Promise<string>((resolve) => {
        socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
        socket.addEventListener('message', ({ data }) => resolve(String(data)));
        socket.addEventListener('error', () => resolve('refused'));
      });
      const overHttp = fetch(`${url}?query={__typename}`).then(
        (answer) => answer.text(),
        () => 'refused',
      );
      return Promise.all([overHttp, overSocket]).finally(() => socket.close());
    }, graphqlUrl);
  }

  it('shows the runs without a breach of its policy, and asks nobody but its gateway', async () => {
    await page.goto(gateway.url);
    await page.getByText('first').first().waitFor();
    expect(complaints()).toEqual([]);
  });

  it('may ask its own gateway and open a WebSocket to it, but no other, though that would answer', async () => {
    await using other = await startTestGateway(storage);
    await page.goto(gateway.url);
    expect(await ask(`${gateway.url}/graphql`)).toEqual(ANSWERS);
    expect(complaints()).toEqual([]);
    expect(await ask(`${other.url}/graphql`)).toEqual(['refused', 'refused']);
    expect(complaints()).toContainEqual(expect.stringContaining('Content Security Policy'));
  });

  it('tells pages of other origins by no answer of the gateway whether there is a run of an id', async () => {
    /** What a page can see of an answer that it may not read. */
    const seen = (path: string) =>
      page.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            const script = document.createElement('script');
            script.src = url;
            script.addEventListener('load', () => resolve('loaded'));
            script.addEventListener('error', () => resolve('failed'));
            document.head.append(script);
          }),
        gateway.url + path,
      );
    await using foreign = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end());
    foreign.listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    await page.goto(`http://127.0.0.1:${Object(foreign.address()).port}`);
    const paths = ['/api/runs', '/api/runs/run-1', '/api/runs/run-2', '/api/runs/run-1/metrics', '/metrics', '/readyz'];
    expect(await Promise.all(paths.map(seen))).toEqual(paths.map(() => 'failed'));
  });

  it('has dialogs that close, though its forms may be sent nowhere', async () => {
    await page.goto(gateway.url);
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(complaints()).toEqual([]);
  });

  describe('below a path of a proxy', () => {
    const cacheDir = useTemporaryDirectory();
    let proxy: Awaited<ReturnType<typeof createViteServer>>;
    let place: string;

    beforeAll(async () => {
      const rewrite = (path: string) => path.replace('/team/runs/', '/');
      proxy = await createViteServer({
        root: cacheDir(),
        cacheDir: cacheDir(),
        configFile: false,
        appType: 'custom',
        logLevel: 'error',
        server: {
          host: '127.0.0.1',
          port: 0,
          proxy: { '/team/runs/': { target: gateway.url, ws: true, rewrite } },
        },
      });
      await proxy.listen();
      place = `${proxy.resolvedUrls?.local[0]}team/runs/`;
    });
    afterAll(() => proxy.close());
    beforeEach(() => {
      origin = new URL(place).origin;
    });

    it('works the same, with its links and its WebSocket', async () => {
      await page.goto(place);
      await page.getByText('first').first().waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Charts' }).click();
      expect(page.url()).toBe(`${place}?view=charts`);
      await page.goto(`${place}?view=runs`);
      await page.getByText('first').first().waitFor();
      expect(await ask(`${place}graphql`)).toEqual(ANSWERS);
      expect(complaints()).toEqual([]);
    });
  });
});
