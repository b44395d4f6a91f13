import { defineDocumentKind } from '../issuing/kind.ts';
import { writeTemplate } from '../templates/write.ts';
import {
  type CompletionFacts,
  completionFields,
  completionValues,
  followedOf,
  printedCompletion,
  readCompletions,
} from './completion.ts';
import { missingInProfile, writeLetterhead } from './training-body.ts';

/**
 * « Certificat de réalisation »: what an « action de formation » gives whoever followed some of it (code du travail,
 * R6332-26; the model of the ministry, June 2020). The training body alone signs it, and its hours are those really
 * followed (DOCUMENTS.md §1.4).
 */
export const certificate = defineDocumentKind<CompletionFacts>({
  key: 'certificate',
  prefix: 'CERT',
  label: 'Certificat de réalisation',
  fields: completionFields,
  due: (trx, session) => readCompletions(trx, session, true),
  gone: 'La feuille de présence a été corrigée\u00a0: la personne n’a pas suivi l’action.',
  substance: followedOf,
  missing: ({ body }) => missingInProfile(body),
  title: ({ person, action }) => `Certificat de réalisation, ${person}, ${action.title}`,
  tell: 'person',
  write(pdf, template, facts, printed) {
    writeLetterhead(pdf, facts.body);
    writeTemplate(pdf, template, completionValues(facts, printed));
  },
  printedFields: printedCompletion,
});
