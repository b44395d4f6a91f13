/// <reference lib="dom" />
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { freePort } from '#demo/ports.ts';
import { startJobs } from '#platform/jobs/runner.ts';
import { createMailTransport } from '#platform/mail/transport.ts';
import { createApp } from '../../src/app.ts';
import { createLanes } from '../../src/jobs.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { inFirefox, launchFirefox } from './firefox.ts';
import { startTestMailbox, type TestMailbox } from './mailbox.ts';

/** The whole application, listening, with its queue running, and a real browser in front of it. */
export interface BrowserSite extends TestDatabase {
  url: string;
  mailbox: TestMailbox;
  /** A person's own browser window, without cookies of anybody else. */
  window(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

const SYSTEM_CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// Without these, Chromium looks for the network of its maker at every start.
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function launchBrowser(): Promise<Browser> {
  if (inFirefox()) return launchFirefox();
  const installed = SYSTEM_CHROMIUM.find((file) => existsSync(file));
  const executablePath = installed ?? (await (await import('@sparticuz/chromium')).default.executablePath());
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS, handleSIGTERM: false });
}

/** Those that run, for all files of a worker: a start takes seconds, and a window keeps people apart as well. */
const running = new Map<'chromium' | 'firefox', Browser>();

async function sharedBrowser(): Promise<Browser> {
  const kind = inFirefox() ? 'firefox' : 'chromium';
  const known = running.get(kind);
  // One that has broken down is not the fault of the files that follow.
  if (known?.isConnected()) return known;
  const browser = await launchBrowser();
  running.set(kind, browser);
  return browser;
}

// How a worker is told to end. What playwright has started ends with the process, unless a signal alone ends it.
process.once('SIGTERM', () => process.exit());

/** @param environment settings of the application beyond those of every test */
export async function createBrowserSite(environment: Record<string, string> = {}): Promise<BrowserSite> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const mailbox = await startTestMailbox();
  const database = await createTestDatabase({
    environment: { SMTP_URL: mailbox.smtpUrl, PUBLIC_URL: url, ...environment },
  });
  const { dependencies } = database;
  const transport = createMailTransport(mailbox.smtpUrl);
  const jobs = startJobs({
    pool: dependencies.pool,
    databaseUrl: database.url,
    lanes: createLanes(dependencies, transport),
    log: dependencies.log,
  });
  const server = createServer(createApp(dependencies));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const browser = await sharedBrowser();
  return {
    ...database,
    url,
    mailbox,
    async window(options = {}) {
      const viewport = { width: 1280, height: 900 };
      const window = await browser.newContext({ baseURL: url, viewport, locale: 'fr-FR', ...options });
      // A step that hangs should say which, long before the test's own time is up.
      window.setDefaultTimeout(20_000);
      // What drives Firefox cannot turn its scripts off: none is loaded, and the pages hold none themselves.
      if (inFirefox() && options.javaScriptEnabled === false) {
        await window.route(/\.js(\?|$)/, (route) => route.abort());
      }
      return window;
    },
    async close() {
      // Those of this site: the files of a worker come one after the other.
      await Promise.all(browser.contexts().map((window) => window.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await jobs.stop();
      transport.close();
      await mailbox.stop();
      await database.drop();
    },
  };
}

/**
 * What a page must be, whichever it is: nothing for axe to say, no sideways scrolling, a title, one h1; and each line of
 * a summary of errors leads to a field that is said to be wrong.
 * Firefox is not asked for axe: what axe looks at is the same in both; what only a browser knows is its layout.
 */
export async function findPageFaults(page: Page): Promise<string[]> {
  // Without its style sheets yet, a page has other widths and colours.
  await page.waitForLoadState();
  const faults = inFirefox() ? [] : await findAxeFaults(page);
  const { overflow, headings, title, unmarked } = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    unmarked: [...document.querySelectorAll<HTMLAnchorElement>('[data-error-summary] a[href^="#"]')]
      .map(({ hash }) => hash)
      .filter((hash) => {
        const there = document.getElementById(decodeURIComponent(hash.slice(1)));
        return there?.matches('input:not([type="radio"]), select, textarea')
          ? there.ariaInvalid !== 'true'
          : !there;
      }),
  }));
  if (overflow > 0) faults.push(`wider than the window by ${overflow} px`);
  if (headings !== 1) faults.push(`${headings} h1`);
  if (!/\S+ – \S+/.test(title)) faults.push(`title « ${title} »`);
  for (const hash of unmarked) faults.push(`an error leads to ${hash}, which is not said to be wrong`);
  return faults.map((fault) => `${new URL(page.url()).pathname} at ${page.viewportSize()?.width}: ${fault}`);
}

/**
 * Asks axe in the page itself, and sends it there once for each document: the builder for playwright opens a second
 * window each time to put its results together, which only pages with frames need, and sends axe twice.
 */
async function findAxeFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: here } = window as unknown as { axe: typeof axe };
    const { violations } = await here.run(document, { resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
}
