import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { toConfirmMessage, unpublishedMessage } from './mails.ts';

const { structure, provider } = sample;
const { structureName } = structure;
const offer = { id: 1, title: 'Maçon du bâti ancien', number: 'NA-1-1' };

/** The e-mails about an offer that nobody has looked at for long. */
export const freshnessMails: DeclaredMails = {
  'offers.to-confirm': {
    to: 'catalogue_keeper',
    when: 'Des formations publiées n’ont pas été confirmées depuis 150\u00a0jours, ou des sessions terminées sont encore ouvertes. Une seule fois pour chacune.',
    sample: () =>
      toConfirmMessage(
        provider,
        {
          structureName,
          toConfirm: [offer],
          past: [{ id: 1, offerId: 2, title: 'Couvreur', endsOn: '2026-06-30' }],
        },
        true,
      ),
  },
  'offers.unpublished': {
    to: 'catalogue_keeper',
    when: 'Des formations n’ont pas été confirmées depuis 210\u00a0jours malgré un rappel, et l’agence a réglé qu’elles ne sont alors plus publiées.',
    sample: () => unpublishedMessage(provider, { structureName, leaving: [offer] }),
  },
};
