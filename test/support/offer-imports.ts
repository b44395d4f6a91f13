import type { Knex } from 'knex';
import { type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import { LHEO_CLOSING, lheoOpening, writeElement } from '#rafael/lheo/writer.ts';
import type { Visitor } from './app.ts';

export const BODY_FORM = '/rafaelpro/catalogue/importer';
export const AGENCY_FORM = '/agence/rafaelpro/imports/nouveau';

/** A file of these formations, the nth of which begins on line n + 3. */
export const lheoFile = (...formations: readonly LheoElement[]): string =>
  `${lheoOpening(new Date('2026-11-30T09:30:00Z'))}${formations.map((one) => `${writeElement(one)}\n`).join('')}${LHEO_CLOSING}`;

/** Sends a file as a browser does. */
export async function sendFile(
  who: Visitor,
  content: string | Uint8Array,
  { form = BODY_FORM, name = 'catalogue.xml' }: { form?: string; name?: string } = {},
) {
  const token = await who.token(form);
  return who.agent.post(form).field('_csrf', token).attach('fichier', Buffer.from(content), name);
}

/** Sends a file that makes a plan. @returns its address */
export async function planOf(
  who: Visitor,
  content: string | Uint8Array,
  options: Parameters<typeof sendFile>[2] = {},
): Promise<string> {
  const answer = await sendFile(who, content, options);
  if (answer.status !== 303) throw new Error(`no plan: ${answer.status} ${faultIn(answer.text)}`);
  return answer.headers.location as string;
}

/** What a page of the form says is wrong. */
export const faultIn = (html: string): string =>
  /class="field__error"[^>]*>[\s\S]*?<\/span>([^<]*)</.exec(html)?.[1]?.trim() ?? html.slice(0, 300);

/** Applies a plan, as its page sends it. */
export const applyPlan = (who: Visitor, plan: string, fields: Record<string, string> = { publier: '1' }) =>
  who.submit(`${plan}/appliquer`, fields, plan);

/** Plans and applies a file. */
export async function importFile(
  who: Visitor,
  content: string | Uint8Array,
  fields: Record<string, string> = { publier: '1' },
  options: Parameters<typeof sendFile>[2] = {},
): Promise<string> {
  const plan = await planOf(who, content, options);
  const answer = await applyPlan(who, plan, fields);
  if (answer.status !== 303) throw new Error(`not applied: ${answer.status}`);
  return plan;
}

/** A plan of a file with nothing to do. @returns its number */
export async function createImport(db: Knex, at: Date, structureId: number | null = null): Promise<number> {
  const [row] = await db('offer_imports')
    .insert({
      structure_id: structureId,
      file_name: 'catalogue.xml',
      sha256: Buffer.alloc(32),
      size: 1000,
      lheo_version: '2.3',
      counts: JSON.stringify({
        read: 1,
        new: 0,
        changed: 0,
        unchanged: 1,
        missing: 0,
        rejected: 0,
        warned: 0,
        issues: {},
      }),
      fingerprint: Buffer.alloc(32),
      state: 'planned',
      created_at: at,
    })
    .returning('id');
  return row.id;
}

/** The counts of a plan, by its address. */
export async function countsOf(db: Knex, plan: string) {
  const row = await db('offer_imports')
    .where({ id: Number(plan.split('/').at(-1)) })
    .first();
  return row.counts;
}

/** The formation of another body. */
export const ofBody = (tree: LheoElement, siret: string): LheoElement => replaced(tree, 'SIRET', siret);

/** The formation with every leaf of that name saying something else. */
export function replaced(tree: LheoElement, name: string, text: string): LheoElement {
  if (tree.name === name) return { ...tree, text };
  if (!tree.children) return tree;
  return {
    ...tree,
    children: tree.children.map((child) => (typeof child === 'string' ? child : replaced(child, name, text))),
  };
}

/** The formation with other actions. */
export const withActions = (tree: LheoElement, actions: readonly LheoElement[]): LheoElement =>
  withChildren(tree, 'action', actions);
