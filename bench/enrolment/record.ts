import type { AddressInfo } from 'node:net';
import { openSite } from '../catalogue/site.ts';
import { recordSent, type Sent } from '../recording.ts';
import type { Turn } from './turns.ts';
import { formsOf, postOf } from './visitors.ts';

/** What the application sends PostgreSQL for one request, sent by the last of these people. */
export async function recordEnrolment(
  url: string,
  turns: readonly Turn[],
): Promise<{ turn: Turn; sent: Sent[] }> {
  const turn = turns.at(-1);
  if (!turn) throw new Error('nobody to ask for a place');
  const { app, close } = openSite(url);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const [form] = await formsOf(base, [turn]);
    if (!form) throw new Error(`${turn.email} is not signed in`);
    const { path, cookie, body } = postOf(turn, form);
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const sent = await recordSent(async () => {
      const answer = await fetch(base + path, { method: 'POST', redirect: 'manual', headers, body });
      if (answer.status !== 303) throw new Error(`${path}: ${answer.status}`);
    });
    return { turn, sent };
  } finally {
    server.closeAllConnections();
    server.close();
    await close();
  }
}
