/** The demo mailbox: MailDev on the loopback, its e-mails kept in a folder. Arguments: folder, page port, SMTP port. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import MailDev from 'maildev';
import { runCompanion } from './companion.ts';
import { portIfFree } from './ports.ts';

await runCompanion(async () => {
  const [directory = '', pagePort = '', smtpPort = ''] = process.argv.slice(2);
  // MailDev ends the process when a port is taken; asked first, the reason can be told.
  for (const port of [pagePort, smtpPort].map(Number)) {
    if ((await portIfFree(port)) === undefined) throw new Error(`EADDRINUSE ${port}`);
  }
  mkdirSync(directory, { recursive: true });
  const maildev = new MailDev({
    smtp: Number(smtpPort),
    web: Number(pagePort),
    ip: '127.0.0.1',
    webIp: '127.0.0.1',
    mailDirectory: path.resolve(directory),
    silent: true,
  });
  await new Promise<void>((resolve, reject) => {
    maildev.listen((error?: Error) => (error ? reject(error) : resolve()));
  });
  return {
    ready: `smtp://127.0.0.1:${smtpPort}`,
    stop: () => new Promise((resolve) => maildev.close(() => resolve())),
  };
});
