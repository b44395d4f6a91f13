import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Knex } from 'knex';
import { query } from '../database/query.ts';
import type { Dependencies } from '../dependencies.ts';
import { Conflict, DomainError } from '../errors.ts';
import { deriveKeys, type Keys, seal, unseal } from '../security/secrets.ts';
import type { Flash } from './flash.ts';
import { firstOf } from './forms/forms.ts';
import { formPageOf, formToSendAgain } from './forms/refused.ts';
import { cameWithSession } from './session.ts';

/** How long a form sent again is answered as the first time. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A form claimed so long ago without an answer was lost with its process: whoever sends it again is the first. */
const ABANDONED_MS = 2 * 60 * 1000;
/** How long the second waits for the answer to the first, and how often it looks. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 200;

const KEY = /^[\w-]{22}$/;

/** What the first sending was answered. */
interface Answer {
  status: number;
  to: string;
  said?: Flash;
}

type Needed = Pick<Dependencies, 'db' | 'clock' | 'log'>;

/**
 * A form sent twice (a double click, a network that tries again, « Précédent ») is carried out once, and answered the
 * second time as the first. Each page gives its forms a key (`partials/csrf`); the first to come with it and the same
 * fields claims it, before anything is done, and what leads it on is kept. A refusal keeps nothing: the same form may
 * be sent again. Only the last form of each sender is remembered: what they did since may have made the first a thing
 * to do anew. To be put after the check of the token.
 * @param opens whether a page is at an address, for the way back to the form
 */
export function sentOnce({ db, clock, log }: Needed, opens: (path: string) => boolean): RequestHandler {
  return async (req, res, next) => {
    const key = firstOf(req.body?._envoi);
    if (req.method !== 'POST' || !KEY.test(key)) return next();
    const sent = identify(req, key);
    const deadline = performance.now() + PATIENCE_MS;
    const release = async () => {
      await db('sent_forms').where({ id: sent.id }).delete();
    };
    let claimed = await claim(db, sent, req.sessionID, clock.now());
    const isFirst = claimed !== undefined;
    while (!claimed) {
      const row = await db('sent_forms').where({ id: sent.id }).first('answer');
      if (row?.answer) return repeat(res, JSON.parse(unseal(sent.secret, row.answer)) as Answer);
      if (performance.now() > deadline) throw new Conflict(UNDER_WAY, 'Envoi en cours');
      if (row) await wait(LOOK_EVERY_MS);
      claimed = await claim(db, sent, req.sessionID, clock.now());
    }
    // The session has another id by now, or has ended: what this one read of it is over.
    if (!claimed.hasSession && cameWithSession(req)) {
      await release();
      // Another tab did it, and nobody has done anything of this form.
      if (isFirst) throw sessionChanged(req);
      // The first sending of this form, which was refused, or another tab since.
      return res.redirect(303, formPageOf(req, opens) ?? '/');
    }
    watch(req, res, {
      keep: async (answer) => {
        await db('sent_forms')
          .where({ id: sent.id })
          .update({ answer: seal(sent.secret, JSON.stringify(answer)) });
      },
      release,
      failed: (error) => log.warn({ err: error }, 'the answer to a form is not kept'),
    });
    next();
  };
}

const UNDER_WAY =
  'Ce formulaire est déjà envoyé et son traitement dure. Attendez un instant, puis vérifiez avant de recommencer.';

/** A form that nothing was done of, with what was typed in it. */
function sessionChanged(req: Request): DomainError {
  const again = formToSendAgain(req);
  const what = again
    ? 'envoyez-le si c’est toujours ce que vous voulez'
    : 'rouvrez-le, puis validez de nouveau';
  return new DomainError(
    409,
    again ? 'Envoyer ce formulaire\u00a0?' : 'Rouvrez ce formulaire',
    `Votre session a changé pendant l’envoi de ce formulaire\u00a0: vous vous êtes identifié de nouveau, ou déconnecté, dans un autre onglet. Rien n’est encore enregistré\u00a0: ${what}.`,
    { reopen: true, ...again },
  );
}

