import { existsSync } from 'node:fs';
import playwright, { type Browser } from 'playwright-core';
import { test } from 'vitest';

/** Where Debian, Ubuntu and others put it. */
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox'].find((file) =>
  existsSync(file),
);

let isAsked = false;

/** Whether the journeys of this test file are taken in Firefox. */
export const inFirefox = (): boolean => isAsked;

/**
 * Takes the journeys of another file in Firefox, where it is installed; says so where it is not.
 * @param load imports that file, whose tests then belong to the one that calls this
 */
export async function takeInFirefox(load: () => Promise<unknown>): Promise<void> {
  isAsked = true;
  if (FIREFOX) await load();
  else {
    console.warn('Firefox is not installed: its journeys are skipped (Debian: apt-get install firefox-esr).');
    test.skip('Firefox is not installed');
  }
}

/** What sends a command of WebDriver BiDi, inside playwright. */
interface BidiSession {
  send(method: string, parameters: unknown): Promise<unknown>;
}

/** A browser of playwright, with the way to what drives it in the same process. */
interface Connected {
  _connection: { toImpl(of: unknown): { _browserSession: BidiSession } };
}

/**
 * Starts the Firefox of the machine, driven by WebDriver BiDi. Playwright also sends what only the next release of
 * Firefox knows, to emulate colour schemes: what the browser does not know is left out, as no journey needs it.
 */
export async function launchFirefox(): Promise<Browser> {
  const browser = await playwright.firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX });
  const { _connection: connection } = browser as unknown as Connected;
  const sessions: BidiSession = Object.getPrototypeOf(connection.toImpl(browser)._browserSession);
  const send = sessions.send;
  sessions.send = async function tolerant(this: BidiSession, method, parameters) {
    try {
      return await send.call(this, method, parameters);
    } catch (error) {
      if (method.startsWith('emulation.') && /unknown command/.test((error as Error).message)) return {};
      throw error;
    }
  };
  return browser;
}
