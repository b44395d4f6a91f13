import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import { beginDraft, publishDraft } from '#follow-up/surveys/questionnaires/service.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { listRoutes } from '#platform/web/gate.ts';
import {
  createEmailChange,
  createPasskey,
  createPasswordLink,
  openBrowserSession,
} from '../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createBadge, createModel } from '../support/badges.ts';
import { createAction, createSession, kindOf, slotsOf, themeOf } from '../support/catalogue.ts';
import { DAY } from '../support/database.ts';
import { createDelegation, delegationsIn } from '../support/delegations.ts';
import { createActionDocument, createSessionDocument } from '../support/documents.ts';
import { actorOf, createDecisionLink, setEnrolment } from '../support/enrolments.ts';
import { savedSearches, saveSearch } from '../support/finding.ts';
import { createSurvey, messagesIn, questionsOf, writeMessages } from '../support/follow-up.ts';
import { createConvention, createIssued } from '../support/issued.ts';
import { mailsIn } from '../support/mails.ts';
import { createNews } from '../support/news.ts';
import { createImport } from '../support/offer-imports.ts';
import { createOffer } from '../support/offers.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';
import { createProgramme } from '../support/programmes.ts';
import { createRequest, createUpdate, templatesIn } from '../support/requests.ts';
import { first } from '../support/rows.ts';
import { createTrainerLink } from '../support/signing.ts';
import { createService } from '../support/sso.ts';
import { recordStatements } from '../support/statements.ts';

const people = [
  'visitor',
  'newcomer',
  'beneficiary',
  'validator',
  'provider',
  'referent',
  'foreign beneficiary',
  'foreign validator',
  'foreign provider',
  'foreign referent',
  'agency',
] as const;
type Person = (typeof people)[number];

/**
 * What each person gets at each route, in the order of `people`: A the page itself (whatever it then says of the
 * form), S the way to sign-in, F refused with a reason (403), N does not exist for them (404).
 * The enrolment, the request and the session belong to the first structure; « foreign » people are of another.
 */
