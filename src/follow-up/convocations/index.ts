import { defineFeature } from '#platform/feature.ts';
import { convocation } from './kind.ts';
import { convocationMails } from './mails.ts';

export default defineFeature({
  name: 'follow-up/convocations',
  documentKinds: [convocation],
  mails: convocationMails,
});
