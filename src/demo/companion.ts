import { fork } from 'node:child_process';

/** A helper process that runs beside the application. */
export interface Companion {
  /** What the process said when it was ready: an address. */
  ready: string;
  stop(): Promise<void>;
}

/**
 * Starts a script in a process of its own, apart from the terminal's signals: Ctrl-C reaches only the application,
 * which stops its companions last. A companion ends by itself when the application is gone, even killed
 * (see `runCompanion`).
 * @throws Error with the reason that the script gave
 */
export async function startCompanion(script: URL, args: string[]): Promise<Companion> {
  const child = fork(script, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${script.pathname} s’est arrêté au démarrage`)));
    child.once('message', (message: { ready?: string; failed?: string }) => {
      if (message.ready) resolve(message.ready);
      else reject(new Error(message.failed));
    });
  });
  return {
    ready,
    async stop() {
      if (child.connected) child.send('stop');
      await exited;
    },
  };
}

/**
 * The other side: starts a service, says where it is, and stops it when told to or when the application is gone.
 * @param start resolves with the address and the way to stop
 */
export async function runCompanion(
  start: () => Promise<{ ready: string; stop: () => Promise<void> }>,
): Promise<void> {
  const send = (message: object) => {
    if (process.connected) process.send?.(message);
  };
  try {
    const service = await start();
    const stop = () => {
      service.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once('disconnect', stop);
    process.on('message', (message) => {
      if (message === 'stop') stop();
    });
    send({ ready: service.ready });
    if (!process.connected) stop();
  } catch (error) {
    send({ failed: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}