const everybody = 'AAAAAAAAAAA';
const signedIn = 'SAAAAAAAAAA';
const beneficiaries = 'SFAFFAAFFAF';
const nobody = 'NNNNNNNNNNN';
const agencyOnly = 'SFFFFFFFFFA';
const validators = 'SFFAFFFAFFF';
/** For those who have a right of RafaelPro, which nobody here has: test/rafael/matrix.test.ts. */
const rafaelOnly = 'SFFFFFFFFFF';
const expected: Record<string, string> = {
  'GET /healthz': everybody,
  'GET /readyz': everybody,
  'GET /': signedIn,
  'GET /actualites': signedIn,
  'GET /actualites/:newsId': signedIn,
  'GET /v2': everybody,
  'GET /connexion': everybody,
  'POST /connexion': everybody,
  // Without a password given before, a visitor has nothing to answer there.
  'GET /connexion/code': signedIn,
  'POST /connexion/code': signedIn,
  // Opened again, the address of the form leads back to the page that holds it.
  'GET /connexion/cle-d-acces': 'SSSSSSSSSSS',
  'GET /connexion/cle-d-acces/options': everybody,
  'POST /connexion/cle-d-acces': everybody,
  'POST /deconnexion': everybody,
  // The ways of CAS. Without a service, whoever is signed in is sent home, and everybody is signed out.
  'GET /cas/login': signedIn,
  'GET /cas/logout': everybody,
  'GET /v2/users/login': signedIn,
  'GET /v2/users/logout': everybody,
  // Asked by services: whose ticket it is, they have to say.
  'GET /cas/validate': everybody,
  'GET /cas/serviceValidate': everybody,
  'GET /cas/proxyValidate': everybody,
  'GET /cas/proxy': everybody,
  'GET /cas/p3/serviceValidate': everybody,
  'GET /cas/p3/proxyValidate': everybody,
  'GET /v2/users/validate': everybody,
  'GET /v2/users/serviceValidate': everybody,
  'GET /v2/users/proxyValidate': everybody,
  'GET /v2/users/proxy': everybody,
  'GET /v2/users/p3/serviceValidate': everybody,
  'GET /v2/users/p3/proxyValidate': everybody,
  'GET /mon-compte/double-authentification': signedIn,
  'POST /mon-compte/double-authentification': signedIn,
  'GET /mon-compte/double-authentification/cle': signedIn,
  'POST /mon-compte/double-authentification/cle': signedIn,
  'POST /mon-compte/double-authentification/codes': signedIn,
  'POST /mon-compte/double-authentification/desactiver': signedIn,
  'GET /mon-compte/confirmer': signedIn,
  'POST /mon-compte/confirmer': signedIn,
  'GET /mon-compte/confirmer/options': signedIn,
  'GET /mon-compte/cles-d-acces': signedIn,
  'GET /mon-compte/cles-d-acces/ajouter': signedIn,
  'GET /mon-compte/cles-d-acces/ajouter/options': signedIn,
  // The bénéficiaire has a passkey and signed in with the password alone: asked for the passkey first, here and below.
  'POST /mon-compte/cles-d-acces/ajouter': 'SAFAAAAAAAA',
  'GET /mon-compte/cles-d-acces/:passkeyId/renommer': 'SNANNNNNNNN',
  'POST /mon-compte/cles-d-acces/:passkeyId/renommer': 'SNANNNNNNNN',
  'GET /mon-compte/cles-d-acces/:passkeyId/retirer': 'SNANNNNNNNN',
  'POST /mon-compte/cles-d-acces/:passkeyId/retirer': 'SNFNNNNNNNN',
  'GET /mot-de-passe-oublie': everybody,
  'POST /mot-de-passe-oublie': everybody,
  'GET /mot-de-passe-oublie/envoye': everybody,
  'GET /mot-de-passe-oublie/:token': everybody,
  'POST /mot-de-passe-oublie/:token': everybody,
  'GET /structures/recherche': everybody,
  'GET /account-requests/add': everybody,
  'POST /account-requests/add': everybody,
  'GET /account-requests/envoyee': everybody,
  'GET /account-requests/confirmee': everybody,
  'GET /account-requests/confirmer/:token': everybody,
  'POST /account-requests/confirmer/:token': everybody,
  'GET /referencement': everybody,
  'POST /referencement': everybody,
  'POST /referencement/siret': everybody,
  'GET /referencement/envoyee': everybody,
  'GET /mes-structures': signedIn,
  'GET /mes-structures/:structureId': 'SNAAAANNNNA',
  'GET /mes-structures/:structureId/personnes/:userId': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/personnes/:userId': 'SNFFFANNNNA',
  'GET /mes-structures/:structureId/demandes/:requestId/refuser': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/demandes/:requestId/refuser': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/demandes/:requestId/accepter': 'SNFFFANNNNA',
  'GET /mes-structures/:structureId/mise-a-jour': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/mise-a-jour': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/mise-a-jour/:updateId/retirer': 'SNFFFANNNNA',
  'GET /annuaire': signedIn,
  'GET /aide': everybody,
  'GET /adhesion': signedIn,
  'POST /adhesion': signedIn,
  'GET /adhesion/charte/:version': signedIn,
  'GET /aide/:article': everybody,
  'GET /mon-compte': signedIn,
  'POST /mon-compte': signedIn,
  'GET /mon-compte/adresse-email': signedIn,
  'POST /mon-compte/adresse-email': signedIn,
  'POST /mon-compte/adresse-email/annuler': signedIn,
  'GET /mon-compte/adresse-email/confirmer/:token': everybody,
  'POST /mon-compte/adresse-email/confirmer/:token': everybody,
  'GET /mon-compte/mot-de-passe': signedIn,
  'POST /mon-compte/mot-de-passe': signedIn,
  // A session of the bénéficiaire's.
  'POST /mon-compte/sessions/:sessionRef/fermer': 'SNFNNNNNNNN',
  'POST /mon-compte/sessions/fermer-les-autres': 'SAFAAAAAAAA',
  'POST /mon-compte/mes-donnees': signedIn,
  'GET /mon-compte/suppression': signedIn,
  'POST /mon-compte/suppression': signedIn,
  'POST /mon-compte/suppression/retirer': signedIn,
  'POST /mes-structures/:structureId/export.csv': 'SNFFFANNNNA',
  // The référent « hands over » to themself, the agency holds nothing to hand over: the page says so.
  'POST /mes-structures/:structureId/personnes/:heirId/transmettre': 'SNFFFANNNNA',
  'GET /mes-structures/:structureId/personnes/:heirId/transmettre': 'SNFFFANNNNA',
  'GET /mes-structures/:structureId/personnes/:userId/retirer/:right': 'SNFFFANNNNA',
  'GET /mes-structures/:structureId/personnes/:memberId/detacher': 'SNFFFANNNNA',
  // The référent detaches them: they are not there any more when the agency comes.
  'POST /mes-structures/:structureId/personnes/:memberId/detacher': 'SNFFFANNNNN',
  'GET /mes-structures/affiliations/demande': signedIn,
  'POST /mes-structures/affiliations/demande': signedIn,
  'POST /mes-structures/selection': signedIn,
  'GET /mes-structures/:structureId/affiliations/:affiliationId/refuser': 'SNFFFANNNNA',
  'POST /mes-structures/:structureId/affiliations/:affiliationId/refuser': 'SNFFFANNNNA',
  'GET /agence/affiliations/:affiliationId/refuser': agencyOnly,
  'POST /agence/affiliations/:affiliationId/refuser': agencyOnly,
  // The newcomer's own request; from here on it is withdrawn, and the pages say so.
  'POST /mes-structures/affiliations/:affiliationId/annuler': 'SANNNNNNNNN',
  'POST /mes-structures/:structureId/affiliations/:affiliationId/accepter': 'SNFFFANNNNA',
  'POST /agence/affiliations/:affiliationId/accepter': agencyOnly,
  'GET /agence/affiliations': agencyOnly,
  'GET /agence/affiliations/:affiliationId': agencyOnly,
  'POST /agence/affiliations/:affiliationId/annuler-la-decision': agencyOnly,
  'GET /agence/departs': agencyOnly,
  // The enrolment's structure is still the person's: it is none of the list.
  'GET /agence/departs/:enrolmentId/annuler': 'SFFFFFFFFFN',
  'POST /agence/departs/:enrolmentId/annuler': 'SFFFFFFFFFN',
  'POST /agence/departs/:enrolmentId/laisser': 'SFFFFFFFFFN',
  // Nobody here has a right of RafaelPro (test/rafael/): the agency looks in, and chooses no structure.
  'GET /rafaelpro': agencyOnly,
  'GET /rafaelpro/structure': agencyOnly,
  'POST /rafaelpro/structure': 'SFFFFFFFFFN',
  'GET /rafaelpro/catalogue': rafaelOnly,
  'POST /rafaelpro/catalogue/confirmer': rafaelOnly,
  'GET /rafaelpro/catalogue/formations/nouvelle': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/nouvelle': rafaelOnly,
  'GET /rafaelpro/catalogue/formations/:offerId': rafaelOnly,
  'GET /rafaelpro/catalogue/formations/:offerId/modifier': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/modifier': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/publier': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/depublier': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/archiver': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/reprendre': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/supprimer': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/dupliquer': rafaelOnly,
  'GET /rafaelpro/catalogue/formations/:offerId/actions/nouvelle': rafaelOnly,
  'POST /rafaelpro/catalogue/formations/:offerId/actions/nouvelle': rafaelOnly,
  'GET /rafaelpro/catalogue/actions/:actionId': rafaelOnly,
  'POST /rafaelpro/catalogue/actions/:actionId': rafaelOnly,
  'GET /rafaelpro/catalogue/actions/:actionId/sessions/nouvelle': rafaelOnly,
  'POST /rafaelpro/catalogue/actions/:actionId/sessions/nouvelle': rafaelOnly,
  'GET /rafaelpro/catalogue/sessions/:sessionId': rafaelOnly,
  'POST /rafaelpro/catalogue/sessions/:sessionId': rafaelOnly,
  'GET /rafaelpro/catalogue/sessions/:sessionId/annuler': rafaelOnly,
  'POST /rafaelpro/catalogue/sessions/:sessionId/annuler': rafaelOnly,
  'POST /rafaelpro/catalogue/sessions/:sessionId/archiver': rafaelOnly,
  'POST /rafaelpro/catalogue/sessions/:sessionId/retablir': rafaelOnly,
  'POST /rafaelpro/catalogue/actions/:actionId/archiver': rafaelOnly,
  'POST /rafaelpro/catalogue/export.xml': rafaelOnly,
  'GET /rafaelpro/catalogue/diffusion': rafaelOnly,
  'POST /rafaelpro/catalogue/diffusion': rafaelOnly,
  'GET /rafaelpro/catalogue/importer': rafaelOnly,
  'POST /rafaelpro/catalogue/importer': rafaelOnly,
  'GET /rafaelpro/catalogue/imports': rafaelOnly,
  'GET /rafaelpro/catalogue/imports/:importId': rafaelOnly,
  'GET /rafaelpro/catalogue/imports/:importId/rejets.csv': rafaelOnly,
  'POST /rafaelpro/catalogue/imports/:importId/appliquer': rafaelOnly,
  'GET /rafaelpro/formations': agencyOnly,
  'GET /rafaelpro/formations/:offerId': agencyOnly,
  // Closed until the agency opens it.
  'GET /rafaelpro/offres.xml': nobody,
  'GET /agence/rafaelpro': agencyOnly,
  'GET /agence/rafaelpro/imports': agencyOnly,
  'GET /agence/rafaelpro/imports/nouveau': agencyOnly,
  'POST /agence/rafaelpro/imports/nouveau': agencyOnly,
  'GET /agence/rafaelpro/imports/:importId': agencyOnly,
  'GET /agence/rafaelpro/imports/:importId/rejets.csv': agencyOnly,
  'POST /agence/rafaelpro/imports/:importId/appliquer': agencyOnly,
  'GET /agence/rafaelpro/offres': agencyOnly,
  'GET /agence/rafaelpro/offres.csv': agencyOnly,
  'GET /agence/rafaelpro/codes': agencyOnly,
  'GET /agence/rafaelpro/codes/formacode': agencyOnly,
  'POST /agence/rafaelpro/codes/formacode': agencyOnly,
  'GET /agence/rafaelpro/codes/formacode/modele.csv': agencyOnly,
  'GET /agence/rafaelpro/codes/certifications': agencyOnly,
  'POST /agence/rafaelpro/codes/certifications': agencyOnly,
  'GET /agence/rafaelpro/codes/certifications/modele.csv': agencyOnly,
  'GET /agence/rafaelpro/programmes': agencyOnly,
  'GET /agence/rafaelpro/programmes/nouveau': agencyOnly,
  'POST /agence/rafaelpro/programmes/nouveau': agencyOnly,
  // Of no action: the first who comes takes it away, after having looked at it.
  'GET /agence/rafaelpro/programmes/:programmeId': agencyOnly,
  'POST /agence/rafaelpro/programmes/:programmeId': agencyOnly,
  'POST /agence/rafaelpro/programmes/:programmeId/supprimer': agencyOnly,
  'GET /parcourspro/profil': signedIn,
  'POST /parcourspro/profil': 'SNAAAANNNNN',
  'GET /parcourspro': everybody,
  'GET /parcourspro/actions': everybody,
  'GET /parcourspro/actions.rss': everybody,
  'GET /parcourspro/actions.ics': everybody,
  'GET /parcourspro/actions/:slug': everybody,
  'GET /parcourspro/actions/:slug/seances/:sessionId.ics': everybody,
  // Of another action, which is published by then: by this one's address it does not exist.
  'GET /parcourspro/actions/:slug/documents/:attachmentId': 'NNNNNNNNNNN',
  'GET /parcourspro/condition': everybody,
  'GET /condition': everybody,
  'GET /parcourspro/a-propos': everybody,
  'GET /parcourspro/contact': everybody,
  'GET /parcourspro/actions/:slug/inscription': beneficiaries,
  'POST /parcourspro/actions/:slug/inscription': beneficiaries,
  'GET /parcourspro/validation/:token': everybody,
  'POST /parcourspro/validation/:token': everybody,
  'GET /parcourspro/mon-espace': beneficiaries,
  'GET /parcourspro/mon-espace/passees': beneficiaries,
  'GET /parcourspro/mon-espace/informations': beneficiaries,
  'GET /parcourspro/mon-espace/agenda': beneficiaries,
  'POST /parcourspro/mon-espace/agenda': beneficiaries,
  'POST /parcourspro/mon-espace/agenda/supprimer': beneficiaries,
  // This link is a validator’s: to no calendar.
  'GET /parcourspro/agenda/:token.ics': 'NNNNNNNNNNN',
  'GET /parcourspro/mon-espace/demandes/:enrolmentId': 'SFAFFNNFFNF',
  'GET /parcourspro/mon-espace/demandes/:enrolmentId/annuler': 'SFAFFNNFFNF',
  'POST /parcourspro/mon-espace/demandes/:enrolmentId/annuler': 'SFAFFNNFFNF',
  'POST /parcourspro/mon-espace/demandes/:enrolmentId/confirmer': 'SFAFFNNFFNF',
  // Not enrolled yet: the file is for later.
  'GET /parcourspro/mon-espace/demandes/:enrolmentId/seances.ics': 'SFNFFNNFFNF',
  // The sheet of its session is not closed: there is no badge to ask for yet.
  'GET /parcourspro/mon-espace/demandes/:enrolmentId/badge': 'SFNFFNNFFNF',
  'POST /parcourspro/mon-espace/demandes/:enrolmentId/badge': 'SFNFFNNFFNF',
  'GET /parcourspro/mon-espace/badges': signedIn,
  'POST /parcourspro/mon-espace/badges': signedIn,
  'POST /parcourspro/mon-espace/badges/demandes/:badgeRequestId/retirer': 'SNANNNNNNNN',
  'POST /parcourspro/mon-espace/badges/:badgeCode/mettre-a-jour': 'SNANNNNNNNN',
  'GET /badges/emetteur': everybody,
  'GET /badges/emetteur/v2': everybody,
  'GET /badges/cles/:badgeKid': everybody,
  'GET /badges/statuts/:statusList': everybody,
  'GET /badges/modeles/:badgeModelId': everybody,
  'GET /badges/modeles/:badgeModelId/:modelVersion': everybody,
  'GET /badges/modeles/:badgeModelId/:modelVersion.png': everybody,
  'GET /badges/modeles/:badgeModelId/:modelVersion/v2': everybody,
  'GET /badges/:badgeCode': everybody,
  'POST /badges/:badgeCode': everybody,
  'GET /badges/:badgeCode.json': everybody,
  'GET /badges/:badgeCode.jws': everybody,
  'GET /badges/:badgeCode.png': everybody,
  'GET /badges/:badgeCode/v2': everybody,
  'GET /badges/:badgeCode/v2.png': everybody,
  'GET /agence/badges': agencyOnly,
  'POST /agence/badges/cle': agencyOnly,
  'GET /agence/badges/delivres': agencyOnly,
  'GET /agence/badges/delivres/:badgeCode/revoquer': agencyOnly,
  'POST /agence/badges/delivres/:badgeCode/revoquer': agencyOnly,
  'GET /agence/badges/modeles/nouveau': agencyOnly,
  'POST /agence/badges/modeles/nouveau': agencyOnly,
  'GET /agence/badges/modeles/:badgeModelId': agencyOnly,
  'POST /agence/badges/modeles/:badgeModelId': agencyOnly,
  'POST /agence/badges/modeles/:badgeModelId/retirer': agencyOnly,
  'POST /agence/badges/modeles/:badgeModelId/rouvrir': agencyOnly,
  // No action is named.
  'POST /agence/badges/modeles/:badgeModelId/actions': 'SFFFFFFFFFN',
  'POST /agence/badges/modeles/:badgeModelId/actions/:actionId/retirer': 'SFFFFFFFFFN',
  'GET /agence/demandes-de-badge': agencyOnly,
  'GET /agence/demandes-de-badge/:badgeRequestId': agencyOnly,
  'GET /agence/demandes-de-badge/:badgeRequestId/refuser': agencyOnly,
  'POST /agence/demandes-de-badge/:badgeRequestId/annuler-la-decision': agencyOnly,
  'POST /agence/demandes-de-badge/:badgeRequestId/accepter': agencyOnly,
  'POST /agence/demandes-de-badge/:badgeRequestId/refuser': agencyOnly,
  'GET /parcourspro/valideur': 'SFFAFFFAFFF',
  'GET /parcourspro/valideur/decisions': validators,
  'GET /parcourspro/valideur/qui-part-ou': validators,
  'GET /parcourspro/valideur/qui-part-ou/mois': validators,
  'GET /parcourspro/valideur/personnes': validators,
  'POST /parcourspro/valideur/demandes/export.csv': validators,
  'POST /parcourspro/valideur/decisions/export.csv': validators,
  'POST /parcourspro/valideur/qui-part-ou/export.csv': validators,
  'POST /parcourspro/valideur/personnes/export.csv': validators,
  'GET /parcourspro/valideur/documents': validators,
  'POST /parcourspro/valideur/documents.zip': validators,
  'GET /parcourspro/valideur/documents/:number': 'SFFAFFFNFFF',
  // Nothing ticked.
  'POST /parcourspro/valideur/selection': validators,
  'GET /parcourspro/valideur/preferences': validators,
  'POST /parcourspro/valideur/preferences': validators,
  'POST /parcourspro/valideur/delegations': validators,
  // Whoever gave it ends it: the other, who is of another structure, has no such one.
  'POST /parcourspro/valideur/delegations/:delegationId/arreter': 'SFFAFFFNFFF',
  'GET /parcourspro/valideur/demandes/:enrolmentId': 'SFFAFFFNFFF',
  'POST /parcourspro/valideur/demandes/:enrolmentId': 'SFFAFFFNFFF',
  'GET /parcourspro/valideur/demandes/:enrolmentId/retirer': 'SFFAFFFNFFF',
  'POST /parcourspro/valideur/demandes/:enrolmentId/retirer': 'SFFAFFFNFFF',
  'GET /parcourspro/prestataire': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/seances/:sessionId': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/demandes/:enrolmentId/refuser': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/demandes/:enrolmentId/refuser': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/demandes/:enrolmentId/accepter': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/demandes/:enrolmentId/placer': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/demandes/:enrolmentId/placer': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/annuler': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/annuler': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/retablir': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/retablir': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/presence': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/presence': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/presence/valider': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/liste': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/liste.pdf': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/emargement': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/emargement.pdf': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/selection': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/documents': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/documents': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/documents/:documentId': 'SFFFAFFFNFF',
  // The place has been accepted above; nothing is noted of its presence.
  'GET /parcourspro/mon-espace/demandes/:enrolmentId/documents/:documentId': 'SFAFFNNFFNF',
  'POST /parcourspro/mon-espace/documents/:number': 'SFAFFNNFFNF',
  'GET /parcourspro/prestataire/seances/:sessionId/documents-administratifs': 'SFFFAFFFNFF',
  // Of no kind.
  'POST /parcourspro/prestataire/seances/:sessionId/documents-administratifs': 'SFFFNFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/documents-administratifs/:issuedId': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/documents-administratifs/:issuedId/envoyer':
    'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/conventions': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/conventions/:conventionId': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/conventions/:conventionId/convention.pdf': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/conventions/:conventionId': 'SFFFAFFFNFF',
  'GET /parcourspro/valideur/conventions': 'SFFAFFFAFFF',
  'GET /parcourspro/valideur/conventions/:conventionId': 'SFFAFFFNFFF',
  'GET /parcourspro/valideur/conventions/:conventionId/convention.pdf': 'SFFAFFFNFFF',
  'POST /parcourspro/valideur/conventions/:conventionId': 'SFFAFFFNFFF',
  'POST /parcourspro/prestataire/seances/:sessionId/dossier.zip': 'SFFFAFFFNFF',
  // Whoever holds a document has its code.
  'GET /verifier': everybody,
  'GET /verifier/:code': everybody,
  'POST /verifier/:code/fichier': everybody,
  'POST /parcourspro/prestataire/seances/:sessionId/documents/:documentId/retirer': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/messages': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/messages/nouveau': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/messages/nouveau': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/messages/:messageId': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/propositions': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/propositions/nouvelle': 'SFFFAFFFAFF',
  // Of no action.
  'POST /parcourspro/prestataire/propositions/nouvelle': 'SFFFNFFFNFF',
  'GET /parcourspro/prestataire/propositions/:proposalId': 'SFFFAFFFNFF',
  'GET /agence/propositions': agencyOnly,
  'GET /agence/propositions/:proposalId/refuser': agencyOnly,
  'POST /agence/propositions/:proposalId/annuler-la-decision': agencyOnly,
  'GET /agence/propositions/:proposalId': agencyOnly,
  'POST /agence/propositions/:proposalId/accepter': agencyOnly,
  'POST /agence/propositions/:proposalId/refuser': agencyOnly,
  'GET /agence/messages': agencyOnly,
  'GET /agence/messages/:messageId': agencyOnly,
  // Decided by now.
  'POST /parcourspro/prestataire/propositions/:proposalId/retirer': 'SFFFAFFFNFF',
  'GET /parcourspro/favoris': signedIn,
  'POST /parcourspro/actions/:slug/favori': signedIn,
  'POST /parcourspro/actions/:slug/favori/retirer': signedIn,
  'GET /parcourspro/recherches': signedIn,
  'POST /parcourspro/recherches': signedIn,
  'POST /parcourspro/recherches/:searchId/alerte': 'SNANNNNNNNN',
  'POST /parcourspro/recherches/:searchId/supprimer': 'SNANNNNNNNN',
  // Signed by the application: the token of the other links is none of its own.
  'GET /favicon.ico': everybody,
  // The sign-in of services by OpenID Connect: what is asked there says who asks.
  'GET /.well-known/openid-configuration': everybody,
  'GET /.well-known/oauth-authorization-server': everybody,
  'GET /oidc/jwks': everybody,
  'POST /oidc/token': everybody,
  'POST /oidc/revocation': everybody,
  'GET /oidc/userinfo': everybody,
  'POST /oidc/userinfo': everybody,
  'GET /oidc/authorize': everybody,
  'GET /oidc/authorize/:uid': everybody,
  'GET /oidc/interaction/:uid': signedIn,
  'GET /oidc/session/end': everybody,
  'POST /oidc/session/end': everybody,
  'POST /oidc/session/end/confirm': everybody,
  'GET /robots.txt': everybody,
  'GET /sitemap.xml': everybody,
  'GET /.well-known/security.txt': everybody,
  // Leads to the page of the password, which asks who is there.
  'GET /.well-known/change-password': everybody,
  'GET /parcourspro/recapitulatif/arreter/:token': 'NNNNNNNNNNN',
  'POST /parcourspro/recapitulatif/arreter/:token': 'NNNNNNNNNNN',
  'GET /parcourspro/alertes/arreter/:token': 'NNNNNNNNNNN',
  'POST /parcourspro/alertes/arreter/:token': 'NNNNNNNNNNN',
  'GET /parcourspro/nouvelles-dates/arreter/:token': 'NNNNNNNNNNN',
  'POST /parcourspro/nouvelles-dates/arreter/:token': 'NNNNNNNNNNN',
  'POST /parcourspro/favoris/nouvelles-dates': signedIn,
  'POST /parcourspro/actions/:slug/seances/:sessionId/prevenir': signedIn,
  'POST /parcourspro/actions/:slug/seances/:sessionId/ne-plus-prevenir': signedIn,
  'GET /agence': agencyOnly,
  'GET /agence/demandes-de-compte': agencyOnly,
  'GET /agence/demandes-de-compte/:requestId': agencyOnly,
  'POST /agence/demandes-de-compte/:requestId/annuler-la-decision': agencyOnly,
  'GET /agence/demandes-de-compte/:requestId/refuser': agencyOnly,
  'POST /agence/demandes-de-compte/:requestId/refuser': agencyOnly,
  'POST /agence/demandes-de-compte/:requestId/accepter': agencyOnly,
  'GET /agence/structures': agencyOnly,
  'GET /agence/structures/:structureRequestId/refuser': agencyOnly,
  'POST /agence/structures/:structureRequestId/annuler-la-decision': agencyOnly,
  'GET /agence/structures/:structureRequestId': agencyOnly,
  'POST /agence/structures/:structureRequestId/accepter': agencyOnly,
  'POST /agence/structures/:structureRequestId/refuser': agencyOnly,
  'POST /agence/structures/:structureRequestId/rattacher': agencyOnly,
  'GET /agence/mises-a-jour': agencyOnly,
  'GET /agence/mises-a-jour/:updateId/refuser': agencyOnly,
  'POST /agence/mises-a-jour/:updateId/annuler-la-decision': agencyOnly,
  'GET /agence/mises-a-jour/:updateId': agencyOnly,
  'POST /agence/mises-a-jour/:updateId/accepter': agencyOnly,
  'POST /agence/mises-a-jour/:updateId/refuser': agencyOnly,
  'GET /agence/adhesions': agencyOnly,
  'GET /agence/adhesions/:membershipId': agencyOnly,
  'POST /agence/adhesions/:membershipId/annuler-la-decision': agencyOnly,
  'GET /agence/adhesions/import': agencyOnly,
  'POST /agence/adhesions/import': agencyOnly,
  'POST /agence/adhesions/import/enregistrer': agencyOnly,
  'GET /agence/adhesions/:membershipId/refuser': agencyOnly,
  'POST /agence/adhesions/:membershipId/refuser': agencyOnly,
  'POST /agence/adhesions/:membershipId/valider': agencyOnly,
  'GET /agence/suppressions': agencyOnly,
  'GET /agence/suppressions/:deletionId/refuser': agencyOnly,
  'POST /agence/suppressions/:deletionId/annuler-la-decision': agencyOnly,
  'GET /agence/suppressions/:deletionId': agencyOnly,
  'POST /agence/suppressions/:deletionId/refuser': agencyOnly,
  'POST /agence/suppressions/:deletionId/supprimer': agencyOnly,
  // Off, as it is not configured: test/sso/proconnect/ has it on.
  'GET /connexion/proconnect': nobody,
  'GET /connexion/proconnect/retour': 'FFFFFFFFFFF',
  'GET /connexion/proconnect/ferme': nobody,
  'GET /connexion/proconnect/relier': nobody,
  'POST /connexion/proconnect/relier': 'SNFNNNNNNNN',
  'POST /connexion/proconnect/lien': nobody,
  'POST /connexion/proconnect/oublier': nobody,
  'GET /connexion/proconnect/lien/:token': nobody,
  'POST /connexion/proconnect/lien/:token': nobody,
  'GET /connexion/proconnect/sortie': 'SSSSSSSSSSS',
  'GET /mon-compte/proconnect': 'SNNNNNNNNNN',
  'POST /mon-compte/proconnect/second-facteur': 'SNFNNNNNNNN',
  'POST /mon-compte/proconnect/delier': 'SNFNNNNNNNN',
  'GET /mon-compte/services': signedIn,
  // Nothing of it is open to them.
  'POST /mon-compte/services/:serviceId/fermer': 'SNNNNNNNNNN',
  'GET /agence/services': agencyOnly,
  'GET /agence/services/nouveau': agencyOnly,
  'POST /agence/services/nouveau': agencyOnly,
  'POST /agence/services/cles': agencyOnly,
  'POST /agence/services/cles/remplacer': agencyOnly,
  'GET /agence/services/:serviceId': agencyOnly,
  'GET /agence/services/:serviceId/modifier': agencyOnly,
  'POST /agence/services/:serviceId/modifier': agencyOnly,
  'GET /agence/services/:serviceId/personnes': agencyOnly,
  'GET /agence/services/:serviceId/personnes/:accountId': agencyOnly,
  'GET /agence/services/:serviceId/deconnexions': agencyOnly,
  'GET /agence/services/:serviceId/essai': agencyOnly,
  'POST /agence/services/:serviceId/essai': agencyOnly,
  'GET /agence/services/:serviceId/essai/retour': agencyOnly,
  'POST /agence/services/:serviceId/secret': agencyOnly,
  'POST /agence/services/:serviceId/suspendre': agencyOnly,
  'POST /agence/services/:serviceId/reprendre': agencyOnly,
  'POST /agence/services/:serviceId/fermer-les-sessions': agencyOnly,
  'GET /agence/services/:serviceId/supprimer': agencyOnly,
  'POST /agence/services/:serviceId/supprimer': agencyOnly,
  'GET /agence/securite-des-comptes': agencyOnly,
  'GET /agence/securite-des-comptes/:accountId': agencyOnly,
  'POST /agence/securite-des-comptes/:accountId/sessions': agencyOnly,
  'POST /agence/securite-des-comptes/:accountId/liens': agencyOnly,
  'POST /agence/securite-des-comptes/:accountId/double-authentification': agencyOnly,
  'POST /agence/securite-des-comptes/:accountId/cles-d-acces': agencyOnly,
  'POST /agence/securite-des-comptes/:accountId/proconnect': agencyOnly,
  'GET /agence/comptes-inactifs': agencyOnly,
  'POST /agence/comptes-inactifs/:closedId/rouvrir': agencyOnly,
  'GET /agence/modeles': agencyOnly,
  'GET /agence/modeles/nouveau': 'SFFFFFFFFFN',
  'POST /agence/modeles': 'SFFFFFFFFFN',
  'GET /agence/modeles/:templateId': agencyOnly,
  'POST /agence/modeles/:templateId': agencyOnly,
  'POST /agence/modeles/:templateId/monter': agencyOnly,
  'POST /agence/modeles/:templateId/descendre': agencyOnly,
  'GET /agence/modeles/:templateId/supprimer': agencyOnly,
  'POST /agence/modeles/:templateId/supprimer': agencyOnly,
  'GET /agence/actualites': agencyOnly,
  'GET /agence/actualites/nouvelle': agencyOnly,
  'POST /agence/actualites': agencyOnly,
  'GET /agence/actualites/:newsId': agencyOnly,
  'POST /agence/actualites/:newsId': agencyOnly,
  'GET /agence/actualites/:newsId/supprimer': agencyOnly,
  'POST /agence/actualites/:newsId/supprimer': agencyOnly,
  'GET /agence/courriels': agencyOnly,
  'GET /agence/modeles-de-documents': agencyOnly,
  'GET /agence/modeles-de-documents/:document': agencyOnly,
  'POST /agence/modeles-de-documents/:document': agencyOnly,
  // No draft is being written.
  'GET /agence/modeles-de-documents/:document/publier': 'SFFFFFFFFFN',
  'POST /agence/modeles-de-documents/:document/publier': 'SFFFFFFFFFN',
  'POST /agence/modeles-de-documents/:document/abandonner': 'SFFFFFFFFFN',
  'GET /agence/modeles-de-documents/:document/apercu.pdf': agencyOnly,
  'GET /agence/modeles-de-documents/:document/versions/:templateVersion': agencyOnly,
  'GET /agence/organismes': agencyOnly,
  'GET /agence/organismes/:structureId/profil': agencyOnly,
  'POST /agence/organismes/:structureId/profil': agencyOnly,
  'GET /agence/organismes/:structureId/profil/cachet': agencyOnly,
  'POST /agence/organismes/:structureId/profil/cachet': agencyOnly,
  // The body has no picture of its stamp.
  'GET /agence/organismes/:structureId/profil/cachet.png': 'SFFFFFFFFFN',
  'POST /agence/organismes/:structureId/profil/cachet/retirer': agencyOnly,
  'GET /agence/courriels/modeles': agencyOnly,
  'GET /agence/courriels/modeles/:kind': agencyOnly,
  'GET /agence/courriels/modeles/:kind/apercu': agencyOnly,
  'POST /agence/courriels/:emailId/renvoyer': agencyOnly,
  'GET /agence/journal': agencyOnly,
  'POST /agence/journal/export.csv': agencyOnly,
  'GET /agence/inscriptions': agencyOnly,
  'GET /agence/inscriptions/ajouter': agencyOnly,
  'POST /agence/inscriptions/ajouter': agencyOnly,
  'GET /agence/inscriptions/:enrolmentId': agencyOnly,
  'POST /agence/inscriptions/:enrolmentId': agencyOnly,
  'GET /agence/inscriptions/:enrolmentId/deplacer': agencyOnly,
  'POST /agence/inscriptions/:enrolmentId/deplacer': agencyOnly,
  'GET /agence/inscriptions/:enrolmentId/placer': agencyOnly,
  'POST /agence/inscriptions/:enrolmentId/placer': agencyOnly,
  'GET /agence/inscriptions/:enrolmentId/retirer': agencyOnly,
  'POST /agence/inscriptions/:enrolmentId/retirer': agencyOnly,
  'GET /agence/inscriptions/:enrolmentId/annuler': agencyOnly,
  'POST /agence/inscriptions/:enrolmentId/annuler': agencyOnly,
  'GET /agence/sessions/:sessionId': agencyOnly,
  'GET /agence/sessions/:sessionId/places': agencyOnly,
  'POST /agence/sessions/:sessionId/places': agencyOnly,
  'GET /agence/sessions/:sessionId/dates': agencyOnly,
  'POST /agence/sessions/:sessionId/dates': agencyOnly,
  'GET /agence/sessions/:sessionId/annuler': agencyOnly,
  'POST /agence/sessions/:sessionId/annuler': agencyOnly,
  'GET /agence/sessions/:sessionId/retablir': agencyOnly,
  'POST /agence/sessions/:sessionId/retablir': agencyOnly,
  'GET /agence/sessions/:sessionId/presence': agencyOnly,
  'POST /agence/sessions/:sessionId/presence': agencyOnly,
  'POST /agence/sessions/:sessionId/presence/valider': agencyOnly,
  'GET /agence/sessions/:sessionId/documents-administratifs': agencyOnly,
  // Of no kind.
  'POST /agence/sessions/:sessionId/documents-administratifs': 'SFFFFFFFFFN',
  'GET /agence/sessions/:sessionId/documents-administratifs/:issuedId': agencyOnly,
  'POST /agence/sessions/:sessionId/dossier.zip': agencyOnly,
  'POST /agence/sessions/:sessionId/documents-administratifs/:issuedId/envoyer': agencyOnly,
  'GET /agence/sessions/:sessionId/documents-administratifs/:issuedId/retirer': agencyOnly,
  'POST /agence/sessions/:sessionId/documents-administratifs/:issuedId/retirer': agencyOnly,
  // Signing. The code of this test is none, and the half-day is a month away: not among those that one signs now.
  'GET /e/:roomCode': nobody,
  'GET /parcourspro/mon-espace/emargement': beneficiaries,
  'POST /parcourspro/mon-espace/emargement': beneficiaries,
  'POST /parcourspro/mon-espace/emargement/code': beneficiaries,
  'GET /parcourspro/mon-espace/emargement/:slotId/retard': 'SFNFFNNFFNF',
  'POST /parcourspro/mon-espace/emargement/:slotId/retard': 'SFNFFNNFFNF',
  'GET /parcourspro/prestataire/seances/:sessionId/signatures': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/signatures': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/preuve.json': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/presence/ecarts': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/presence/ecarts': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/salle': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/salle/code.svg': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/salle/etat.json': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/ouvrir': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/fermer': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/contresigner': 'SFFFAFFFNFF',
  'POST /parcourspro/prestataire/seances/:sessionId/creneaux/:slotId/confirmer': 'SFFFAFFFNFF',
  'GET /parcourspro/intervenant/:token/creneaux/:slotId': everybody,
  'GET /parcourspro/intervenant/:token/creneaux/:slotId/salle': everybody,
  'GET /parcourspro/intervenant/:token/creneaux/:slotId/salle/code.svg': everybody,
  'GET /parcourspro/intervenant/:token/creneaux/:slotId/salle/etat.json': everybody,
  'POST /parcourspro/intervenant/:token/creneaux/:slotId/ouvrir': everybody,
  'POST /parcourspro/intervenant/:token/creneaux/:slotId/fermer': everybody,
  'POST /parcourspro/intervenant/:token/creneaux/:slotId/contresigner': everybody,
  'POST /parcourspro/intervenant/:token/creneaux/:slotId/confirmer': everybody,
  'GET /parcourspro/intervenant/:token': everybody,
  'POST /parcourspro/intervenant/:token/creneaux/:slotId/presences': everybody,
  // Whoever comes first takes the link away for all.
  'POST /parcourspro/prestataire/seances/:sessionId/intervenants/:linkId/retirer': 'SFFFAFFFNFF',
  'GET /agence/sessions/:sessionId/presence/ecarts': agencyOnly,
  'POST /agence/sessions/:sessionId/presence/ecarts': agencyOnly,
  'POST /agence/sessions/:sessionId/preuve.json': agencyOnly,
  'GET /agence/signatures': agencyOnly,
  'GET /agence/sessions/:sessionId/signatures': agencyOnly,
  // This link is a validator’s: to no questionnaire.
  'GET /parcourspro/questionnaire/:token': 'NNNNNNNNNNN',
  'POST /parcourspro/questionnaire/:token': 'NNNNNNNNNNN',
  // Nobody has been asked about this session yet.
  'GET /parcourspro/mon-espace/demandes/:enrolmentId/questionnaire': 'SFNFFNNFFNF',
  'POST /parcourspro/mon-espace/demandes/:enrolmentId/questionnaire': 'SFNFFNNFFNF',
  'GET /parcourspro/prestataire/profil': 'SFFFAFFFAFF',
  'POST /parcourspro/prestataire/profil': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/profil/cachet': 'SFFFAFFFAFF',
  'POST /parcourspro/prestataire/profil/cachet': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/profil/cachet.png': 'SFFFNFFFNFF',
  'POST /parcourspro/prestataire/profil/cachet/retirer': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/questionnaires': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/questionnaires/:surveyedId': 'SFFFAFFFNFF',
  'GET /parcourspro/prestataire/questionnaires/:surveyedId/resultats.csv': 'SFFFAFFFNFF',
  'GET /agence/questionnaires': agencyOnly,
  'GET /agence/questionnaires/:kindId': agencyOnly,
  'GET /agence/questionnaires/:kindId/apercu': agencyOnly,
  'GET /agence/questionnaires/:kindId/resultats': agencyOnly,
  'GET /agence/questionnaires/:kindId/resultats.csv': agencyOnly,
  'GET /agence/questionnaires/sessions/:surveyedId': agencyOnly,
  'GET /agence/questionnaires/sessions/:surveyedId/resultats.csv': agencyOnly,
  'GET /agence/questionnaires/:kindId/questions/nouvelle': agencyOnly,
  'POST /agence/questionnaires/:kindId/questions': agencyOnly,
  'GET /agence/questionnaires/:kindId/questions/:questionId': agencyOnly,
  'POST /agence/questionnaires/:kindId/questions/:questionId': agencyOnly,
  'POST /agence/questionnaires/:kindId/questions/:questionId/monter': agencyOnly,
  'POST /agence/questionnaires/:kindId/questions/:questionId/descendre': agencyOnly,
  'POST /agence/questionnaires/:kindId/questions/:questionId/supprimer': agencyOnly,
  'POST /agence/questionnaires/:kindId/brouillon': agencyOnly,
  'POST /agence/questionnaires/:kindId/brouillon/abandonner': agencyOnly,
  // The draft has just been given up.
  'POST /agence/questionnaires/:kindId/publier': 'SFFFFFFFFFN',
  'GET /parcourspro/valideur/chiffres': 'SFFAFFFAFFF',
  'GET /parcourspro/valideur/chiffres.csv': 'SFFAFFFAFFF',
  'GET /parcourspro/prestataire/chiffres': 'SFFFAFFFAFF',
  'GET /parcourspro/prestataire/chiffres.csv': 'SFFFAFFFAFF',
  'GET /agence/chiffres': agencyOnly,
  'GET /agence/chiffres.csv': agencyOnly,
  'GET /agence/catalogue': agencyOnly,
  'GET /agence/catalogue/actions/nouvelle': agencyOnly,
  'POST /agence/catalogue/actions/nouvelle': agencyOnly,
  'GET /agence/catalogue/actions/:actionId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/copier': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/publier': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/retirer': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/archiver': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/desarchiver': agencyOnly,
  'GET /agence/catalogue/actions/:actionId/sessions': agencyOnly,
  'GET /agence/catalogue/actions/:actionId/sessions/nouvelle': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/sessions/nouvelle': agencyOnly,
  'GET /agence/catalogue/actions/:actionId/sessions/:draftSessionId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/sessions/:draftSessionId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/sessions/:draftSessionId/supprimer': agencyOnly,
  // Of none of its drafts.
  'POST /agence/catalogue/actions/:actionId/sessions/brouillons/:draftId/supprimer': 'SFFFFFFFFFN',
  'GET /agence/catalogue/actions/:actionId/documents': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/documents': agencyOnly,
  'GET /agence/catalogue/actions/:actionId/documents/:attachmentId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/documents/:attachmentId': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/documents/:attachmentId/monter': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/documents/:attachmentId/descendre': agencyOnly,
  'POST /agence/catalogue/actions/:actionId/documents/:attachmentId/retirer': agencyOnly,
  'GET /agence/catalogue/import/actions': agencyOnly,
  'GET /agence/catalogue/import/actions/modele.csv': agencyOnly,
  'POST /agence/catalogue/import/actions': agencyOnly,
  'GET /agence/catalogue/import/sessions': agencyOnly,
  'GET /agence/catalogue/import/sessions/modele.csv': agencyOnly,
  'POST /agence/catalogue/import/sessions': agencyOnly,
  'GET /agence/catalogue/reglages': agencyOnly,
  'POST /agence/catalogue/reglages': agencyOnly,
  'GET /agence/rafaelpro/reglages': agencyOnly,
  'POST /agence/rafaelpro/reglages': agencyOnly,
  'GET /agence/catalogue/types': agencyOnly,
  'POST /agence/catalogue/types': agencyOnly,
  'GET /agence/catalogue/types/nouveau': agencyOnly,
  'GET /agence/catalogue/types/:typeId': agencyOnly,
  'POST /agence/catalogue/types/:typeId': agencyOnly,
  'POST /agence/catalogue/types/:typeId/monter': agencyOnly,
  'POST /agence/catalogue/types/:typeId/descendre': agencyOnly,
  // Without an action of its own it goes away at the first try.
  'POST /agence/catalogue/types/:typeId/supprimer': agencyOnly,
  'GET /agence/catalogue/themes': agencyOnly,
  'POST /agence/catalogue/themes': agencyOnly,
  'GET /agence/catalogue/themes/:themeId': agencyOnly,
  'POST /agence/catalogue/themes/:themeId': agencyOnly,
  'POST /agence/catalogue/themes/:themeId/monter': agencyOnly,
  'POST /agence/catalogue/themes/:themeId/descendre': agencyOnly,
  'POST /agence/catalogue/themes/:themeId/reunir': agencyOnly,
  'POST /agence/catalogue/themes/:themeId/supprimer': agencyOnly,
};

