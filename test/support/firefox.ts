import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import playwright, { type Browser } from 'playwright-core';
import { expect, test } from 'vitest';

/** Where Debian, Ubuntu and others put it. */
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox'].find((file) =>
  existsSync(file),
);

/**
 * Whether the journeys of the test file under way are taken in Firefox: those of a folder of that name are. Read from
 * the file each time and kept nowhere, as the files of a worker share this module.
 */
export const inFirefox = (): boolean => basename(dirname(expect.getState().testPath ?? '')) === 'firefox';

/**
 * Takes the journeys of another file in Firefox, where it is installed; says so where it is not.
 * @param load imports that file, whose tests then belong to the one that calls this, in a folder `firefox`
 * @throws when called from another folder, where the same journeys would be taken in Chromium once more
 */
export async function takeInFirefox(load: () => Promise<unknown>): Promise<void> {
  if (!inFirefox()) throw new Error('A file that is taken in Firefox stands in a folder « firefox ».');
  if (FIREFOX) return void (await load());
  console.warn('Firefox is not installed: its journeys are skipped (Debian: apt-get install firefox-esr).');
  test.skip('Firefox is not installed');
}

/** What sends a command of WebDriver BiDi, inside playwright. */
interface BidiSession {
  send(method: string, parameters: unknown): Promise<unknown>;
}

/** A browser of playwright, with the way to what drives it in the same process. */
interface Connected {
  _connection: { toImpl(of: unknown): { _browserSession: BidiSession } };
}

/** What playwright asks of each window, and only a later release of Firefox knows. */
const NOT_YET_KNOWN = 'emulation.setMediaFeaturesOverride';

/**
 * One process for all pages, as they are all of one site, and starting one for each window takes longer than the page.
 * Nothing moves that only shows that something is under way: each step of it is painted, by the processor.
 */
const SPARING = {
  'fission.autostart': false,
  'dom.ipc.processCount': 1,
  'dom.ipc.processPrelaunch.enabled': false,
  'ui.prefersReducedMotion': 1,
  'ui.caretBlinkTime': 0,
};

/**
 * Starts the Firefox of the machine, driven by WebDriver BiDi. Where it cannot emulate media (paper, colour schemes) it
 * goes without: what needs them is skipped there. Anything else that it refuses is an error.
 */
export async function launchFirefox(): Promise<Browser> {
  const browser = await playwright.firefox.launch({
    channel: 'moz-firefox',
    executablePath: FIREFOX,
    firefoxUserPrefs: SPARING,
    handleSIGTERM: false,
  });
  const { _connection: connection } = browser as unknown as Connected;
  const sessions: BidiSession = Object.getPrototypeOf(connection.toImpl(browser)._browserSession);
  const send = sessions.send;
  sessions.send = async function tolerant(this: BidiSession, method, parameters) {
    try {
      return await send.call(this, method, parameters);
    } catch (error) {
      if (method === NOT_YET_KNOWN && /unknown command/.test((error as Error).message)) return {};
      throw error;
    }
  };
  return browser;
}
