import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentsOf, MOST_DOCUMENTS } from '#follow-up/documents/service.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { createLimit } from '#platform/web/limits.ts';
import type { Visitor } from '../../support/app.ts';
import {
  addSessionDocuments,
  documentsOfSession,
  forgetAddedDocuments,
  isSessionFileKept,
} from '../../support/documents.ts';
import { journalOf } from '../../support/journal.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';
import { addPerson, type Body, createBody, type Person } from './support.ts';

/** Documents of a session: who gives them, who gets them, and nobody else. */
let body: Body;
let enrolled: Person;
let candidate: Person;
let asEnrolled: Visitor;
let pdf: Buffer;
beforeAll(async () => {
  body = await createBody();
  enrolled = await addPerson(body, 'enrolled', { firstName: 'Ève', lastName: 'Lœwenstein' });
  candidate = await addPerson(body, 'preregistered', { lastName: 'Candidate' });
  asEnrolled = await body.site.signedIn(enrolled.email);
  pdf = await makePdf({ title: 'Support', footer: '', at: new Date(0) }, (one) => one.paragraph('Support'));
});
afterAll(() => body.site.close());

const page = () => `/parcourspro/prestataire/seances/${body.sessionId}/documents`;
const db = () => body.site.dependencies.db;
const documents = () => documentsOfSession(db(), body.sessionId);
const mine = (enrolmentId: number) => `/parcourspro/mon-espace/demandes/${enrolmentId}`;

async function send(
  file: Uint8Array | null,
  { visitor = body.asTrainer, name = 'support.pdf', titre = '', token = '' } = {},
) {
  const csrf = token || (await visitor.token('/mon-compte'));
  let request = visitor.agent.post(page()).field('_csrf', csrf).field('titre', titre);
  if (file)
    request = request.attach('fichier', Buffer.from(file), { filename: name, contentType: 'text/html' });
  return request;
}

const download = (visitor: Visitor, path: string) =>
  visitor
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });

