import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { delegationMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { endDelegationsOf, followDelegations } from './service.ts';

export default defineFeature({
  name: 'enrolment/delegations',
  audit,
  personalData,
  jobs: [
    { task: 'follow_hr_delegations', run: followDelegations, cron: { match: '3 * * * *', tries: 'often' } },
  ],
  // Told before the ground goes from under them: they are still there to be read, and ended with a word.
  on: {
    'affiliation.ending': (deps, trx, { userId, structureId, byUserId }) =>
      endDelegationsOf(deps, trx, { userId, structureId, because: 'left', byUserId }),
    'account.closing': (deps, trx, { userId }) => endDelegationsOf(deps, trx, { userId, because: 'closed' }),
    'account.erasing': (deps, trx, { userId }) => endDelegationsOf(deps, trx, { userId, because: 'closed' }),
    'right.revoking': async (deps, trx, { right, ...whose }) => {
      if (right === 'hr_validator') await endDelegationsOf(deps, trx, { ...whose, because: 'right_taken' });
    },
  },
  mails: delegationMails,
});