/** What signs out, and leads to sign-in all the same. */
const LEAVE = new Set([
  '/deconnexion',
  '/cas/logout',
  '/v2/users/logout',
  '/oidc/session/end',
  '/oidc/session/end/confirm',
]);

/** The title of a form refused for its token, or for want of the cookie that goes with it. */
const STALE = /<h1[^>]*>\s*(Cette page a expiré|Les cookies sont nécessaires)/;
const TOKEN = 'le-jeton-secret-des-liens-de-ce-test-0123456789';
let site: TestSite;
let params: Record<string, string | number>;
const emails = new Map<Person, string>();
const ids = new Map<Person, number>();
const idOf = (person: Person) => ids.get(person) as number;
const browsers = new Map<Person, Visitor>();
/** Good for every form until its browser signs in or out. */
const tokens = new WeakMap<Visitor, string>();

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { dependencies } = site;
  const { db } = dependencies;
  const now = site.clock.now();
  const own = await createStructure(db, { isTrainingBody: true, memberIn: [2026] });
  const other = await createStructure(db, { isTrainingBody: true, memberIn: [2026] });
  const kinds = {
    beneficiary: [],
    validator: ['hr_validator'],
    provider: ['provider'],
    referent: ['referent'],
  } as const;
  for (const [kind, rights] of Object.entries(kinds)) {
    for (const [prefix, structure] of [['', own] as const, ['foreign ', other] as const]) {
      const user = await createUser(db, { affiliations: { [structure]: [...rights] } });
      emails.set(`${prefix}${kind}` as Person, user.email);
      ids.set(`${prefix}${kind}` as Person, user.id);
    }
  }
  const newcomer = await createUser(db);
  emails.set('newcomer', newcomer.email);
  const leaver = await createUser(db, { affiliations: { [own]: [] } });
  const manager = await createUser(db, { isAgencyManager: true });
  emails.set('agency', manager.email);
  ids.set('agency', manager.id);

  const { id: actionId, slug } = await createAction(db, { providerId: own });
  const draft = await createAction(db, { providerId: own, published: false });
  const sessionId = await createSession(db, { actionId, now });
  const { id: slotId } = first(await slotsOf(db, sessionId));
  const actor = await actorOf(db, idOf('beneficiary'));
  const { id: enrolmentId } = await requestEnrolment(dependencies, actor, {
    actionId,
    sessionId,
    structureId: own,
    motivation: 'Progresser',
  });
  // Somewhere between the two approvals, so that every decider has a page to see.
  await setEnrolment(db, enrolmentId, { state: 'preregistered' });
  const link = { token_hash: hashToken(TOKEN), created_at: now };
  const ofBeneficiary = { user_id: idOf('beneficiary'), ...link };
  const tomorrow = new Date(now.getTime() + DAY);
  await createDecisionLink(db, { enrolment_id: enrolmentId, user_id: idOf('validator'), ...link });
  await createPasswordLink(db, { ...ofBeneficiary, expires_at: tomorrow });
  // Expired: confirming it would change the bénéficiaire's e-mail for the routes that follow.
  const change = { new_email: 'nouvelle@structure.example', expires_at: now };
  await createEmailChange(db, { ...ofBeneficiary, ...change });
  await openBrowserSession(db, idOf('beneficiary'), 'elsewhere');
  // To come: nobody has another profile today.
  const absence = { structureId: own, startsOn: '2026-06-01', endsOn: '2026-06-30' };
  await createDelegation(db, { ...absence, absentId: idOf('validator'), standInId: idOf('provider') });
  await saveSearch(db, idOf('beneficiary'), now);
  await writeMessages(db, sessionId, idOf('provider'), now);
  const goingAway = await createUser(db);
  const { id: kindId } = await kindOf(db, 'formation');
  await publishDraft(dependencies, kindId);
  const surveyedId = await createSession(db, { actionId, now });
  await createSurvey(db, surveyedId, kindId);
  await beginDraft(dependencies, kindId);
  const badge = await createBadge(site, { userId: idOf('beneficiary'), enrolmentId, by: idOf('agency') });
  const otherModel = await createModel(site, idOf('agency'), 'Un autre badge');
  const byReferent = { structure_id: own, requested_by: idOf('referent') };
  params = {
    attachmentId: await createActionDocument(db, draft.id),
    draftId: 0,
    newsId: await createNews(db, now, { online_from: '2026-03-01' }),
    kindId,
    kind: 'account-request.confirm',
    document: 'certificat-de-realisation',
    templateVersion: 1,
    questionId: first((await questionsOf(db, kindId)).toReversed()).id,
    surveyedId,
    templateId: first(await templatesIn(db)).id,
    typeId: (await kindOf(db, 'lab-studio')).id,
    themeId: (await themeOf(db, 'alternance')).id,
    structureId: own,
    userId: idOf('beneficiary'),
    heirId: idOf('referent'),
    memberId: leaver.id,
    affiliationId: await createRequest(db, 'affiliation_request', now, {
      user_id: newcomer.id,
      structure_id: own,
    }),
    requestId: await createRequest(db, 'account_request', now, {
      structure_id: own,
      token_hash: hashToken(TOKEN),
      token_expires_at: tomorrow,
    }),
    structureRequestId: await createRequest(db, 'structure_request', now),
    right: 'beneficiary',
    sessionId,
    // Another than the one of the routes above: it is published and archived.
    actionId: draft.id,
    draftSessionId: await createSession(db, { actionId: draft.id, now }),
    slug,
    enrolmentId,
    documentId: await createSessionDocument(db, sessionId, idOf('provider')),
    ...(await createIssued(db, sessionId, enrolmentId)),
    conventionId: await createConvention(db, sessionId, own),
    messageId: first(await messagesIn(db)).id,
    proposalId: await createRequest(db, 'session_proposal', now, {
      provider_id: own,
      action_id: actionId,
      proposed_by: idOf('provider'),
    }),
    emailId: first(await mailsIn(db)).id,
    article: 'creer-un-compte',
    membershipId: await createRequest(db, 'membership_request', now, { ...byReferent, year: 2027 }),
    updateId: await createUpdate(db, now, byReferent, { city: [null, 'Talence'] }),
    version: '2026-01-01',
    sessionRef: createHash('sha256').update('elsewhere').digest('hex'),
    deletionId: await createRequest(db, 'deletion_request', now, { user_id: goingAway.id }),
    closedId: (await createUser(db, { closedAt: now })).id,
    accountId: goingAway.id,
    serviceId: (await createService(db)).id,
    programmeId: await createProgramme(db, now),
    offerId: await createOffer(db, now, { structureId: own }),
    importId: await createImport(db, now),
    delegationId: first(await delegationsIn(db)).id,
    passkeyId: await createPasskey(db, idOf('beneficiary'), now),
    searchId: first(await savedSearches(db)).id,
    slotId,
    linkId: await createTrainerLink(db, { sessionId, slotId, by: idOf('provider'), token: TOKEN, at: now }),
    roomCode: 'A'.repeat(24),
    badgeRequestId: await createRequest(db, 'badge_request', now, {
      user_id: idOf('beneficiary'),
      enrolment_id: enrolmentId,
      model_id: otherModel,
    }),
    badgeModelId: badge.modelId,
    modelVersion: 1,
    badgeCode: badge.code,
    badgeKid: badge.kid,
    statusList: badge.list,
    token: TOKEN,
  };
});
afterAll(() => site.close());

