import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '#demo/ports.ts';

/** The application as an installation runs it, in a process of its own. */
export interface RunningApp {
  base: string;
  /** The memory that the process holds (MB). */
  memory(): number;
  /** Does something while the process stands still, so that it takes nothing from what is measured beside it. */
  paused<T>(work: () => T): T;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm start` says: `node`, its flags, `src/main.ts`. */
const [, ...started] = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts.start.split(
  ' ',
);

/**
 * Starts the application as `npm start` does, with the settings of production, its log written to a file.
 * @param flags of Node.js, such as `--cpu-prof`
 * @throws Error with the place of the log when it does not start
 */
export async function startApp(databaseUrl: string, directory: string, flags: string[]): Promise<RunningApp> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const log = path.join(directory, 'application.log');
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [...flags, ...started], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      // As in the image, where everything is compiled already: from the second time on.
      NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'),
      MALLOC_ARENA_MAX: '1',
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: `http://localhost:${port}`,
      APP_SECRET: randomBytes(48).toString('base64'),
      SMTP_URL: 'smtp://127.0.0.1:1',
      // What is measured is the page, asked for by one place far more often than it may.
      PAGES_PER_MINUTE: '0',
      HOST: '127.0.0.1',
      PORT: String(port),
    },
    stdio: ['ignore', output, output],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; ; tries += 1) {
    if ((await fetch(`${base}/readyz`).catch(() => undefined))?.ok) break;
    if (child.exitCode !== null || tries > 600) throw new Error(`the application did not start: ${log}`);
    await delay(100);
  }
  return {
    base,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024,
    paused(work) {
      child.kill('SIGSTOP');
      try {
        return work();
      } finally {
        child.kill('SIGCONT');
      }
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The cookies of a browser that has signed in, and taken a profile. */
export async function signIn(
  base: string,
  { email, password, profile }: { email: string; password: string; profile: string },
): Promise<string> {
  const cookies = new Map<string, string>();
  const send = async (address: string, fields?: Record<string, string>) => {
    const answer = await fetch(base + address, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(fields ? { body: new URLSearchParams(fields) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    if (fields && answer.status !== 303) throw new Error(`${address}: ${answer.status}`);
    return answer.text();
  };
  const tokenOf = (html: string) => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const form = tokenOf(await send('/connexion'));
  await send('/connexion', { _csrf: form, identifiant: email, mot_de_passe: password });
  const page = await send('/mon-compte');
  await send('/parcourspro/profil', { _csrf: tokenOf(page), profil: profile });
  return [...cookies].map((pair) => pair.join('=')).join('; ');
}
