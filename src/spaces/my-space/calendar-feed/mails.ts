import { ifNotYou } from '#identity/account/mails.ts';
import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo } from '#platform/mail/recipient.ts';
import type { FeedOwner } from './repository.ts';

/** The page where the address is made, renewed and removed. */
export const FEED_PAGE = '/parcourspro/mon-espace/agenda';

/** The security notice after an address was made or renewed. The address itself is never written down again. */
export function feedMessage(
  owner: FeedOwner,
  { isRenewed, at }: { isRenewed: boolean; at: Date },
  config: Config,
): Message {
  const what = isRenewed ? 'renouvelée' : 'créée';
  return {
    kind: isRenewed ? 'calendar-feed.renewed' : 'calendar-feed.created',
    ...addressedTo(owner),
    subject: `L’adresse de votre agenda ParcoursPro a été ${what}`,
    paragraphs: [
      `Une adresse secrète pour suivre vos actions depuis un agenda a été ${what} le ${formatDateTime(at)}. Qui la connaît voit les dates et les lieux de vos actions, sans pouvoir rien changer.${isRenewed ? ' L’ancienne adresse ne répond plus.' : ''}`,
      `Elle se supprime depuis la page ci-dessous. ${ifNotYou(config)}`,
    ],
    link: { label: 'Gérer mon agenda', path: FEED_PAGE },
  };
}
