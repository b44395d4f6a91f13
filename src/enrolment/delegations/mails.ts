import { formatDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Party, Delegation as Row } from './repository.ts';
import { type EndReason, endReasons } from './rules.ts';

type Delegation = Omit<Row, 'id' | 'structureId'>;

const SPACE = { label: 'Ouvrir l’espace Valideur RH', path: '/parcourspro/valideur' };
const PREFERENCES = { label: 'Voir mes préférences', path: '/parcourspro/valideur/preferences' };

const base = (to: Party, { structureName, startsOn, endsOn, delegator, delegate }: Delegation) => ({
  to: to.email,
  recipientName: to.name,
  details: [
    ['Structure', structureName],
    ['Valideur RH absent', delegator.name],
    ['Remplacé par', delegate.name],
    ['Du', formatDay(startsOn)],
    ['Au', `${formatDay(endsOn)} inclus`],
  ] as [string, string][],
});

const MAY =
  'vous approuvez ou refusez à sa place les demandes d’inscription des personnes de la structure, sauf les vôtres et les siennes.';

/** To whoever stands in: from when, until when, what they may do. */
export function delegatedMessage(delegation: Delegation, isToday: boolean): Message {
  const { delegate, delegator } = delegation;
  return {
    ...base(delegate, delegation),
    kind: 'hr_delegation.created',
    subject: `Vous remplacez ${delegator.name} comme Valideur RH`,
    paragraphs: [
      `${delegator.name} vous confie ses décisions de Valideur RH pendant son absence\u00a0: ${MAY}`,
      isToday
        ? 'Dès maintenant, choisissez le profil «\u00a0Valideur RH\u00a0» dans le menu de votre compte. Chaque nouvelle demande vous est signalée par e-mail.'
        : 'Un e-mail vous le rappellera le premier jour.',
    ],
    link: SPACE,
  };
}

/** To whoever is absent: it was done with their account. */
export function gaveDelegationMessage(delegation: Delegation): Message {
  return {
    ...base(delegation.delegator, delegation),
    kind: 'hr_delegation.given',
    subject: `${delegation.delegate.name} vous remplace comme Valideur RH`,
    paragraphs: [
      'Votre délégation est enregistrée. Vous gardez votre droit, et recevez toujours les e-mails.',
      'Vous pouvez l’arrêter à tout moment dans vos préférences. Si ce n’est pas vous, arrêtez-la et changez votre mot de passe.',
    ],
    link: PREFERENCES,
  };
}

/** To whoever stands in, on the first day. */
export function delegationBeginsMessage(delegation: Delegation, waiting: number): Message {
  const { delegate, delegator } = delegation;
  return {
    ...base(delegate, delegation),
    kind: 'hr_delegation.begins',
    subject: `À partir d’aujourd’hui, vous remplacez ${delegator.name} comme Valideur RH`,
    paragraphs: [
      `Jusqu’au ${formatDay(delegation.endsOn)} inclus, ${MAY}`,
      waiting > 0
        ? `${plural(waiting, 'demande attend', 'demandes attendent')} déjà une décision. Choisissez le profil «\u00a0Valideur RH\u00a0» dans le menu de votre compte.`
        : 'Aucune demande n’attend pour l’instant\u00a0: chaque nouvelle vous sera signalée par e-mail.',
    ],
    link: SPACE,
  };
}

/** To either of the two: it is over, and why. */
export function delegationEndsMessage(to: Party, delegation: Delegation, because: EndReason): Message {
  const { delegator, delegate } = delegation;
  const isDelegate = to.id === delegate.id;
  return {
    ...base(to, delegation),
    kind: 'hr_delegation.ended',
    subject: isDelegate
      ? `Vous ne remplacez plus ${delegator.name} comme Valideur RH`
      : `${delegate.name} ne vous remplace plus comme Valideur RH`,
    paragraphs: [
      endReasons[because],
      isDelegate
        ? 'Les liens de décision que vous avez reçus à ce titre ne servent plus.'
        : 'Les demandes qui attendent sont dans l’espace Valideur RH.',
    ],
    link: isDelegate ? { label: 'Ouvrir ParcoursPro', path: '/parcourspro' } : SPACE,
  };
}
