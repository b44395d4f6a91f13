import agencyAccountSecurity from './agency/account-security/index.ts';
import agencyCatalogue from './agency/catalogue/index.ts';
import agencyProposals from './agency/catalogue/proposals/index.ts';
import agencyDepartures from './agency/departures/index.ts';
import agencyEmails from './agency/emails/index.ts';
import agencyEnrolments from './agency/enrolments/index.ts';
import agencyFigures from './agency/figures/index.ts';
import agencyHome from './agency/home/index.ts';
import agencyInactiveAccounts from './agency/inactive-accounts/index.ts';
import agencyJournal from './agency/journal/index.ts';
import agencyMemberships from './agency/memberships/index.ts';
import agencyMessages from './agency/messages/index.ts';
import agencyNews from './agency/news/index.ts';
import agencyQueue from './agency/queue/index.ts';
import agencyReplyTemplates from './agency/reply-templates/index.ts';
import agencySessions from './agency/sessions/index.ts';
import agencySurveys from './agency/surveys/index.ts';
import catalogue from './parcourspro/catalogue/index.ts';
import delegations from './parcourspro/delegations/index.ts';
import documents from './parcourspro/documents/index.ts';
import enrolment from './parcourspro/enrolment/index.ts';
import favourites from './parcourspro/favourites/index.ts';
import figures from './parcourspro/figures/index.ts';
import hr from './parcourspro/hr/index.ts';
import messages from './parcourspro/messages/index.ts';
import mySpace from './parcourspro/my-space/index.ts';
import newSessions from './parcourspro/new-sessions/index.ts';
import profile from './parcourspro/profile/index.ts';
import provider from './parcourspro/provider/index.ts';
import savedSearches from './parcourspro/saved-searches/index.ts';
import seatWatches from './parcourspro/seat-watches/index.ts';
import surveys from './parcourspro/surveys/index.ts';
import type { Feature } from './platform/feature.ts';
import accountDeletion from './portal/account/deletion/index.ts';
import account from './portal/account/index.ts';
import accountRequests from './portal/account-requests/index.ts';
import affiliations from './portal/affiliations/index.ts';
import departures from './portal/departures/index.ts';
import directory from './portal/directory/index.ts';
import forgottenPassword from './portal/forgotten-password/index.ts';
import help from './portal/help/index.ts';
import home from './portal/home/index.ts';
import memberships from './portal/memberships/index.ts';
import news from './portal/news/index.ts';
import passkeys from './portal/passkeys/index.ts';
import secondFactor from './portal/second-factor/index.ts';
import signIn from './portal/sign-in/index.ts';
import structureRequests from './portal/structure-requests/index.ts';
import structureSearch from './portal/structure-search/index.ts';
import structureUpdates from './portal/structure-updates/index.ts';
import structures from './portal/structures/index.ts';

/**
 * Every capability of the application: the only list of them. The web server, the queue, the events and the links of
 * e-mails read what each declares. The order is the one in which routes are tried, handlers of an event called, and tiles
 * of a home shown.
 */
export const features: readonly Feature[] = Object.freeze([
  home,
  news,
  signIn,
  forgottenPassword,
  secondFactor,
  passkeys,
  structureSearch,
  accountRequests,
  structureRequests,
  account,
  structures,
  structureUpdates,
  directory,
  help,
  affiliations,
  memberships,
  departures,
  profile,
  catalogue,
  // Before those that an event takes a place from: their delegations are told of while they stand.
  delegations,
  enrolment,
  mySpace,
  hr,
  provider,
  documents,
  favourites,
  newSessions,
  savedSearches,
  seatWatches,
  surveys,
  messages,
  figures,
  agencyHome,
  // Before the files of its queue, which would take « import » for one of them.
  agencyMemberships,
  agencyQueue,
  agencyEnrolments,
  agencyDepartures,
  agencyEmails,
  agencyCatalogue,
  agencyInactiveAccounts,
  agencyAccountSecurity,
  agencyNews,
  agencyReplyTemplates,
  agencyMessages,
  agencyJournal,
  agencyFigures,
  agencySurveys,
  agencySessions,
  agencyProposals,
  accountDeletion,
]);
