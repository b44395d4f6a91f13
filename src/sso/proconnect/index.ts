import { randomUUID } from 'node:crypto';
import { defineFeature } from '#platform/feature.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { audit } from './audit.ts';
import { keptHere } from './kept.ts';
import { linkedAccountSite } from './linking/account-routes.ts';
import { linkingSite } from './linking/routes.ts';
import { endLinks, findIdentity, forgetLinks, linkVouched, unlinkForAgency } from './linking/service.ts';
import { proconnectMails } from './mail-kinds.ts';
import { PAGE } from './paths.ts';
import { personalData } from './personal-data.ts';
import { proConnectSite } from './sign-in/routes.ts';

export default defineFeature({
  name: 'sso/proconnect',
  audit,
  personalData,
  mails: proconnectMails,
  sites: [proConnectSite, linkingSite, linkedAccountSite],
  forget: [forgetLinks],
  on: {
    'account.vouched': linkVouched,
    'account.credential_links_ending': endLinks,
    'account.identities_ending': unlinkForAgency,
  },
  vouching: {
    read({ config, clock }, req) {
      const told = config.proconnect && keptHere(config).told.read(req, clock.now());
      return told && { by: 'ProConnect', ...told };
    },
    forget: ({ config }, res) => keptHere(config).told.forget(res),
  },
  async confirmedElsewhere({ config, db }, { userId }, next) {
    if (!config.proconnect) return undefined;
    const identity = await findIdentity(db, userId, config.proconnect.issuer);
    // Without that trust, what is given there stands for nothing that the account asks for.
    if (!identity?.isTrusted) return undefined;
    return { label: 'Confirmer avec ProConnect', href: addressOf(PAGE, { suite: next, preuve: 1 }) };
  },
  wayOut({ config, clock }, req, res, next) {
    const kept = keptHere(config);
    kept.told.forget(res);
    const sealed = req.session.proconnect;
    if (!config.proconnect || sealed === undefined) return undefined;
    kept.leaving.keep(res, { idToken: kept.unseal(sealed), state: randomUUID(), next }, clock.now());
    return `${PAGE}/sortie`;
  },
});
