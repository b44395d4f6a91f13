/**
 * What the validation of tickets is compared with: Express and a pool, sending PostgreSQL the very statements that the
 * application sends for one, and nothing else. Arguments: the database, a file of {@link Sent} in which `TICKET` stands for
 * the hash of the ticket that comes as `/?ticket=`.
 */
import { readFileSync } from 'node:fs';
import express from 'express';
import pg from 'pg';
import { hashToken } from '#platform/security/secrets.ts';
import type { Sent } from '../recording.ts';
import { serve } from '../serving.ts';
import { TICKET } from './tickets.ts';

const [url = '', file = ''] = process.argv.slice(2);
const statements: Sent[] = JSON.parse(readFileSync(file, 'utf8'));

await serve(async () => {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const app = express();
  app.disable('x-powered-by');
  app.get('/', async (req, res) => {
    const hash = hashToken(String(req.query.ticket));
    const client = await pool.connect();
    try {
      for (const [nth, { text, values }] of statements.entries()) {
        await client.query({
          name: `s${nth}`,
          text,
          values: values.map((value) => (value === TICKET ? hash : value)),
        });
      }
      res.type('text/xml').send('<cas:authenticationSuccess>');
    } finally {
      client.release();
    }
  });
  return { app, close: () => pool.end() };
});
