import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Knex } from 'knex';
import { startCompanion } from '#demo/companion.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { validate } from '#sso/cas/validation.ts';
import { openSite } from '../catalogue/site.ts';
import type { RunningApp } from '../pages/app.ts';
import { median } from '../pages/measure.ts';
import { runScript, writeScript } from '../pgbench.ts';
import { recordSent, type Sent, statementsIn } from '../recording.ts';
import type { Asked } from './asking.ts';
import { type Entrant, giveTickets, SERVICE_URL, TICKET } from './tickets.ts';

interface Needs {
  db: Knex;
  url: string;
  app: RunningApp;
  entrant: Entrant;
  directory: string;
  pgbench: string;
  rounds: number;
  tickets: number;
  connections: number;
}

/** How fast tickets are validated: a second, and beside what sends the same statements. */
export interface Validations {
  statements: number;
  perSecond: number;
  /** Milliseconds. */
  p99: number;
  /** To Express with a pool, and to pgbench. */
  ratios: { express: number; pgbench: number };
}

/**
 * Makes ready to measure how tickets are validated, beside Express with the same statements and pgbench with the same.
 * @returns what measures, as often as it is called, and what ends that
 */
export async function prepareValidations(needs: Needs): Promise<{
  measure(): Promise<Validations>;
  stop(): Promise<void>;
}> {
  const { db, url, app, entrant, directory, rounds, tickets, connections } = needs;
  const sent = await recordValidation(db, url, entrant);
  const statements = path.join(directory, 'statements.json');
  writeFileSync(statements, JSON.stringify(sent));
  const script = path.join(directory, 'validation.sql');
  const variables = new Map<unknown, string>([
    [TICKET, ':ticket_hash'],
    [entrant.signInId, `cast('${entrant.signInId}' as uuid)`],
    [entrant.userId, String(entrant.userId)],
  ]);
  writeScript({ sent, columns: ['ticket_hash'], variables }, script);
  const bare = await startCompanion(new URL('./bare.ts', import.meta.url), [url, statements]);

  const ours = (ticket: string) =>
    `/cas/serviceValidate?${new URLSearchParams({ service: SERVICE_URL, ticket })}`;
  const theirs = (ticket: string) => `/?ticket=${ticket}`;
  const round = async (base: string, pathOf: (ticket: string) => string): Promise<Asked> => {
    const file = path.join(directory, 'paths.json');
    writeFileSync(file, JSON.stringify((await giveTickets(db, entrant, tickets)).map(pathOf)));
    const load = await startCompanion(new URL('./load.ts', import.meta.url), [
      ...[base, String(connections), file, '<cas:authenticationSuccess>'],
    ]);
    await load.stop();
    return JSON.parse(load.ready);
  };
  const byPgbench = async () => {
    const hashes = (await giveTickets(db, entrant, tickets)).map(hashToken);
    await db.raw('drop table if exists bench_turns');
    await db.raw(
      `create table bench_turns as
       select cast(turn - 1 as integer) as turn, ticket_hash
         from unnest(cast(:hashes as text[])) with ordinality given (ticket_hash, turn)`,
      { hashes },
    );
    await db.raw('alter table bench_turns add primary key (turn)');
    const { pgbench } = needs;
    return app.paused(() => runScript({ pgbench, url, file: script, connections, turns: tickets, first: 0 }));
  };

  return {
    async measure() {
      const results: { app: Asked; bare: Asked; pgbench: number }[] = [];
      // The first round warms all up, and is not counted.
      for (let nth = 0; nth <= rounds; nth += 1) {
        const one = {
          app: await round(app.base, ours),
          bare: await round(bare.ready, theirs),
          pgbench: await byPgbench(),
        };
        if (nth > 0) results.push(one);
      }
      const of = (read: (one: (typeof results)[number]) => number) => median(results.map(read));
      return {
        statements: statementsIn(sent),
        perSecond: of((one) => one.app.perSecond),
        p99: of((one) => one.app.p99),
        ratios: {
          express: of((one) => one.app.perSecond / one.bare.perSecond),
          pgbench: of((one) => one.app.perSecond / one.pgbench),
        },
      };
    },
    stop: () => bare.stop(),
  };
}

/** What one validation sends, `TICKET` in the place of the hash of its ticket. */
async function recordValidation(db: Knex, url: string, entrant: Entrant): Promise<Sent[]> {
  const { dependencies, close } = openSite(url);
  try {
    const [first = '', ticket = ''] = await giveTickets(db, entrant, 2);
    const validated = async (one: string) => {
      const answer = await validate(dependencies, { ticket: one, service: SERVICE_URL, renew: false });
      if (!('success' in answer)) throw new Error(JSON.stringify(answer));
    };
    // A connection that has just been opened asks for more.
    await validated(first);
    const sent = await recordSent(() => validated(ticket));
    const hash = hashToken(ticket);
    return sent.map((one) => ({
      ...one,
      values: one.values.map((value) => (value === hash ? TICKET : value)),
    }));
  } finally {
    await close();
  }
}
