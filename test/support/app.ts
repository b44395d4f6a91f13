import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { Logger, runOnce } from 'graphile-worker';
import supertest from 'supertest';
import { createMailTransport } from '#platform/mail/transport.ts';
import { createApp } from '../../src/app.ts';
import { createTasks } from '../../src/jobs.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestMailbox, type TestMailbox } from './mailbox.ts';
import { TEST_PASSWORD } from './people.ts';

/** The whole application on its own database and mail server. */
export interface TestSite extends TestDatabase {
  app: Express;
  mailbox: TestMailbox;
  /** Runs every job that is due: queued e-mails arrive in the mailbox. */
  runJobs(): Promise<void>;
  /** A browser without a session. */
  visitor(): Visitor;
  /** A browser in which this person has signed in. */
  signedIn(email: string, password?: string): Promise<Visitor>;
  close(): Promise<void>;
}

const quiet = new Logger(() => () => {});

export async function createTestSite(
  options: Parameters<typeof createTestDatabase>[0] = {},
): Promise<TestSite> {
  const mailbox = await startTestMailbox();
  const database = await createTestDatabase({
    ...options,
    environment: { SMTP_URL: mailbox.smtpUrl, ...options.environment },
  });
  const { dependencies } = database;
  const app = createApp(dependencies);
  // Listens for as long as the site is there, or each request would start a server and connect to it.
  const server = createServer({ keepAliveTimeout: 0 }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = createMailTransport(mailbox.smtpUrl);
  const tasks = createTasks(dependencies, transport);
  const visitor = () => new Visitor(server);
  return {
    ...database,
    app,
    mailbox,
    visitor,
    async signedIn(email, password = TEST_PASSWORD) {
      const browser = visitor();
      const response = await browser.submit('/connexion', { identifiant: email, mot_de_passe: password });
      if (response.status !== 303) throw new Error(`sign-in of ${email} failed: ${response.status}`);
      return browser;
    },
    runJobs: () =>
      runOnce({
        pgPool: dependencies.pool,
        taskList: tasks,
        logger: quiet,
        noHandleSignals: true,
        // As in an installation: without a delay, be it none, the outcome of the last job may be noted after the end.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      transport.close();
      await mailbox.stop();
      await database.drop();
    },
  };
}

type FieldValues = Record<string, string | number | string[]>;

/** A page without the places where its e-mail addresses may break. */
export const readable = (html: string): string => html.replaceAll('<wbr>', '');

/** Those of all visitors, kept from one request to the next as browsers keep theirs. */
const connections = new Agent({ keepAlive: true });

/** A browser without scripts: keeps cookies, and sends a form with the token of the page it is on. */
export class Visitor {
  readonly agent: ReturnType<typeof supertest.agent>;

  constructor(app: Express | Server) {
    this.agent = supertest
      .agent(app)
      // Packing and unpacking each page would take as long as making it.
      .set('Accept-Encoding', 'identity')
      .use((request: supertest.Test) => void request.agent(connections));
  }

  get(path: string) {
    return this.agent.get(path);
  }

  /**
   * Opens a page and posts a form with its token.
   * @param path where the form is sent
   * @param from the page that holds the form, when it is not at the same address
   */
  async submit(path: string, fields: FieldValues = {}, from = path) {
    return this.post(path, { _csrf: await this.token(from), ...fields });
  }

  /** Posts fields as they are. */
  post(path: string, fields: FieldValues) {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const one of Array.isArray(value) ? value : [value]) body.append(name, String(one));
    }
    return this.agent.post(path).type('form').send(body.toString());
  }

  /** The token of a page's form; any page with a form will do. */
  async token(page = '/connexion'): Promise<string> {
    const response = await this.agent.get(page);
    const token = /name="_csrf" value="([^"]+)"/.exec(response.text)?.[1];
    if (!token) throw new Error(`no form at ${page} (${response.status})`);
    return token;
  }
}