async function browserOf(person: Person): Promise<Visitor> {
  const known = browsers.get(person);
  if (known) return known;
  const email = emails.get(person);
  const browser = email ? await site.signedIn(email, TEST_PASSWORD) : site.visitor();
  const right = { validator: 'hr_validator', provider: 'provider' }[person.replace('foreign ', '')];
  if (right) {
    const { affiliations } = await actorOf(site.dependencies.db, idOf(person));
    const profil = `${right}:${affiliations[0]?.structureId}`;
    await browser.submit('/parcourspro/profil', { profil }, '/mes-structures');
  }
  browsers.set(person, browser);
  return browser;
}

async function tokenOf(person: Person, browser: Visitor): Promise<string> {
  const known = tokens.get(browser);
  if (known) return known;
  const token = await browser.token(emails.has(person) ? '/mes-structures' : '/connexion');
  tokens.set(browser, token);
  return token;
}

/** The session that was looked at, and counters against abuse: no page says anything else for them. */
const HOUSEKEEPING = new Set(['web_sessions', 'rate_limits']);
/** What a statement changes, if it changes anything. */
const changedBy = (sql: string) =>
  [
    ...sql.matchAll(
      /\b(?:insert\s+into|(?<!for |for no key )update(?!\s+set\b)|delete\s+from)\s+"?([\w.]+)"?/gi,
    ),
  ]
    .map(([, table = '']) => table)
    .filter((table) => !HOUSEKEEPING.has(table));
