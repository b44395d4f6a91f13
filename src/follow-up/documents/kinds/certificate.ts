import { defineDocumentKind, type Printed } from '../issuing/kind.ts';
import { writeVerification } from '../issuing/verification-block.ts';
import { templateKindLabels } from '../templates/fields.ts';
import { writeTemplate } from '../templates/write.ts';
import {
  attendedInWords,
  type CompletionFacts,
  followedOf,
  printedCompletion,
  readCompletions,
} from './completion.ts';
import { natureLabels } from './natures.ts';
import { sampleCompletion } from './samples.ts';
import { sessionTexts, writeBodySignature } from './session-facts.ts';

/**
 * « Certificat de réalisation »: what an « action de formation » gives whoever followed some of it (code du travail,
 * R6332-26; the model of the ministry, June 2020). The training body alone signs it, and its hours are those really
 * followed.
 */
export const certificate = defineDocumentKind<CompletionFacts>({
  key: 'certificate',
  ofTraining: true,
  isFiledByEmployer: true,
  sample: sampleCompletion,
  prefix: 'CERT',
  label: templateKindLabels.certificate,
  due: (trx, session) => readCompletions(trx, session, true),
  gone: 'La feuille de présence a été corrigée\u00a0: la personne n’a pas suivi l’action.',
  substance: followedOf,
  title: ({ person, action }) => `Certificat de réalisation, ${person}, ${action.title}`,
  tell: 'person',
  write(pdf, template, facts, printed: Printed) {
    writeTemplate<'certificate'>(pdf, template, {
      texts: {
        ...sessionTexts(facts, printed),
        personne: facts.person,
        structure: facts.employer,
        rattachement: facts.belonging,
        duree_suivie: attendedInWords(facts),
      },
      blocks: {
        cases_nature: () =>
          pdf.boxes(
            Object.entries(natureLabels).map(([nature, label]) => ({
              label,
              isTicked: nature === facts.legal.nature,
            })),
          ),
        signature_organisme: () => writeBodySignature(pdf, facts, printed),
        verification: () => writeVerification(pdf, printed),
      },
    });
  },
  printedFields: (facts) => [
    ...printedCompletion(facts),
    ['Nature de l’action', natureLabels[facts.legal.nature] ?? facts.legal.nature],
  ],
});
