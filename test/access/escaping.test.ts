import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { routeFinder, walk } from '../support/walk.ts';
import { type FurtherPage, furtherPages, type Judge } from './further-pages.ts';

/**
 * Words that people type never become part of a page's markup. Every word of the demonstration that somebody can type
 * ends with the beginning of an element, each of its people walks through all the pages that links lead to, then sends
 * every form with such words in it.
 */
const viewsDirectory = fileURLToPath(new URL('../../views/', import.meta.url));
/** Closes an attribute of either kind, a title, a text area and a script, then begins an element. */
const HOSTILE = `hostile"'></title></textarea></script><b data-hostile>`;
/** In a page: an attribute that the words closed, an element that they began. */
const AS_MARKUP = /hostile"|<b data-hostile/;
/** In fields of passwords and codes. */
const SECRET = 'Tout-Sauf-Affiche-7391';

let site: TestSite;
let further: FurtherPage[];
const rendered = new Set<string>();
/** What somebody has sent already: the first who comes to a form sends it. */
const sent = new Set<string>();

const load = ejs.fileLoader;
beforeAll(async () => {
  // Views that another file of tests has shown are kept: each is to be read again.
  ejs.clearCache();
  ejs.fileLoader = (file: string) => {
    rendered.add(path.relative(viewsDirectory, file));
    return load(file);
  };
  // A day of its own, so that the demonstration shows the same pages whenever this runs.
  site = await createTestSite({ now: '2026-11-30T10:00:00+01:00' });
  await seedDemo(site.dependencies);
  further = await furtherPages(site, HOSTILE);
  await makeHostile();
}, 120_000);
afterAll(async () => {
  ejs.fileLoader = load;
  await site.close();
});

/** What nobody types: made by the application, or one of a list that no constraint knows. */
const MADE =
  '_hash$|^sealed_|sha256|slug|^reference$|^code$|^query$|^department$|^kind$|^ape_code$|_version$|^word$|^key$|^link$|' +
  '^claimed_by$|^credential_id$|^message_id$|request_id$|^decision$|^field$|_value$|^by_role$|_state$|^id$|^sender$|^sid$|^ip$|^nonce$|' +
  '^body_number$|^market$|^lot$|^family$';

/**
 * Each text that no constraint holds to a list, as the owner, past what refuses a change: words are not only those that
 * forms let through.
 */
async function makeHostile(): Promise<void> {
  await site.owner.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    const { rows } = await trx.raw(
      `select c.relname as "table", a.attname as "column"
         from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid = 'text'::regtype
          and a.attgenerated = '' and not a.attisdropped and a.attname !~ ?
          and c.relname not in ('communes', 'audit_entries', 'web_sessions')
          and not exists (select from pg_constraint k
                           where k.conrelid = c.oid and a.attnum = any (k.conkey)
                             and (k.contype = 'f' or pg_get_constraintdef(k.oid) ~ 'ANY \\(ARRAY|~'))`,
      [MADE],
    );
    await trx.raw('alter table enrolment_history disable trigger enrolment_history_append_only');
    for (const { table, column } of rows)
      await trx.raw('update ?? set ?? = ?? || ?::text where ?? is not null', [
        table,
        column,
        column,
        HOSTILE,
        column,
      ]);
    await trx.raw('alter table enrolment_history enable always trigger enrolment_history_append_only');
    await trx.raw(
      `update structure_update_changes set old_value = old_value || ?::text, new_value = new_value || ?::text
        where field in ('name', 'acronym', 'brand', 'address', 'city')`,
      [HOSTILE, HOSTILE],
    );
    await trx.raw(
      'update questionnaire_questions set choices = array(select one || ?::text from unnest(choices) one)',
      [HOSTILE],
    );
  });
}

const people = [
  'visitor',
  'beneficiaire',
  'valideur',
  'referent',
  'prestataire',
  'aude.javelle',
  'of.general',
  // Last: what is made of the hostile words is in addresses from then on.
  'gestionnaire',
];
/** Beyond what links lead to. */
const STARTS: Record<string, string[]> = {
  visitor: [
    '/connexion',
    '/mot-de-passe-oublie',
    '/mot-de-passe-oublie/envoye',
    '/mot-de-passe-oublie/aucun',
    '/account-requests/add',
    '/account-requests/envoyee',
    '/account-requests/confirmee',
    '/account-requests/confirmer/aucun',
    '/referencement',
    '/referencement/envoyee',
    '/parcourspro/validation/aucun',
  ],
  referent: ['/mon-compte/double-authentification'],
  prestataire: ['/parcourspro/prestataire?vue=toutes'],
  gestionnaire: ['/agence/securite-des-comptes?q=javelle'],
  // The address of the tile is hostile too.
  'of.general': ['/rafaelpro'],
};
/** Sent, they would end the walk. */
const LEFT_OUT =
  /^\/(deconnexion|parcourspro\/profil|mon-compte\/(sessions|mot-de-passe|suppression|adresse-email))/;

const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
const plain = (value = '') =>
  value
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/**
 * The fields of a form, hostile where something is typed.
 * @param isAccepted only where any words do, and the rest as the page has it: many forms are then carried out, by their
 *   first button. Otherwise the last button is pressed, which mostly asks for a reason
 */
