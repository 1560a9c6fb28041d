import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OPEN } from '../../src/http/access/access.ts';
import { browserPath } from '../browser/browser.ts';
import { useViewers } from '../browser/viewers.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { findTool } from '../support/tools.ts';
import { PROXIES } from './proxies.ts';

const TOKEN = 'sixteen-letters-or-more';

describe.skipIf(browserPath === undefined)('below the prefix of a proxy', { timeout: 60_000 }, () => {
  const temporaryDirectory = useTemporaryDirectory();
  let url = '';
  const { open, expectSignIn } = useViewers(() => url);

  for (const proxy of PROXIES) {
    const isThere = findTool(proxy.name, [proxy.name], proxy.versionArguments) !== undefined;

    it.runIf(isThere)(
      `behind ${proxy.name}, one signs in for all that is there, and for nothing beside it`,
      async () => {
        const storage = await makeStorage();
        onTestFinished(() => storage.remove());
        const files = { 'logs.txt': 'first\n' };
        const directory = await storage.addRun('run-1', { status: { status: 'running', started_at: START }, files });
        const gateway = await startTestGateway(storage, { access: { ...OPEN, token: TOKEN } });
        onTestFinished(() => gateway.close());
        url = await proxy.start(gateway.url, join(temporaryDirectory(), proxy.name));

        expectSignIn();
        const page = await open('?view=logs&log=run-1');
        await page.getByLabel('Token').fill(TOKEN);
        await page.keyboard.press('Enter');
        const line = (text: string) => page.getByRole('log').getByText(text, { exact: true });
        await line('first').waitFor();
        await appendFile(join(directory, 'logs.txt'), 'second\n');
        await line('second').waitFor();
        const download = page.waitForEvent('download');
        await page.getByRole('link', { name: 'Download' }).click();
        expect(await (await download).failure()).toBe(null);

        expect(await page.context().cookies(`${url}/`)).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
        expect(await page.context().cookies(new URL('/', url).href)).toEqual([]);
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByLabel('Token').waitFor();
        expect(await page.context().cookies()).toEqual([]);
      },
    );
  }
});
