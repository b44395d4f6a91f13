import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { accountSecurityMails } from './mail-kinds.ts';
import { accountSecuritySite } from './routes.ts';

export default defineFeature({
  name: 'identity/account-security',
  audit,
  sites: [accountSecuritySite],
  managed: [{ label: 'Sécurité des comptes', href: '/agence/securite-des-comptes' }],
  mails: accountSecurityMails,
});