/** Gives the forms of a page their key, made when the first of them asks for it. */
export function formKeys(): RequestHandler {
  return (_req, res, next) => {
    let key: string | undefined;
    res.locals.sendingKey = () => {
      key ??= randomBytes(16).toString('base64url');
      return key;
    };
    next();
  };
}

interface SentForm {
  /** Of this form, by this sender, with these fields. */
  id: string;
  sender: string;
  /** Opens the answer: known to whoever has the form, and not to the database. */
  secret: Keys;
}

function identify(req: Request, key: string): SentForm {
  const sender = hash(req.user ? ['user', req.user.userId] : ['visitor', firstOf(req.body._csrf)]);
  const fields = Object.entries(req.body).filter(([name]) => name !== '_csrf');
  const files = Object.entries(req.sentFiles ?? {}).map(([name, sent]) => [
    name,
    sent.map((file) => [file.name, createHash('sha256').update(file.bytes).digest('base64url')]),
  ]);
  const id = hash([sender, req.originalUrl, fields, files]);
  return { id, sender, secret: deriveKeys(key, 'answer to a form') };
}

const hash = (parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** @returns undefined when this sending is not the first, else whether its session still has its row */
async function claim(
  db: Knex,
  { id, sender }: SentForm,
  sid: string | undefined,
  now: Date,
): Promise<{ hasSession: boolean } | undefined> {
  const rows = await query<{ hasSession: boolean }[]>(
    db,
    `with older as (
       delete from sent_forms
        where id in (select id from sent_forms
                      where sender = :sender and id <> :id and answer is not null for update skip locked))
     insert into sent_forms (id, sender, claimed_at) values (:id, :sender, :now)
     on conflict (id) do update set claimed_at = excluded.claimed_at, answer = null
       where sent_forms.claimed_at < case when sent_forms.answer is null then cast(:abandoned as timestamptz)
                                          else cast(:ended as timestamptz) end
     returning exists (select 1 from web_sessions where sid = :sid) as "hasSession"`,
    {
      id,
      sid: sid ?? '',
      sender,
      now,
      abandoned: new Date(now.getTime() - ABANDONED_MS),
      ended: new Date(now.getTime() - KEPT_MS),
    },
  );
  return rows[0];
}

function repeat(res: Response, { status, to, said }: Answer): void {
  if (said) res.flash(said.text, said.kind);
  res.redirect(status, to);
}

interface Outcome {
  keep(answer: Answer): Promise<void>;
  release(): Promise<void>;
  failed(error: unknown): void;
}

/**
 * Keeps the redirection that the first sending is answered with, before it leaves. Anything else releases the claim
 * once it has been answered, also when the browser has gone meanwhile: the work goes on until then. An answer under
 * way that breaks off, as a download that somebody cancels, is over too, and never ends.
 */
function watch(req: Request, res: Response, { keep, release, failed }: Outcome): void {
  const session = req.sessionID;
  const hadSession = cameWithSession(req);
  let isSettled = false;
  let said: Flash | undefined;
  const flash = res.flash;
  res.flash = (text, kind = 'success') => {
    said = { kind, text };
    flash(text, kind);
  };
  const redirect = res.redirect.bind(res) as (status: number, to: string) => void;
  res.redirect = (...given: [number, string] | [string]) => {
    const [status, to] = given.length === 2 ? given : ([302, given[0]] as const);
    // A session that has just begun is of the first answer's cookie, and of no other; one that goes on under another id
    // is known to the browser, whichever answer it shows. 307 has the form sent on elsewhere.
    if (status === 307 || (req.sessionID !== session && !hadSession)) return redirect(status, to);
    isSettled = true;
    keep({ status, to, said })
      .catch(failed)
      .then(() => redirect(status, to));
  };
  const over = () => {
    if (isSettled) return;
    isSettled = true;
    release().catch(failed);
  };
  const end = res.end;
  res.end = ((...given: Parameters<typeof end>) => {
    over();
    return end.apply(res, given);
  }) as typeof end;
  res.once('close', () => {
    if (res.headersSent) over();
  });
}

/** Forgets the forms whose time is over. A scheduled job. */
export async function forgetSentForms({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  await db('sent_forms')
    .where('claimed_at', '<', new Date(clock.now().getTime() - KEPT_MS))
    .delete();
}