const writers = new Map<string, Set<string>>();

/** Opens a page, and notes what that changes. */
async function opened(path: string, browser: Visitor, address: string) {
  const answers: Awaited<ReturnType<Visitor['get']>>[] = [];
  const statements = await recordStatements(async () => answers.push(await browser.get(address)));
  for (const table of statements.flatMap(changedBy))
    writers.set(path, (writers.get(path) ?? new Set()).add(table));
  return first(answers);
}

async function outcome(person: Person, method: string, path: string): Promise<string> {
  const address =
    path.replaceAll(/:(\w+)/g, (_, name) => String(params[name])) +
    (path.endsWith('/inscription') ? `?session=${params.sessionId}` : '');
  const browser = await browserOf(person);
  const fields: Record<string, string> =
    path === '/parcourspro/profil' ? { profil: `beneficiary:${params.structureId}` } : {};
  const response =
    method === 'GET'
      ? await opened(path, browser, address)
      : await browser.post(address, { _csrf: await tokenOf(person, browser), ...fields });
  // These leave the person in another state for the routes that follow.
  if (LEAVE.has(path) || (method === 'POST' && path === '/parcourspro/profil')) browsers.delete(person);
  // Refused for its token, a form says nothing of who may send it.
  if (response.status === 403) return STALE.test(response.text) ? 'stale' : 'F';
  if (response.status === 404) return 'N';
  if (response.status >= 500) return String(response.status);
  return /^\/connexion(\?|$)/.test(response.headers.location ?? '') && path !== '/v2' && !LEAVE.has(path)
    ? 'S'
    : 'A';
}

