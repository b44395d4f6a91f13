import { type StoppableMails, stopLink } from '#platform/mail/stop-links.ts';
import { stopAlerts } from './service.ts';

/** Ends every alert of a person. */
export const endAlertsLink = stopLink('/parcourspro/alertes/arreter', 'end of search alerts');

/** The e-mails of a person's saved searches. */
export const searchAlertMails: StoppableMails = {
  link: endAlertsLink,
  ask: {
    title: 'Arrêter les alertes',
    text: 'Vous ne recevrez plus les e-mails qui annoncent les nouvelles actions de vos recherches. Vos recherches restent enregistrées, et les e-mails de vos inscriptions ne changent pas.',
    button: 'Arrêter toutes mes alertes',
  },
  done: {
    title: 'Alertes arrêtées',
    text: 'Vous ne recevrez plus d’e-mail pour vos recherches enregistrées. Elles restent dans votre espace, où vous pouvez activer de nouveau une alerte.',
    way: { href: '/parcourspro/recherches', label: 'Mes recherches enregistrées' },
  },
  end: stopAlerts,
};
