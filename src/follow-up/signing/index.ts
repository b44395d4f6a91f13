import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { bodySigningSite } from './body/routes.ts';
import { checkingSite } from './checking/routes.ts';
import { personalData } from './personal-data.ts';
import { proofSite } from './proof/routes.ts';
import { forgetOldEvidence } from './proof/service.ts';
import { attendanceSheet } from './sheet/kind.ts';
import { sheetMails } from './sheet/tell.ts';
import { signingSite } from './signatures/routes.ts';
import { trainerSite } from './trainers/routes.ts';

export default defineFeature({
  name: 'follow-up/signing',
  audit,
  personalData,
  sites: [signingSite, bodySigningSite, trainerSite, proofSite, checkingSite],
  managed: [{ label: 'Signatures', href: '/agence/signatures' }],
  forget: [forgetOldEvidence],
  documentKinds: [attendanceSheet],
  mails: sheetMails,
});
