import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START } from '../support/storage.ts';
import { browserPath, useBrowser } from './browser.ts';

describe.skipIf(browserPath === undefined)(
  'the documented JavaScript example of the log socket',
  { timeout: 60_000 },
  () => {
    const browser = useBrowser();

    it('prints a growing log in a page of the gateway, each line once', async () => {
      await using storage = await makeStorage();
      const status = { status: 'running', started_at: START };
      const directory = await storage.addRun('run-1', { status, files: { 'logs.txt': 'one\n' } });
      await using gateway = await startTestGateway(storage);
      const page = await browser().newPage();
      await page.goto(`${gateway.url}/api/health`);
      const printed: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'log') printed.push(message.text());
      });
      const hasPrinted = (count: number) => page.waitForEvent('console', () => printed.length >= count);

      const first = hasPrinted(1);
      await page.evaluate(`
      const ws = new WebSocket('${gateway.url.replace('http', 'ws')}/api/runs/run-1/logs/ws')

      ws.onmessage = (event) => {
        console.log(event.data)
      }
    `);
      await first;
      const all = hasPrinted(101);
      for (let i = 0; i < 100; i++) await appendFile(`${directory}/logs.txt`, `line ${i}\n`);
      await all;
      expect(printed).toEqual(['one', ...Array.from({ length: 100 }, (_, i) => `line ${i}`)]);
      await page.close();
    });
  },
);
