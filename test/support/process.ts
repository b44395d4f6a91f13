import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '#demo/ports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What processes of the project are started with in tests: each source is compiled by the first that reads it, which is
 * a third of what a start takes. A source that has changed is compiled again.
 */
export const COMPILED_ONCE = { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled') };

/** The application in a process of its own, as `npm start` runs it. */
export interface AppProcess {
  url: string;
  process: ChildProcess;
  output(): string;
  /** Ends at once, as when the power goes. */
  kill(): Promise<void>;
  /** Asks to stop, and waits. @returns the exit code */
  terminate(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the application and waits until it is ready. */
export async function startAppProcess(environment: Record<string, string>): Promise<AppProcess> {
  const port = environment.PORT ?? String(await freePort());
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: {
      ...COMPILED_ONCE,
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      ...environment,
      PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the application ended: ${output}`);
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;
  }, 60_000);
  return {
    url,
    process: child,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    terminate(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/** Waits for something that another process does. @throws Error after `timeout` milliseconds */
export async function until(holds: () => Promise<boolean>, timeout = 20_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await delay(50);
  }
}

/** The path of a file of the project. */
export const projectPath = (...parts: string[]) => path.join(root, ...parts);

/** A browser without scripts, over real HTTP. */
export class HttpVisitor {
  readonly #cookies = new Map<string, string>();
  readonly #base: string;

  readonly #sent: Record<string, string>;

  /** @param sent headers that go with every request, as a proxy adds them */
  constructor(base: string, sent: Record<string, string> = {}) {
    this.#base = base;
    this.#sent = sent;
  }

  async get(address: string): Promise<Response> {
    return this.#keep(await fetch(this.#base + address, { headers: this.#headers(), redirect: 'manual' }));
  }

  /** Posts a form with the token of the page it is on. */
  async submit(address: string, fields: Record<string, string>, from = address): Promise<Response> {
    const page = await (await this.get(from)).text();
    const token = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    return this.#keep(
      await fetch(this.#base + address, {
        method: 'POST',
        headers: this.#headers(),
        body: new URLSearchParams({ _csrf: token, ...fields }),
        redirect: 'manual',
      }),
    );
  }

  #headers() {
    return {
      ...this.#sent,
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    };
  }

  #keep(response: Response): Response {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}
