import { randomUUID } from 'node:crypto';
import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { keptHere } from './kept.ts';
import { proconnectMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { proConnectSite } from './routes.ts';
import { forgetLinks, linkVouched } from './service.ts';

export default defineFeature({
  name: 'sso/proconnect',
  audit,
  personalData,
  mails: proconnectMails,
  sites: [proConnectSite],
  forget: [forgetLinks],
  on: {
    'account.vouched': (deps, trx, { userId, issuer, subject }) =>
      linkVouched(deps, trx, userId, { issuer, subject }),
  },
  vouch({ config, clock }, req) {
    const told = config.proconnect && keptHere(config).told.read(req, clock.now());
    return told && { by: 'ProConnect', ...told };
  },
  wayOut({ config, clock }, req, res, next) {
    const sealed = req.session.proconnect;
    if (!config.proconnect || sealed === undefined) return undefined;
    const kept = keptHere(config);
    kept.leaving.keep(res, { idToken: kept.unseal(sealed), state: randomUUID(), next }, clock.now());
    return '/connexion/proconnect/sortie';
  },
});
