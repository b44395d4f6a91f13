import type { Config } from '#platform/config.ts';
import { makePdfs, UnwritableCharacters } from '#platform/pdf/document.ts';
import type { CurrentTemplate } from '../templates/service.ts';
import type { DocumentKind, Facts, Printed } from './kind.ts';
import { formatCode } from './numbers.ts';

/** A document to draw. */
export interface ToRender<F extends Facts> {
  facts: F;
  printed: Printed;
}

/** A document as bytes. */
export interface Rendered {
  content: Buffer;
  pages: number;
}

/**
 * Draws documents of a kind, on the thread that draws. The same facts, template and printing give the same bytes.
 * @param seal with which kinds that two parties rely on are sealed, where there is one
 * @throws Busy when too many others wait for that thread; UnwritableCharacters, which whoever issues has looked for before
 */
export async function renderDocuments<F extends Facts>(
  kind: DocumentKind<F>,
  { source }: Pick<CurrentTemplate, 'source'>,
  documents: readonly ToRender<F>[],
  seal: Config['documentSeal'],
): Promise<Rendered[]> {
  const made = await makePdfs(
    documents.map(({ facts, printed }) => ({
      options: {
        title: kind.title(facts),
        footer: `${kind.label} n°\u00a0${printed.number}\u00a0· code ${formatCode(printed.code)}`,
        landscape: kind.landscape ?? false,
        at: printed.issuedAt,
        refusesUnknown: true,
        ...(seal && kind.isSealed
          ? { seal: { ...seal, reason: `${kind.label} n° ${printed.number}, tel que ParcoursPro l’a émis` } }
          : {}),
      },
      write: (pdf) => kind.write(pdf, source, facts, printed),
    })),
  );
  return made.map((one) => {
    if ('unknown' in one) throw new UnwritableCharacters(one.unknown);
    return { content: one.bytes, pages: one.pages };
  });
}
