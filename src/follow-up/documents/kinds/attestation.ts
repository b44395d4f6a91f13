import type { PdfWriter } from '#platform/pdf/steps.ts';
import { type DocumentKind, defineDocumentKind, type Printed } from '../issuing/kind.ts';
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

function write(pdf: PdfWriter, template: string, facts: CompletionFacts, printed: Printed): void {
  writeLetterhead(pdf, facts.body);
  writeTemplate(pdf, template, completionValues(facts, printed));
  pdf.space(6);
  pdf.table({
    columns: [
      { label: 'Séance', width: 3 },
      { label: 'Présence', width: 2 },
    ],
    rows: facts.halfDays.map(({ when, presence }) => [when, presence]),
  });
}

const common = {
  fields: completionFields,
  gone: 'La feuille de présence a été corrigée\u00a0: la personne n’a pas suivi l’action.',
  substance: followedOf,
  tell: 'person',
  write,
  printedFields: (facts) => [
    ...printedCompletion(facts),
    ...(facts.action.objectives ? [['Objectifs', facts.action.objectives] as [string, string]] : []),
    ...facts.halfDays.map(({ when, presence }): [string, string] => [when, presence]),
  ],
} satisfies Partial<DocumentKind<CompletionFacts>>;

/**
 * « Attestation de fin de formation »: objectives, nature, duration and results, which the code asked for until 2018 and
 * auditors still look for (DOCUMENTS.md §1.5).
 */
export const attestation = defineDocumentKind<CompletionFacts>({
  ...common,
  key: 'attestation',
  prefix: 'ATTE',
  label: 'Attestation de fin de formation',
  due: (trx, session) => readCompletions(trx, session, true),
  missing: ({ body }) => missingInProfile(body),
  title: ({ person, action }) => `Attestation de fin de formation, ${person}, ${action.title}`,
});

/** « Attestation de participation », where the action is no « action de formation »: a meeting, a webinar, a workshop. */
export const participation = defineDocumentKind<CompletionFacts>({
  ...common,
  key: 'participation',
  prefix: 'PART',
  label: 'Attestation de participation',
  due: (trx, session) => readCompletions(trx, session, false),
  title: ({ person, action }) => `Attestation de participation, ${person}, ${action.title}`,
});
