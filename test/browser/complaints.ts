import type { BrowserContext } from 'playwright-core';
import { beforeAll, beforeEach } from 'vitest';

/**
 * What pages of the browser complained of since the test began: errors, refusals of their policy, files that did not come,
 * and whatever they asked of another origin.
 *
 * @param browser as useBrowser gives it
 * @param origin which alone they may ask
 */
export function useComplaints(browser: () => BrowserContext, origin: () => string): () => readonly string[] {
  let complaints: string[];
  beforeAll(() => {
    browser().on('request', (request) => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin()) complaints.push(`asked for ${url}`);
    });
    browser().on('requestfailed', (request) => complaints.push(`did not get ${request.url()}`));
    browser().on('weberror', (error) => complaints.push(String(error.error())));
    browser().on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  beforeEach(({ onTestFailed }) => {
    complaints = [];
    onTestFailed(() => console.error(complaints));
  });
  return () => complaints;
}
