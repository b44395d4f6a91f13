import type { Knex } from 'knex';
import { hashPassword } from '#platform/security/passwords.ts';
import { PASSWORD } from '../catalogue/site.ts';
import { signIn } from '../pages/app.ts';

/** A training body with somebody who keeps its catalogue. */
export interface Body {
  siret: string;
  structureId: number;
  email: string;
}

/** The only body of the measures. */
export async function createBody(db: Knex): Promise<Body> {
  const siret = '32922456200234';
  const email = 'of.general@essai.example';
  const { rows } = await db.raw(
    `with body as (
       insert into structures (siret, name, kind, postcode, city, department, is_training_body, created_at)
       values (:siret, 'Organisme de mesure', 'training_body', '33000', 'Bordeaux', '33', true, now()) returning id
     ), person as (
       insert into users (email, password_hash, civility, last_name, first_name, created_at)
       values (:email, :password, 'Mme', 'Nom', 'Prénom', now()) returning id
     ), belongs as (
       insert into affiliations (user_id, structure_id, since) select person.id, body.id, now() from person, body
       returning id, structure_id
     ), allowed as (
       insert into affiliation_rights (affiliation_id, "right", granted_at)
       select id, held, now() from belongs, unnest(array['beneficiary', 'of_general']) held
     )
     select structure_id as id from belongs`,
    { siret, email, password: await hashPassword(PASSWORD) },
  );
  return { siret, structureId: rows[0].id, email };
}

/** The cookies of somebody who keeps the catalogue. */
export const signInAt = (base: string, { email, structureId }: Body): Promise<string> =>
  signIn(base, { email, password: PASSWORD, profile: `beneficiary:${structureId}` });

/** A page of the application, as a browser asks for it. */
export async function tokenAt(base: string, cookie: string, path: string): Promise<string> {
  const answer = await fetch(base + path, { headers: { cookie } });
  const token = /name="_csrf" value="([^"]+)"/.exec(await answer.text())?.[1];
  if (!token) throw new Error(`no form at ${path} (${answer.status})`);
  return token;
}

/** Sends a file to be planned. @returns the answer, and how long it took (ms) */
export async function sendFile(
  base: string,
  cookie: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ status: number; took: number }> {
  const form = '/rafaelpro/catalogue/importer';
  const body = new FormData();
  body.set('_csrf', await tokenAt(base, cookie, form));
  body.set('fichier', new Blob([bytes]), 'catalogue.xml');
  const began = performance.now();
  const answer = await fetch(base + form, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
  await answer.arrayBuffer();
  return { status: answer.status, took: performance.now() - began };
}
