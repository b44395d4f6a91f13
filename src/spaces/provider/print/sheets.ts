import { formatDay, formatSlot, formatTime, formatWeekday } from '#platform/french/time.ts';
import { formatPhone, plural } from '#platform/french/words.ts';
import { makePdf } from '#platform/pdf/document.ts';
import type { SessionSlot } from '../slots.ts';
import type { PrintedSession } from './repository.ts';

/** What the head of each sheet says. */
export interface SheetHead {
  actionTitle: string;
  /** « 10 févr. - 11 févr. 2027 » */
  period: string;
  /** The first of the people shown, from 1; sheets of several hundreds come in parts. */
  first: number;
  now: Date;
}

/** As many half-days as fit across a page. */
const SLOTS_ACROSS = 5;
const ROW_TO_SIGN = 34;

/** Half-days in groups that fit across a page. */
export function slotGroups(slots: readonly SessionSlot[]): SessionSlot[][] {
  const groups: SessionSlot[][] = [];
  for (let from = 0; from < slots.length; from += SLOTS_ACROSS)
    groups.push(slots.slice(from, from + SLOTS_ACROSS));
  return groups;
}

/** Over a column of signatures: « mardi 12 janv. 2027 » and « 09:00–12:30 »; both ends where it lasts for days. */
export function slotLabel({ startsAt, endsAt }: SessionSlot): [day: string, hours: string] {
  return formatDay(startsAt) === formatDay(endsAt)
    ? [formatWeekday(startsAt), `${formatTime(startsAt)}–${formatTime(endsAt)}`]
    : [`du ${formatDay(startsAt)}`, `au ${formatDay(endsAt)}`];
}

/** The places of a session, each once. */
export const placesOf = (slots: readonly SessionSlot[]): string =>
  [...new Set(slots.map(({ place }) => place || 'À distance'))].join(' ; ');

function head({ actionTitle, period }: SheetHead, session: PrintedSession): [string, string][] {
  return [
    ['Action', actionTitle],
    ['Dates', period],
    ['Lieu', placesOf(session.slots)],
    ['Organisme de formation', session.providerName],
    ...(session.trainer ? [['Intervenant', session.trainer] as [string, string]] : []),
  ];
}

/** « Liste des inscrits », as a PDF. */
export function participantsPdf(about: SheetHead, session: PrintedSession): Promise<Buffer> {
  return makePdf(
    {
      title: `Liste des inscrits, ${about.actionTitle}, ${about.period}`,
      footer: `${session.providerName}\u00a0· imprimé le ${formatDay(about.now)}`,
      landscape: true,
      at: about.now,
    },
    (pdf) => {
      pdf.heading('Liste des inscrits');
      pdf.facts([...head(about, session), ...hours(session), ['Inscrits', String(session.total)]]);
      pdf.space(8);
      pdf.table({
        columns: [
          { label: 'Nom', width: 4 },
          { label: 'Fonction', width: 3 },
          { label: 'Structure', width: 4 },
          { label: 'E-mail', width: 4 },
          { label: 'Téléphone', width: 2 },
        ],
        rows: session.people.map(({ name, jobTitle, structureName, email, phone }) => [
          name,
          jobTitle ?? '',
          structureName,
          email,
          formatPhone(phone),
        ]),
      });
      rest(pdf, about, session);
    },
  );
}

const hours = ({ slots }: PrintedSession): [string, string][] =>
  slots.slice(0, SLOTS_ACROSS * 2).map((slot) => ['Séance', formatSlot(slot.startsAt, slot.endsAt)]);

/** « Feuille d’émargement »: a cell to sign for each person and half-day, and for the trainer. */
export function signaturePdf(about: SheetHead, session: PrintedSession): Promise<Buffer> {
  return makePdf(
    {
      title: `Feuille d’émargement, ${about.actionTitle}, ${about.period}`,
      footer: `${session.providerName}\u00a0· ${about.actionTitle}`,
      landscape: true,
      at: about.now,
    },
    (pdf) => {
      const groups = slotGroups(session.slots);
      for (const [index, group] of groups.entries()) {
        if (index > 0) pdf.newPage();
        pdf.heading(
          groups.length > 1
            ? `Feuille d’émargement (${index + 1} sur ${groups.length})`
            : 'Feuille d’émargement',
        );
        pdf.facts(head(about, session));
        pdf.paragraph('Chaque personne signe pour chaque demi-journée où elle est présente.', {
          small: true,
        });
        pdf.table({
          columns: [
            { label: 'Personne', width: 4 },
            ...group.map((slot) => ({ label: slotLabel(slot).join('\n'), width: 2.4 })),
          ],
          rows: [
            ...session.people.map(({ name, structureName }) => [
              `${name}\n${structureName}`,
              ...group.map(() => ''),
            ]),
            [`Intervenant${session.trainer ? `\n${session.trainer}` : ''}`, ...group.map(() => '')],
          ],
          rowHeight: ROW_TO_SIGN,
        });
      }
      rest(pdf, about, session);
    },
  );
}

function rest(
  pdf: { paragraph(text: string): void },
  { first }: SheetHead,
  { people, total }: PrintedSession,
): void {
  if (people.length < total)
    pdf.paragraph(`Personnes ${first} à ${first + people.length - 1}, sur ${plural(total, 'personne')}.`);
}