describe('documents', () => {
  test('given once, listed with its size, and the very same bytes come back', async () => {
    expect((await send(pdf, { titre: 'Plan d’accès <b>' })).status).toBe(303);
    // A double click.
    expect((await send(pdf, { titre: 'Plan d’accès <b>' })).status).toBe(303);
    const [row, ...others] = await documents();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ title: 'Plan d’accès <b>', bytes: pdf.length, added_by: body.trainer.id });
    const shown = await body.asTrainer.get(page());
    expect(shown.text).toContain('Plan d’accès &lt;b&gt;');
    const given = await download(body.asTrainer, `${page()}/${row?.id}`);
    expect(given.body.equals(pdf)).toBe(true);
    expect(await journalOf(db(), 'training_session.document_added')).toMatchObject([
      { actor_id: body.trainer.id, subject_kind: 'session', subject_id: body.sessionId },
    ]);
  });

  test('whoever has a confirmed seat downloads it as a file; nobody else, nor under another’s request', async () => {
    const { id } = first(await documents());
    const own = await download(asEnrolled, `${mine(enrolled.enrolmentId)}/documents/${id}`);
    expect(own.status).toBe(200);
    expect(own.body.equals(pdf)).toBe(true);
    expect(own.headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'content-disposition': expect.stringMatching(
        /^attachment; filename="Plan d\?acc.s <b>\.pdf"; filename\*=UTF-8''/,
      ),
    });
    const asCandidate = await body.site.signedIn(candidate.email);
    for (const [visitor, path] of [
      [asCandidate, `${mine(candidate.enrolmentId)}/documents/${id}`],
      [asCandidate, `${mine(enrolled.enrolmentId)}/documents/${id}`],
      [asEnrolled, `${mine(candidate.enrolmentId)}/documents/${id}`],
      [asEnrolled, `${mine(enrolled.enrolmentId)}/documents/999999`],
      [asEnrolled, `${mine(enrolled.enrolmentId)}/documents/%00`],
      [body.asStranger, `${page()}/${id}`],
      [body.asStranger, page()],
    ] as const) {
      expect((await visitor.get(path)).status, path).toBe(404);
    }
    expect((await body.site.visitor().get(`${mine(enrolled.enrolmentId)}/documents/${id}`)).status).toBe(303);
    const list = await documentsOf(body.site.dependencies.db, [enrolled.enrolmentId, candidate.enrolmentId]);
    expect([...list]).toEqual([
      [enrolled.enrolmentId, [expect.objectContaining({ way: 'get', label: 'Plan d’accès <b>' })]],
    ]);
    expect((await documentsOf(body.site.dependencies.db, [])).size).toBe(0);
  });

  test('no file and a title that is too long are both said at once', async () => {
    const { status, text } = await send(null, { titre: 'é'.repeat(121) });
    expect(status).toBe(422);
    expect(text).toContain('Choisissez un fichier PDF.');
    expect(text).toContain('Ce champ est trop long');
  });

  test('what is no PDF is refused whatever its name says, the title kept; a title is made of the name', async () => {
    const bad: [Uint8Array | null, string][] = [
      [null, 'Choisissez un fichier PDF.'],
      [new Uint8Array(), 'Ce fichier est vide.'],
      [Buffer.from('<script>alert(1)</script>'), 'n’est pas un PDF'],
    ];
    for (const [file, why] of bad) {
      const response = await send(file, { titre: 'Titre gardé' });
      expect(response.status).toBe(422);
      expect(response.text).toContain(why);
      expect(response.text).toContain('value="Titre gardé"');
    }
    const long = await send(pdf, { titre: 'x'.repeat(121) });
    expect(long.status).toBe(422);
    const huge = await send(new Uint8Array(11_000_000));
    expect(huge.status).toBe(413);
    expect(huge.text).toContain('10\u00a0Mo au plus');
    expect(await documents()).toHaveLength(1);
    expect((await send(Buffer.concat([pdf, Buffer.from('\n')]), { name: 'Été 2026.PDF' })).status).toBe(303);
    expect((await documents()).at(-1)?.title).toBe('Été 2026');
  });

  test('a file is counted before it is read: beyond the limit nothing is looked at, and the title is kept', async () => {
    const limit = createLimit(body.site.dependencies.pool, 'session-documents', 60, 3600);
    await limit.reset(String(body.trainer.id));
    for (let sent = 0; sent < 59; sent += 1) await limit.consume(String(body.trainer.id));
    // Of no use, yet counted.
    expect((await send(Buffer.from('<script>'))).status).toBe(422);
    const beyond = await send(Buffer.from('<script>'), { titre: 'Titre gardé' });
    expect(beyond.status).toBe(429);
    expect(Number(beyond.headers['retry-after'])).toBeGreaterThan(0);
    expect(beyond.text).toContain('value="Titre gardé"');
    expect(beyond.text).not.toContain('n’est pas un PDF');
    await limit.reset(String(body.trainer.id));
  });

  test('without the token, as somebody else, or cut on the way: nothing is read nor kept', async () => {
    expect((await send(pdf, { token: 'faux' })).status).toBe(403);
    expect((await send(pdf, { visitor: asEnrolled })).status).toBe(403);
    expect((await send(Buffer.concat([pdf, Buffer.from('\n\n')]), { visitor: body.asStranger })).status).toBe(
      404,
    );
    const cut = await body.asTrainer.agent
      .post(page())
      .set('Content-Type', 'multipart/form-data; boundary=x')
      .send('--x\r\nContent-Disposition: form-data; name="fich');
    expect(cut.status).toBe(400);
    expect(await documents()).toHaveLength(2);
  });

  test('as many as a session has, and no more; one is taken away for good', async () => {
    const before = await documents();
    const { id } = first(before);
    const retirer = `${page()}/${id}/retirer`;
    expect((await body.asStranger.submit(retirer, {}, '/mon-compte')).status).toBe(404);
    await addSessionDocuments(db(), body.sessionId, MOST_DOCUMENTS - before.length, body.trainer.id);
    const more = await send(Buffer.concat([pdf, Buffer.from('\n\n\n')]));
    expect(more.status).toBe(409);
    const full = (await body.asTrainer.get(page())).text;
    expect(full).toContain('20 documents au plus');
    expect(full).toContain('Retirer pour tout le monde');
    expect((await body.asTrainer.submit(retirer, {}, page())).status).toBe(303);
    expect(await isSessionFileKept(db(), id)).toBe(false);
    expect(await journalOf(db(), 'training_session.document_removed')).toMatchObject([
      { actor_id: body.trainer.id, subject_id: body.sessionId },
    ]);
    expect((await asEnrolled.get(`${mine(enrolled.enrolmentId)}/documents/${id}`)).status).toBe(404);
    expect((await body.asTrainer.submit(retirer, {}, page())).status).toBe(404);
    await forgetAddedDocuments(db());
  });

  test('the page takes four statements at most, whatever the files weigh', async () => {
    await body.asTrainer.get(page());
    const statements = await recordStatements(() => body.asTrainer.get(page()));
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    expect(statements.join()).not.toContain('session_document_contents');
  });
});
