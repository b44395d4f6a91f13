import type { Config } from '#platform/config.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { documentKindsOf } from '../issuing/kind.ts';
import type { TemplateKind } from './fields.ts';
import { withLockedPassages } from './locked.ts';
import { templateFaults } from './rules.ts';
import { NotPublishable } from './service.ts';

/** What a preview bears in the place of a number: nobody takes it for a document. */
const SPECIMEN = 'SPÉCIMEN';
const CODE = '000000000000';

/**
 * A template as it will be printed, by what draws the documents themselves, for a session and a person that do not
 * exist.
 * @throws NotPublishable for one that has faults; NotFound for a kind that nothing issues
 */
export async function previewTemplate(
  { features, clock, config }: Pick<Dependencies, 'features' | 'clock'> & { config: Config },
  kind: TemplateKind,
  body: string,
): Promise<Buffer> {
  const document = documentKindsOf(features).get(kind);
  if (!document) throw new NotFound();
  const [fault] = templateFaults(kind, body);
  if (fault) throw new NotPublishable(fault);
  const { sample } = document;
  const at = clock.now();
  const printed = {
    number: SPECIMEN,
    code: CODE,
    version: 1,
    issuedAt: at,
    replaces: null,
    address: `${config.publicUrl}/verifier/${CODE}`,
    stamp: null,
  };
  return makePdf(
    {
      title: `Aperçu\u00a0: ${document.title(sample)}`,
      footer: `${document.label}\u00a0· aperçu du modèle, sans valeur`,
      landscape: document.landscape ?? false,
      at,
    },
    (pdf) => document.write(pdf, withLockedPassages(kind, body), sample, printed),
  );
}
