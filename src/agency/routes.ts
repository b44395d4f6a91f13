import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { agencyAccountRequestsSite } from './account-requests/routes.ts';
import { agencyAffiliationsSite } from './affiliations/routes.ts';
import { agencyDeletionsSite } from './deletions/routes.ts';
import { agencyDeparturesSite } from './departures/routes.ts';
import { agencyEmailsSite } from './emails/routes.ts';
import { agencyEnrolmentsSite } from './enrolments/routes.ts';
import { agencyHomeSite } from './home/routes.ts';
import { agencyInactiveAccountsSite } from './inactive-accounts/routes.ts';
import { agencyJournalSite } from './journal/routes.ts';
import { agencyMembershipsSite } from './memberships/routes.ts';
import { agencyStructureRequestsSite } from './structure-requests/routes.ts';
import { agencyStructureUpdatesSite } from './structure-updates/routes.ts';

/** The agency's back office. */
export function agencySite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(
    agencyHomeSite(dependencies),
    agencyAccountRequestsSite(dependencies),
    agencyStructureRequestsSite(dependencies),
    agencyStructureUpdatesSite(dependencies),
    agencyAffiliationsSite(dependencies),
    agencyDeparturesSite(dependencies),
    agencyEnrolmentsSite(dependencies),
    agencyDeletionsSite(dependencies),
    agencyInactiveAccountsSite(dependencies),
    agencyEmailsSite(dependencies),
    agencyMembershipsSite(dependencies),
    agencyJournalSite(dependencies),
  );
  return site;
}
