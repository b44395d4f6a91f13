import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  acceptedMessage,
  acknowledgementMessage,
  refusedMessage,
  toDecideMessage,
  type UpdateInWords,
  withdrawnMessage,
} from './mails.ts';

const { referent, manager, structure, at, reason } = sample;
const update: UpdateInWords = {
  ...structure,
  changes: [{ field: 'city', from: 'Bordeaux', to: 'Pessac' }],
};

/** The e-mails about corrections of a structure. */
export const structureUpdateMails: DeclaredMails = {
  'structure-update.acknowledged': {
    to: 'referent',
    when: 'Une mise à jour de la structure est demandée.',
    sample: (config) => acknowledgementMessage(referent, update, at, config),
  },
  'structure-update.to-decide': {
    to: 'agency',
    when: 'Une mise à jour d’une structure est demandée.',
    sample: () => toDecideMessage(manager, 1, update, referent.name),
  },
  'structure-update.accepted': {
    to: 'referent',
    when: 'La mise à jour est acceptée. Les autres référents de la structure reçoivent aussi cet e-mail.',
    sample: () => acceptedMessage(referent, update, []),
  },
  'structure-update.refused': {
    to: 'referent',
    when: 'La mise à jour est refusée. Les autres référents de la structure reçoivent aussi cet e-mail.',
    sample: (config) => refusedMessage(referent, update, reason, config),
  },
  'structure-update.withdrawn': {
    to: 'referent',
    when: 'Quelqu’un d’autre retire la demande de mise à jour.',
    sample: () => withdrawnMessage(referent, update, manager.name),
  },
};
