import { formatDateTime, formatTime, isoDay } from '#platform/french/time.ts';
import { formatHours } from '#platform/french/words.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import { presenceLabels } from '../../attendance/rules.ts';
import { defineDocumentKind } from '../../documents/issuing/kind.ts';
import { writeVerification } from '../../documents/issuing/verification-block.ts';
import { sampleSession } from '../../documents/kinds/samples.ts';
import {
  type HalfDay,
  halfDayInWords,
  printedSession,
  sessionTexts,
} from '../../documents/kinds/session-facts.ts';
import { templateKindLabels } from '../../documents/templates/fields.ts';
import { writeTemplate } from '../../documents/templates/write.ts';
import { readSheet, type SheetCell, type SheetFacts } from './facts.ts';
import { tellOfSheet } from './tell.ts';

/** As many half-days as fit across a page. */
const ACROSS = 4;

/** « 09:02 », with its day where that is not the half-day's. */
const momentIn = ({ startsAt }: HalfDay, moment: string): string =>
  isoDay(startsAt) === isoDay(moment) ? formatTime(moment) : formatDateTime(moment);

/** What a cell says, line by line: the presence that was noted, the signature, and the reasons. */
export function cellInWords(half: HalfDay, cell: SheetCell): string[] {
  const { presence, minutes, signedAt, isLate, isConfirmed, lateReason, discrepancy } = cell;
  const noted = presence ? presenceLabels[presence] : 'Non noté';
  const late = isConfirmed ? 'confirmé par l’intervenant ou l’organisme' : 'non confirmé';
  return [
    minutes ? `${noted}, ${formatHours(minutes)}` : noted,
    ...(signedAt === null
      ? ['Sans signature électronique']
      : isLate
        ? [`Signé en retard le ${formatDateTime(signedAt)}, ${late}`]
        : [`Signé à ${momentIn(half, signedAt)}`]),
    ...(lateReason ? [`Motif du retard\u00a0: ${lateReason}`] : []),
    ...(discrepancy ? [`Motif de l’écart\u00a0: ${discrepancy}`] : []),
  ];
}

const trainerInWords = (half: HalfDay, trainer: SheetFacts['trainers'][0]): string =>
  trainer ? `${trainer.name}, signé à ${momentIn(half, trainer.signedAt)}` : 'Sans signature électronique';

function writeTable(pdf: PdfWriter, { session: { halfDays }, people, trainers }: SheetFacts): void {
  for (let from = 0; from < halfDays.length; from += ACROSS) {
    const group = halfDays.slice(from, from + ACROSS);
    pdf.table({
      columns: [
        { label: 'Personne', width: 3 },
        ...group.map((half) => ({ label: halfDayInWords(half), width: 3 })),
      ],
      rows: [
        ...people.map(({ name, employer, cells }) => [
          `${name}\n${employer}`,
          ...group.map((half, index) => cellInWords(half, cells[from + index] as SheetCell).join('\n')),
        ]),
        ['Intervenant', ...group.map((half, index) => trainerInWords(half, trainers[from + index] ?? null))],
      ],
    });
    pdf.space(8);
  }
}

const CELL: SheetCell = {
  presence: 'present',
  minutes: null,
  signedAt: '2027-03-10T08:02:00Z',
  isLate: false,
  isConfirmed: false,
  lateReason: '',
  discrepancy: '',
};

/**
 * « Feuille d’émargement »: who was there and who signed, half-day by half-day, with the hours, the trainer and every
 * signature (code du travail, R6313-3; the fields that controllers ask for: DOCUMENTS.md §1.3). It bears the end of the
 * chain, so that no signature is changed afterwards without being seen.
 */
export const attendanceSheet = defineDocumentKind<SheetFacts>({
  key: 'attendance_sheet',
  isSealed: true,
  prefix: 'EMAR',
  label: templateKindLabels.attendance_sheet,
  landscape: true,
  sample: {
    ...sampleSession,
    people: [
      {
        id: 1,
        name: 'Camille Exemple',
        employer: 'Structure d’exemple',
        cells: sampleSession.session.halfDays.map(({ startsAt }) => ({ ...CELL, signedAt: startsAt })),
      },
      {
        id: 2,
        name: 'Sacha Exemple',
        employer: 'Autre structure d’exemple',
        cells: sampleSession.session.halfDays.map(({ startsAt }, index) =>
          index === 0
            ? { ...CELL, isLate: true, isConfirmed: true, lateReason: 'Téléphone déchargé' }
            : { ...CELL, signedAt: startsAt },
        ),
      },
    ],
    trainers: sampleSession.session.halfDays.map(({ endsAt }) => ({
      name: sampleSession.action.trainer,
      signedAt: endsAt,
    })),
    chain: { length: 12, head: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  },
  due: readSheet,
  gone: 'La session n’a plus de signature à montrer.',
  // A new name of somebody is no other sheet.
  substance: ({ people, trainers, chain, session }) => ({
    people: people.map(({ id, cells }) => [id, cells]),
    trainers,
    chain,
    halfDays: session.halfDays.map(({ startsAt, endsAt }) => [startsAt, endsAt]),
  }),
  title: ({ action }) => `Feuille d’émargement, ${action.title}`,
  tell: tellOfSheet,
  write(pdf, template, facts, printed) {
    writeTemplate<'attendance_sheet'>(pdf, template, {
      texts: sessionTexts(facts, printed),
      blocks: {
        tableau_emargement: () => writeTable(pdf, facts),
        empreinte: () => pdf.paragraph(chainInWords(facts)),
        verification: () => writeVerification(pdf, printed),
      },
    });
  },
  printedFields: (facts) => [
    ...printedSession(facts),
    ['Empreinte des signatures', chainInWords(facts)],
    ...facts.session.halfDays.flatMap((half, index): [string, string][] => [
      ...facts.people.map(({ name, employer, cells }): [string, string] => [
        `${name}, ${employer}, ${halfDayInWords(half)}`,
        cellInWords(half, cells[index] as SheetCell).join('. '),
      ]),
      [`Intervenant, ${halfDayInWords(half)}`, trainerInWords(half, facts.trainers[index] ?? null)],
    ]),
  ],
});

/** « Empreinte de la suite des 12 signatures (SHA-256) : 9f86… » */
export const chainInWords = ({ chain: { length, head } }: Pick<SheetFacts, 'chain'>): string =>
  `${length > 1 ? `Empreinte de la suite des ${length} signatures` : 'Empreinte de la signature'} (SHA-256)\u00a0: ${head}`;
