import catalogue from '#catalogue/browse/index.ts';
import favourites from '#catalogue/favourites/index.ts';
import newSessions from '#catalogue/new-sessions/index.ts';
import savedSearches from '#catalogue/saved-searches/index.ts';
import seatWatches from '#catalogue/seat-watches/index.ts';
import help from '#editorial/help/index.ts';
import news from '#editorial/news/index.ts';
import newsroom from '#editorial/newsroom/index.ts';
import delegations from '#enrolment/delegations/index.ts';
import enrolment from '#enrolment/index.ts';
import badges from '#follow-up/badges/index.ts';
import conventions from '#follow-up/conventions/index.ts';
import convocations from '#follow-up/convocations/index.ts';
import documents from '#follow-up/documents/index.ts';
import documentTemplates from '#follow-up/documents/templates/index.ts';
import figures from '#follow-up/figures/index.ts';
import messages from '#follow-up/messages/index.ts';
import signing from '#follow-up/signing/index.ts';
import surveys from '#follow-up/surveys/index.ts';
import accountDeletion from '#identity/account/deletion/index.ts';
import account from '#identity/account/index.ts';
import accountSecurity from '#identity/account-security/index.ts';
import forgottenPassword from '#identity/forgotten-password/index.ts';
import passkeys from '#identity/passkeys/index.ts';
import secondFactor from '#identity/second-factor/index.ts';
import signIn from '#identity/sign-in/index.ts';
import type { Feature } from '#platform/feature.ts';
import rafaelAgencyHome from '#rafael/agency/home/index.ts';
import rafaelAgencyOffers from '#rafael/agency/offers/index.ts';
import rafaelCodes from '#rafael/codes/index.ts';
import rafaelExport from '#rafael/export/index.ts';
import rafaelFormation from '#rafael/formation/index.ts';
import rafaelHome from '#rafael/home/index.ts';
import rafaelImports from '#rafael/imports/index.ts';
import rafaelOffers from '#rafael/offers/index.ts';
import rafaelProgrammes from '#rafael/programmes/index.ts';
import rafaelSearch from '#rafael/search/index.ts';
import rafaelSettings from '#rafael/settings/index.ts';
import inbox from '#requests/inbox/index.ts';
import replyTemplates from '#requests/reply-templates/index.ts';
import agencyDepartures from '#spaces/agency/departures/index.ts';
import agencyDocumentTemplates from '#spaces/agency/document-templates/index.ts';
import agencyEmails from '#spaces/agency/emails/index.ts';
import agencyEnrolments from '#spaces/agency/enrolments/index.ts';
import agencyFigures from '#spaces/agency/figures/index.ts';
import agencyHome from '#spaces/agency/home/index.ts';
import agencyInactiveAccounts from '#spaces/agency/inactive-accounts/index.ts';
import agencyJournal from '#spaces/agency/journal/index.ts';
import agencyMailKinds from '#spaces/agency/mail-kinds/index.ts';
import agencyMessages from '#spaces/agency/messages/index.ts';
import agencySessionPage from '#spaces/agency/session-page/index.ts';
import agencySurveys from '#spaces/agency/surveys/index.ts';
import agencyTrainingBodies from '#spaces/agency/training-bodies/index.ts';
import employer from '#spaces/employer/index.ts';
import home from '#spaces/home/index.ts';
import mySpace from '#spaces/my-space/index.ts';
import profile from '#spaces/profile/index.ts';
import provider from '#spaces/provider/index.ts';
import openedServices from '#sso/account/index.ts';
import cas from '#sso/cas/index.ts';
import sso from '#sso/index.ts';
import ssoKeys from '#sso/keys/index.ts';
import ssoOidc from '#sso/oidc/index.ts';
import proconnect from '#sso/proconnect/index.ts';
import registry from '#sso/registry/index.ts';
import accountRequests from '#structures/account-requests/index.ts';
import affiliations from '#structures/affiliations/index.ts';
import departures from '#structures/departures/index.ts';
import directory from '#structures/directory/index.ts';
import membershipImport from '#structures/memberships/import/index.ts';
import memberships from '#structures/memberships/index.ts';
import structures from '#structures/people/index.ts';
import structureSearch from '#structures/search/index.ts';
import structureRequests from '#structures/structure-requests/index.ts';
import structureUpdates from '#structures/structure-updates/index.ts';
import trainingBodyProfile from '#structures/training-body-profile/index.ts';
import training from '#training/index.ts';
import proposals from '#training/proposals/index.ts';

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
  trainingBodyProfile,
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
  employer,
  provider,
  documents,
  convocations,
  conventions,
  documentTemplates,
  signing,
  badges,
  favourites,
  newSessions,
  savedSearches,
  seatWatches,
  surveys,
  messages,
  figures,
  rafaelHome,
  // Before the formations of the catalogue, which would take « importer » for one of them.
  rafaelSearch,
  rafaelFormation,
  rafaelExport,
  rafaelImports,
  rafaelOffers,
  rafaelAgencyHome,
  rafaelAgencyOffers,
  rafaelProgrammes,
  rafaelCodes,
  agencyHome,
  // Before the files of its queue, which would take « import » for one of them.
  membershipImport,
  inbox,
  agencyEnrolments,
  agencyDepartures,
  agencyEmails,
  training,
  agencyTrainingBodies,
  rafaelSettings,
  agencyInactiveAccounts,
  accountSecurity,
  sso,
  cas,
  ssoKeys,
  ssoOidc,
  openedServices,
  registry,
  proconnect,
  newsroom,
  replyTemplates,
  agencyMailKinds,
  agencyDocumentTemplates,
  agencyMessages,
  agencyJournal,
  agencyFigures,
  agencySurveys,
  agencySessionPage,
  proposals,
  accountDeletion,
]);
