import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startCompanion } from '#demo/companion.ts';
import { PASSWORD } from '../catalogue/site.ts';
import { signIn } from '../pages/app.ts';
import type { Post } from './load.ts';
import type { Turn } from './turns.ts';

/** What somebody who is signed in needs to send a form. */
export interface Form {
  cookie: string;
  token: string;
}

/** Signs each of them in, as beneficiary. */
export async function formsOf(base: string, turns: readonly Turn[]): Promise<Form[]> {
  const forms: Form[] = [];
  for (const { email, structureId } of turns) {
    const profile = `beneficiary:${structureId}`;
    const cookie = await signIn(base, { email, password: PASSWORD, profile });
    const page = await (await fetch(`${base}/mon-compte`, { headers: { cookie } })).text();
    forms.push({ cookie, token: /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '' });
  }
  return forms;
}

/** The request for a place as the page « Inscription à une action » sends it. */
export const postOf = ({ slug, sessionId, structureId }: Turn, { cookie, token }: Form): Post => ({
  path: `/parcourspro/actions/${slug}/inscription?session=${sessionId}`,
  cookie,
  body: new URLSearchParams({
    _csrf: token,
    _envoi: randomBytes(16).toString('base64url'),
    structure: String(structureId),
    motivation: 'Pour mieux accompagner le public de ma structure.',
  }).toString(),
});

interface Sending {
  base: string;
  connections: number;
  directory: string;
  forms: readonly Form[];
  turns: readonly Turn[];
}

/**
 * Sends the requests of a batch from a process of its own.
 * @returns how many a second
 * @throws Error unless each got a place
 */
export async function sendAll({ base, connections, directory, forms, turns }: Sending): Promise<number> {
  const file = path.join(directory, 'posts.json');
  writeFileSync(file, JSON.stringify(turns.map((turn, nth) => postOf(turn, forms[nth] as Form))));
  const companion = await startCompanion(new URL('./load.ts', import.meta.url), [
    base,
    String(connections),
    file,
  ]);
  await companion.stop();
  return Number(companion.ready);
}
