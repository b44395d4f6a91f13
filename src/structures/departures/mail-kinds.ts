import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { detachedMessage, keptPlacesMessage } from './mails.ts';

const { person, manager, structure } = sample;
const leaver = { ...person, ...structure };

/** The e-mails about somebody who is detached from a structure. */
export const departureMails: DeclaredMails = {
  'affiliation.detached': {
    to: 'person',
    when: 'La personne est détachée d’une structure.',
    sample: (config) => detachedMessage(leaver, 1, config),
  },
  'affiliation.places-kept': {
    to: 'agency',
    when: 'Une personne détachée d’une structure garde une place ou un rang à son titre.',
    sample: () => keptPlacesMessage(manager, leaver, 1),
  },
};
