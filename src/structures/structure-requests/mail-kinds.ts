import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  acceptedMessage,
  acknowledgementMessage,
  linkedMessage,
  refusedMessage,
  toDecideMessage,
} from './mails.ts';

const { person, manager, structure, at, reason } = sample;
const request = { ...person, name: structure.structureName, siret: structure.siret };

/** The e-mails about structures that are not in the list. */
export const structureRequestMails: DeclaredMails = {
  'structure-request.acknowledged': {
    to: 'stranger',
    when: 'L’ajout d’une structure à la liste est demandé.',
    sample: (config) => acknowledgementMessage(request, at, config),
  },
  'structure-request.to-decide': {
    to: 'agency',
    when: 'L’ajout d’une structure à la liste est demandé.',
    sample: () => toDecideMessage(manager, 1, request, at),
  },
  'structure-request.accepted': {
    to: 'stranger',
    when: 'La structure est ajoutée à la liste.',
    sample: () => acceptedMessage(request, structure.structureId),
  },
  'structure-request.linked': {
    to: 'stranger',
    when: 'La demande est rattachée à une structure déjà dans la liste.',
    sample: () => linkedMessage(request, { id: 1, name: 'Structure de la liste', siret: structure.siret }),
  },
  'structure-request.refused': {
    to: 'stranger',
    when: 'L’ajout de la structure est refusé.',
    sample: (config) => refusedMessage(request, reason, config),
  },
};
