import type { PdfWriter } from '#platform/pdf/steps.ts';
import { type DocumentKind, defineDocumentKind, type Printed } from '../issuing/kind.ts';
import { writeVerification } from '../issuing/verification-block.ts';
import { templateKindLabels } from '../templates/fields.ts';
import { writeTemplate } from '../templates/write.ts';
import {
  attendedInWords,
  type CompletionFacts,
  followedOf,
  presencesOf,
  printedCompletion,
  readCompletions,
} from './completion.ts';
import { natureLabels } from './natures.ts';
import { sampleCompletion } from './samples.ts';
import { said, sessionTexts, withValues, writeBodySignature } from './session-facts.ts';

const common = {
  gone: 'La feuille de présence a été corrigée\u00a0: la personne n’a pas suivi l’action.',
  substance: followedOf,
  tell: 'person',
} satisfies Partial<DocumentKind<CompletionFacts>>;

const texts = (facts: CompletionFacts, printed: Printed) => ({
  ...sessionTexts(facts, printed),
  personne: facts.person,
  structure: facts.employer,
  duree_suivie: attendedInWords(facts),
});

const blocks = (pdf: PdfWriter, facts: CompletionFacts, printed: Printed) => ({
  tableau_demi_journees: () =>
    pdf.table({
      columns: [
        { label: 'Séance', width: 3 },
        { label: 'Présence', width: 2 },
      ],
      rows: presencesOf(facts),
    }),
  signature_organisme: () => writeBodySignature(pdf, facts, printed),
  verification: () => writeVerification(pdf, printed),
});

/**
 * « Attestation de fin de formation »: objectives, nature, duration and results, which the code asked for until 2018 and
 * auditors still look for.
 */
export const attestation = defineDocumentKind<CompletionFacts>({
  ...common,
  key: 'attestation',
  ofTraining: true,
  isFiledByEmployer: true,
  sample: sampleCompletion,
  prefix: 'ATTE',
  label: templateKindLabels.attestation,
  due: (trx, session) => readCompletions(trx, session, true),
  title: ({ person, action }) => `Attestation de fin de formation, ${person}, ${action.title}`,
  write(pdf, template, facts, printed) {
    const { legal } = facts;
    writeTemplate<'attestation'>(pdf, template, {
      texts: {
        ...texts(facts, printed),
        nature_action: natureLabels[legal.nature] ?? legal.nature,
        programme: said(legal.programme),
        public: said(legal.audience),
        prerequis: said(legal.prerequisites),
        moyens: said(legal.means),
        suivi: said(legal.followUp),
        evaluation: said(legal.evaluation),
        sanction: said(legal.sanction),
      },
      blocks: blocks(pdf, facts, printed),
    });
  },
  printedFields: (facts) => [
    ...printedCompletion(facts),
    ...withValues([
      ['Nature de l’action', natureLabels[facts.legal.nature] ?? facts.legal.nature],
      ['Programme', facts.legal.programme],
      ['Public', facts.legal.audience],
      ['Prérequis', facts.legal.prerequisites],
      ['Moyens', facts.legal.means],
      ['Suivi', facts.legal.followUp],
      ['Évaluation des acquis', facts.legal.evaluation],
      ['Sanction', facts.legal.sanction],
    ]),
    ...presencesOf(facts),
  ],
});

/** « Attestation de participation », where the action is no « action de formation »: a meeting, a webinar, a workshop. */
export const participation = defineDocumentKind<CompletionFacts>({
  ...common,
  key: 'participation',
  ofTraining: false,
  isFiledByEmployer: true,
  sample: sampleCompletion,
  prefix: 'PART',
  label: templateKindLabels.participation,
  due: (trx, session) => readCompletions(trx, session, false),
  title: ({ person, action }) => `Attestation de participation, ${person}, ${action.title}`,
  write(pdf, template, facts, printed) {
    writeTemplate<'participation'>(pdf, template, {
      texts: texts(facts, printed),
      blocks: blocks(pdf, facts, printed),
    });
  },
  printedFields: (facts) => [...printedCompletion(facts), ...presencesOf(facts)],
});