test('every route of the application is in the table, and nothing else', () => {
  // The links that end e-mails answer twice at one address: a mailbox's one click, then the page's form.
  const routes = [...new Set(listRoutes(site.app).map(({ method, path }) => `${method} ${path}`))];
  expect(routes.sort()).toEqual(Object.keys(expected).sort());
});

describe('each route for each kind of person', () => {
  test.each(Object.entries(expected))('%s', async (route, outcomes) => {
    const [method = '', path = ''] = route.split(' ');
    const actual: Record<string, string> = {};
    for (const person of people) actual[person] = await outcome(person, method, path);
    expect(actual).toEqual(Object.fromEntries(people.map((person, index) => [person, outcomes[index]])));
  });
});

/** What protocols have: a ticket or a code is given, a ticket is spent, a session ended. */
const WRITE = new Set([
  ...['login', 'logout', 'validate', 'serviceValidate', 'proxyValidate', 'proxy'].flatMap((page) => [
    `/cas/${page}`,
    `/v2/users/${page}`,
  ]),
  '/oidc/authorize',
  '/oidc/authorize/:uid',
  '/oidc/session/end',
]);

test('opening an address changes nothing, but where a protocol has it so', () => {
  expect(writers.get('/cas/logout')).toContain('audit_entries');
  // The first of all to ask for the keys that sign has them made.
  const others = [...writers].filter(
    ([path, tables]) => !WRITE.has(path) && [...tables].some((table) => table !== 'sso_keys'),
  );
  expect(others).toEqual([]);
});
