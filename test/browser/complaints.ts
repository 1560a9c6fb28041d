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
  beforeAll(() => hearComplaints(browser(), origin, (complaint) => complaints.push(complaint)));
  beforeEach(({ onTestFailed }) => {
    complaints = [];
    onTestFailed(() => console.error(complaints));
  });
  return () => complaints;
}

/** Calls back with each complaint of a page that is opened from now on. */
export function hearComplaints(
  context: BrowserContext,
  origin: () => string,
  complain: (complaint: string) => void,
): void {
  const isAllowed = (url: string) => new URL(url).host === new URL(origin()).host;
  context.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !isAllowed(url)) complain(`asked for ${url}`);
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (!isAllowed(socket.url())) complain(`asked for ${socket.url()}`);
    });
  });
  context.on('requestfailed', (request) => {
    // The page itself drops what it does not need any more.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complain(`did not get ${request.url()}`);
  });
  context.on('weberror', (error) => complain(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') complain(message.text());
  });
}
