import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import PDFDocument from 'pdfkit';
import { catalogue } from './actions.ts';
import { french } from './french.ts';

/** Gives its programme to read, as a PDF, with each of the first formations of the catalogue. */
export async function insertDocuments(trx: Knex.Transaction, now: Date): Promise<void> {
  const actions: { id: number; slug: string; title: string }[] = await trx('actions').select(
    'id',
    'slug',
    'title',
  );
  const formations = catalogue.filter(({ kind, status }) => kind === 'formation' && status === undefined);
  for (const { slug, objectives, programme } of formations.slice(0, 4)) {
    const action = actions.find((one) => one.slug === slug);
    if (!action) continue;
    const content = await programmePdf(action.title, objectives, programme ?? []);
    const [row] = await trx('action_documents').insert(
      {
        action_id: action.id,
        title: 'Programme détaillé',
        position: 1,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        added_at: now,
      },
      'id',
    );
    await trx('action_document_contents').insert({ document_id: row.id, content });
  }
}

const plain = (line: string) => french(line.replace(/^\s*([-*]|\d+\.)\s+/, '').replaceAll('*', ''));

function programmePdf(
  title: string,
  objectives: readonly string[],
  programme: readonly string[],
): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const document = new PDFDocument({ size: 'A4', margin: 56, lang: 'fr-FR', info: { Title: title } });
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.font('Helvetica-Bold').fontSize(18).text(title).moveDown();
    for (const [heading, lines] of [
      ['Objectifs', objectives],
      ['Programme', programme],
    ] as const) {
      document.font('Helvetica-Bold').fontSize(13).text(heading).moveDown(0.5);
      document.font('Helvetica').fontSize(11);
      for (const line of lines) document.text(plain(line), { paragraphGap: 4 });
      document.moveDown();
    }
    document.end();
  });
}
