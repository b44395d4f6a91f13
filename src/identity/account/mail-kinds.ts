import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  addressInUseMessage,
  changeDoneMessage,
  changedNoticeMessage,
  changeRequestedMessage,
  confirmEmailMessage,
} from './email-change/mails.ts';
import {
  closedMessage,
  closingsToSeeToMessage,
  reopenedMessage,
  reopeningMessage,
  warningMessage,
} from './inactivity/mails.ts';
import { detailsChangedMessage } from './mails.ts';
import { ownPasswordChangedMessage } from './password/mails.ts';

const { person, referent, manager, structure, at, token } = sample;
const NEW_EMAIL = 'nouvelle.adresse@demo.example';
const day = Temporal.PlainDate.from('2026-10-14');

/** The e-mails about one's own account. */
export const accountMails: DeclaredMails = {
  'account.details-changed': {
    to: 'person',
    when: 'Les informations du compte sont modifiées.',
    sample: (config) => detailsChangedMessage(person, ['Téléphone'], at, config),
  },
  'account.password-changed': {
    to: 'person',
    when: 'Le mot de passe est changé depuis le compte.',
    sample: (config) => ownPasswordChangedMessage(person, { at, opensByProConnect: true }, config),
  },
  'account.email-confirm': {
    to: 'stranger',
    when: 'Une nouvelle adresse e-mail est demandée pour un compte.',
    sample: () => confirmEmailMessage(NEW_EMAIL, token),
  },
  'account.email-in-use': {
    to: 'person',
    when: 'Quelqu’un demande pour son compte une adresse e-mail qui a déjà le sien.',
    sample: (config) => addressInUseMessage(NEW_EMAIL, config),
  },
  'account.email-change-requested': {
    to: 'person',
    when: 'Une nouvelle adresse e-mail est demandée. L’adresse actuelle reçoit cet e-mail.',
    sample: (config) => changeRequestedMessage(person, NEW_EMAIL, at, config),
  },
  'account.email-changed': {
    to: 'person',
    when: 'L’adresse e-mail du compte a changé. L’ancienne adresse reçoit cet e-mail.',
    sample: (config) => changedNoticeMessage(person, NEW_EMAIL, at, config),
  },
  'account.email-change-done': {
    to: 'person',
    when: 'L’adresse e-mail du compte a changé. La nouvelle adresse reçoit cet e-mail.',
    sample: () => changeDoneMessage(person, NEW_EMAIL, at),
  },
  'account.inactivity-warning': {
    to: 'person',
    when: 'Le compte sera fermé dans un mois s’il ne sert toujours pas.',
    sample: () => warningMessage(person, { lastActiveAt: new Date('2024-10-14T10:00:00Z'), closesOn: day }),
  },
  'account.closed-for-inactivity': {
    to: 'person',
    when: 'Le compte est fermé, car il n’a pas servi.',
    sample: (config) =>
      closedMessage(person, { at, anonymisedOn: day.add({ years: 1 }), wasManager: false, kept: 1 }, config),
  },
  'account.closings-to-see-to': {
    to: 'agency',
    when: 'Des comptes sont fermés et laissent une structure sans référent, ou des inscriptions à venir.',
    sample: () =>
      closingsToSeeToMessage(manager, [
        { name: referent.name, leaderless: [structure.structureName], kept: 1 },
      ]),
  },
  'account.reopening': {
    to: 'person',
    when: 'Un nouveau mot de passe est demandé pour un compte fermé.',
    sample: () => reopeningMessage(person, token, at),
  },
  'account.reopened': {
    to: 'person',
    when: 'Le compte est rouvert.',
    sample: (config) =>
      reopenedMessage(
        person,
        { at, lost: [{ ...structure, right: 'referent' }], opensByProConnect: true },
        config,
      ),
  },
};