function filled(form: string, isAccepted: boolean): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [all, tag = ''] of form.matchAll(
    /(<(?:input|textarea|select|button)\s[^>]*>)([^<]*(?:<option[\s\S]*?<\/select>)?)/g,
  )) {
    const name = attribute(tag, 'name');
    const type = tag.startsWith('<input') ? (attribute(tag, 'type') ?? 'text') : tag.slice(1, 7).trim();
    const value = plain(attribute(tag, 'value'));
    if (!name || type === 'file') continue;
    if (type === 'password' || attribute(tag, 'autocomplete') === 'one-time-code') fields[name] = SECRET;
    else if (type === 'button' && !isAccepted) fields[name] = value;
    else if (/hidden|checkbox|radio|button/.test(type)) fields[name] ??= value;
    else if (!isAccepted || (/^(text|textar|search)$/.test(type) && !/inputmode=|list=|pattern=/.test(tag)))
      fields[name] = HOSTILE;
    else if (type === 'select')
      fields[name] = plain(
        attribute(
          /<option[^>]*\sselected[^>]*>/.exec(all)?.[0] ??
            /<option\s[^>]*value="[^"]+"[^>]*>/.exec(all)?.[0] ??
            '',
          'value',
        ),
      );
    else fields[name] = value;
  }
  return fields;
}

/** Reads pages; `faults` are those found so far. */
function createJudge(): { faults: Set<string>; judge: Judge } {
  const faults = new Set<string>();
  const judge: Judge = (address, { text, status, headers }) => {
    const html = String(headers['content-type']).startsWith('text/html') ? (text ?? '') : '';
    const at = html.search(AS_MARKUP);
    if (at >= 0) faults.add(`${address}: …${html.slice(Math.max(0, at - 160), at + 16)}`);
    if (html.includes(SECRET)) faults.add(`${address} shows a secret`);
    if (status !== undefined && status >= 500) faults.add(`${address}: ${status}`);
  };
  return { faults, judge };
}

describe('no word that somebody typed becomes markup, and no secret comes back', () => {
  // What no link of another page leads to: mailed, a second step, asked again. Before the walks, which send forms too.
  test('beyond what links lead to', { timeout: 120_000 }, async () => {
    const { faults, judge } = createJudge();
    const unopened: string[] = [];
    for (const { name, open } of further)
      await open(judge).catch((error: unknown) => unopened.push(`${name}: ${error}`));
    expect(unopened).toEqual([]);
    expect([...faults]).toEqual([]);
  });

  test.each(people)('%s', { timeout: 300_000 }, async (who) => {
    const visitor: Visitor =
      who === 'visitor' ? site.visitor() : await site.signedIn(`${who}@demo.example`, DEMO_PASSWORD);
    const routeOf = routeFinder(site.app);
    const { faults, judge } = createJudge();
    const forms = new Map<string, { action: string; form: string }>();
    const { text } = await visitor.get('/parcourspro/a-propos');
    const profiles = new Set([...text.matchAll(/name="profil" value="([^"]+)"/g)].map(([, value]) => value));
    for (const profil of ['', ...profiles]) {
      if (profil) await visitor.submit('/parcourspro/profil', { profil }, '/mes-structures');
      await walk({
        app: site.app,
        who,
        visitor,
        starts: ['/', '/parcourspro', ...(STARTS[who] ?? [])],
        // Of what these see, most is what others have seen.
        perShape: ['aude.javelle', 'of.general'].includes(who) ? 1 : 2,
        see: ({ path: address, html }) => {
          judge(address, { text: html, headers: { 'content-type': 'text/html' } });
          for (const [form] of html.matchAll(/<form\s[\s\S]*?<\/form>/g)) {
            if (!/^<form\s[^>]*method="post"/.test(form)) continue;
            const id = /^<form\s[^>]*\sid="([^"]*)"/.exec(form)?.[1];
            const outside = id
              ? [...html.matchAll(new RegExp(`<\\w+\\s[^>]*\\sform="${id}"[^>]*>`, 'g'))].join('')
              : '';
            const own = /^<form\s[^>]*action="([^"]*)"/.exec(form)?.[1] ?? address;
            for (const action of [own, ...[...form.matchAll(/formaction="([^"]+)"/g)].map(([, to]) => to)]) {
              const to = String(action).replaceAll('&amp;', '&');
              const route = routeOf('POST', to.split('?')[0] ?? '');
              if (route && !LEFT_OUT.test(route) && !sent.has(route))
                forms.set(route, { action: to, form: form + outside });
            }
          }
        },
      });
      for (const [route, { action, form }] of forms) {
        sent.add(route);
        const token = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
        for (const isAccepted of [false, true]) {
          const answer = await visitor.post(action, { ...filled(form, isAccepted), _csrf: token });
          judge(`POST ${action}`, answer);
          const to = answer.headers.location;
          if (to?.startsWith('/')) judge(to, await visitor.get(to));
        }
      }
      forms.clear();
    }
    expect([...faults]).toEqual([]);
  });

  test('every view was seen', () => {
    const views = readdirSync(viewsDirectory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ejs'))
      .map((entry) => path.relative(viewsDirectory, path.join(entry.parentPath, entry.name)))
      // The pages of ProConnect are seen where it is on, with such words: test/sso/proconnect/.
      .filter((view) => !view.startsWith('mail/') && !view.startsWith('sso/proconnect/'));
    expect(views.filter((view) => !rendered.has(view))).toEqual([]);
  });
});
