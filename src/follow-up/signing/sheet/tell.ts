import type { Knex } from 'knex';
import { sample } from '#access/sample.ts';
import { findConcerned } from '#enrolment/session-changes/audience.ts';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatPeriod } from '#platform/french/time.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { News } from '../../documents/issuing/kind.ts';
import type { SheetFacts } from './facts.ts';

/** A sheet that has just been issued. */
interface ToldSheet {
  sessionId: number;
  actionTitle: string;
  startsAt: Date | string;
  endsAt: Date | string;
  number: string;
  replaces: string | null;
  length: number;
  head: string;
}

/**
 * Sends the end of a session's chain away: what an e-mail holds is out of reach of whoever could write the database anew.
 * @param to whom: the training body's people find the sheet; a structure's Valideurs RH find their people
 */
function sheetMessage(
  to: Recipient,
  audience: 'provider' | 'validator',
  sheet: ToldSheet,
  now: Date,
): Message {
  const base =
    audience === 'provider'
      ? { label: 'Ouvrir la session', path: `/parcourspro/prestataire/seances/${sheet.sessionId}` }
      : { label: 'Ouvrir l’espace Valideur RH', path: '/parcourspro/valideur' };
  return {
    kind: `attendance_sheet.${audience}`,
    ...addressedTo(to),
    subject: `Feuille d’émargement ${sheet.replaces ? 'corrigée' : 'émise'}\u00a0: ${sheet.actionTitle}`,
    paragraphs: [
      'La feuille d’émargement de cette session est émise. Voici l’empreinte de ses signatures\u00a0: gardez cet e-mail, il permet de prouver plus tard qu’aucune n’a été changée.',
    ],
    details: [
      ['Action', sheet.actionTitle],
      ['Dates', formatPeriod(sheet.startsAt, sheet.endsAt, now)],
      [
        'Feuille d’émargement',
        sheet.replaces
          ? `n°\u00a0${sheet.number}, remplace le n°\u00a0${sheet.replaces}`
          : `n°\u00a0${sheet.number}`,
      ],
      ['Signatures', String(sheet.length)],
      ['Empreinte (SHA-256)', sheet.head],
    ],
    link: base,
  };
}

/** Writes to the training body and to whoever follows the people of the session, once each. */
export async function tellOfSheet(
  deps: Dependencies,
  trx: Knex.Transaction,
  news: readonly News<SheetFacts>[],
): Promise<void> {
  const now = deps.clock.now();
  for (const { document, facts } of news) {
    const concerned = await findConcerned(trx, document.sessionId, now, CONFIRMED_STATES);
    const sheet: ToldSheet = {
      sessionId: document.sessionId,
      actionTitle: facts.action.title,
      startsAt: facts.session.startsAt,
      endsAt: facts.session.endsAt,
      number: document.number,
      replaces: document.replaces?.number ?? null,
      ...facts.chain,
    };
    const validators = new Map(
      concerned.people.flatMap((person) => person.validators).map((one) => [one.id, one]),
    );
    for (const { id } of concerned.providers) validators.delete(id);
    await deps.mail.enqueueAll(trx, [
      ...concerned.providers.map((one) => sheetMessage(one, 'provider', sheet, now)),
      ...[...validators.values()].map((one) => sheetMessage(one, 'validator', sheet, now)),
    ]);
  }
}

const sampleSheet: ToldSheet = {
  ...sample.session,
  number: '2026-EMAR-000012',
  replaces: null,
  length: 24,
  head: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

/** The e-mails that tell of attendance sheets. */
export const sheetMails: DeclaredMails = {
  'attendance_sheet.provider': {
    to: 'provider',
    when: 'La feuille d’émargement d’une session signée électroniquement est émise, ou remplacée.',
    sample: () => sheetMessage(sample.provider, 'provider', sampleSheet, sample.at),
  },
  'attendance_sheet.validator': {
    to: 'hr_validator',
    when: 'La feuille d’émargement d’une session suivie par des personnes de la structure est émise, ou remplacée.',
    sample: () => sheetMessage(sample.validator, 'validator', sampleSheet, sample.at),
  },
};
