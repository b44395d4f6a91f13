import { type StoppableMails, stopLink } from '#platform/mail/stop-links.ts';
import { chooseNewDates } from './choice.ts';

/** Ends a person's e-mails about new dates. */
export const endNewDatesLink = stopLink('/parcourspro/nouvelles-dates/arreter', 'end of new dates');

/** The e-mails about the new dates of what a person follows: one tells of several actions, so they end together. */
export const newDateMails: StoppableMails = {
  link: endNewDatesLink,
  ask: {
    title: 'Arrêter les e-mails des nouvelles dates',
    text: 'Vous ne recevrez plus les e-mails qui annoncent les nouvelles dates des actions que vous suivez. Vos favoris restent gardés, une place qui se libère vous est toujours signalée si vous l’avez demandé, et les e-mails de vos inscriptions ne changent pas.',
    button: 'Ne plus recevoir ces e-mails',
  },
  done: {
    title: 'E-mails des nouvelles dates arrêtés',
    text: 'Vous ne recevrez plus d’e-mail pour les nouvelles dates des actions que vous suivez. Vos favoris sont gardés\u00a0; c’est là que vous pouvez demander de nouveau ces e-mails.',
    way: { href: '/parcourspro/favoris', label: 'Mes favoris' },
  },
  end: (deps, userId) => chooseNewDates(deps, userId, false),
};
