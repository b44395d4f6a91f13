import { makePdf } from '#platform/pdf/document.ts';
import type { CurrentTemplate } from '../templates/service.ts';
import type { DocumentKind, Facts, Printed } from './kind.ts';
import { formatCode } from './numbers.ts';

/** A document as bytes. */
export interface Rendered {
  content: Buffer;
  pages: number;
}

/**
 * Draws a document. The same facts, template and printing give the same bytes.
 * @throws Busy when too many others wait for the thread that draws
 */
export async function renderDocument<F extends Facts>(
  kind: DocumentKind<F>,
  { source }: Pick<CurrentTemplate, 'source'>,
  facts: F,
  printed: Printed,
): Promise<Rendered> {
  const { number, code, issuedAt } = printed;
  const content = await makePdf(
    {
      title: kind.title(facts),
      footer: `${kind.label} n°\u00a0${number}\u00a0· code ${formatCode(code)}`,
      landscape: kind.landscape ?? false,
      at: issuedAt,
    },
    (pdf) => kind.write(pdf, source, facts, printed),
  );
  return { content, pages: countPages(content) };
}

/** The pages of a PDF of ours, whose tree of pages is one object that is not compressed. */
function countPages(content: Buffer): number {
  const [, count] = /\/Type \/Pages\s+\/Count (\d+)/.exec(content.toString('latin1')) ?? [];
  if (!count) throw new Error('no pages in the PDF that was drawn');
  return Number(count);
}
