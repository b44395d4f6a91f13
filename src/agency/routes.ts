import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { accountSecuritySite } from './account-security/routes.ts';
import { agencyCatalogueSite } from './catalogue/routes.ts';
import { agencyDeparturesSite } from './departures/routes.ts';
import { agencyEmailsSite } from './emails/routes.ts';
import { agencyEnrolmentsSite } from './enrolments/routes.ts';
import { agencyFiguresSite } from './figures/routes.ts';
import { agencyHomeSite } from './home/routes.ts';
import { agencyInactiveAccountsSite } from './inactive-accounts/routes.ts';
import { agencyJournalSite } from './journal/routes.ts';
import { membershipImportSite } from './memberships/import/routes.ts';
import { agencyMessagesSite } from './messages/routes.ts';
import { agencyNewsSite } from './news/routes.ts';
import { queuesSite } from './queue/routes.ts';
import { queues } from './queues.ts';
import { replyTemplatesSite } from './reply-templates/routes.ts';
import { agencySessionsSite } from './sessions/routes.ts';
import { agencySurveysSite } from './surveys/routes.ts';

/** The agency's back office. */
export function agencySite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(
    agencyHomeSite(dependencies),
    // Before the files of its queue, which would take « import » for one of them.
    membershipImportSite(dependencies),
    queuesSite(dependencies, queues),
    replyTemplatesSite(dependencies, queues),
    agencyNewsSite(dependencies),
    agencyDeparturesSite(dependencies),
    agencyEnrolmentsSite(dependencies),
    agencySessionsSite(dependencies),
    agencyInactiveAccountsSite(dependencies),
    accountSecuritySite(dependencies),
    agencyEmailsSite(dependencies),
    agencyMessagesSite(dependencies),
    agencyJournalSite(dependencies),
    agencySurveysSite(dependencies),
    agencyFiguresSite(dependencies),
    agencyCatalogueSite(dependencies),
  );
  return site;
}
