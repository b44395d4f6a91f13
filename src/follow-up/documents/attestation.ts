import { formatDay, formatPeriod, formatSlot } from '#platform/french/time.ts';
import { formatHours, formatSiret, modalityLabel } from '#platform/french/words.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { isTimed, type Mark, minutesPresent, presenceLabels, slotMinutes } from '../attendance/rules.ts';
import type { AttestationFacts } from './repository.ts';

type Slot = AttestationFacts['slots'][0];

/** « Présent », « Présent 2 h sur 3 h 30 », « Absence justifiée »: a half-day of the table. */
export function presenceOf(mark: Mark | undefined, slot: Slot): string {
  if (!mark) return '–';
  if (mark.presence !== 'partial' || mark.minutes === null) return presenceLabels[mark.presence];
  return `Présent ${formatHours(mark.minutes)} sur ${formatHours(slotMinutes(slot))}`;
}

/** The hours that were attended and those that were planned; undefined where half-days are not timed. */
export function hoursOf({
  marks,
  slots,
}: Pick<AttestationFacts, 'marks' | 'slots'>): { attended: number; planned: number } | undefined {
  if (!slots.every(isTimed)) return undefined;
  return {
    attended: minutesPresent(marks, slots),
    planned: slots.reduce((total, slot) => total + slotMinutes(slot), 0),
  };
}

/** « Attestation de présence » of one person, from what is noted of them. @param now the day that it bears */
export function attestationPdf(facts: AttestationFacts, now: Date): Promise<Buffer> {
  const hours = hoursOf(facts);
  const person = `${facts.civility} ${facts.personName}`;
  return makePdf(
    {
      title: `Attestation de présence, ${facts.personName}, ${facts.actionTitle}`,
      footer: `${facts.providerName}\u00a0· SIRET ${formatSiret(facts.providerSiret)}\u00a0· demande n°\u00a0${facts.enrolmentId}`,
      at: now,
    },
    (pdf) => {
      pdf.paragraph(facts.providerName, { bold: true });
      pdf.paragraph(
        [facts.providerPlace, `SIRET ${formatSiret(facts.providerSiret)}`].filter(Boolean).join('\n'),
        {
          small: true,
        },
      );
      pdf.space(24);
      pdf.heading('Attestation de présence');
      pdf.space(10);
      pdf.paragraph(
        `L’organisme de formation ${facts.providerName} atteste que ${person} (${facts.structureName}) a participé à l’action suivante.`,
      );
      pdf.space(8);
      pdf.facts([
        ['Action', facts.actionTitle],
        ['Type', facts.kindLabel],
        ['Dates', formatPeriod(facts.startsAt, facts.endsAt, new Date(0))],
        ['Modalité', [modalityLabel(facts.modality), facts.city].filter(Boolean).join(', ')],
        ...(facts.trainer ? ([['Intervenant', facts.trainer]] as [string, string][]) : []),
        ...(hours
          ? ([
              ['Durée prévue', formatHours(hours.planned)],
              ['Durée effectivement suivie', formatHours(hours.attended)],
            ] as [string, string][])
          : []),
      ]);
      pdf.space(10);
      pdf.table({
        columns: [
          { label: 'Séance', width: 3 },
          { label: 'Présence', width: 2 },
        ],
        rows: facts.slots.map((slot) => [
          formatSlot(slot.startsAt, slot.endsAt),
          presenceOf(
            facts.marks.find(({ slotId }) => slotId === slot.id),
            slot,
          ),
        ]),
      });
      pdf.space(6);
      pdf.paragraph(
        `D’après la feuille de présence de la session, notée le ${formatDay(facts.notedAt)} dans ParcoursPro. Document produit le ${formatDay(now)}.`,
        { small: true },
      );
    },
  );
}
