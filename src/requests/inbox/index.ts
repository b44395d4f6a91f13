import { defineFeature } from '#platform/feature.ts';
import { forgetEndedDecisions } from '../forgetting.ts';
import { requestsOf } from '../request.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { inboxSite } from './routes.ts';
import { APPLY_DECISION, applyDecision, applyDueDecisions } from './service.ts';

export default defineFeature({
  name: 'requests/inbox',
  audit,
  personalData,
  sites: [(deps) => inboxSite(deps, requestsOf(deps.features))],
  jobs: [
    {
      task: APPLY_DECISION,
      run: (deps, payload) =>
        applyDecision(deps, requestsOf(deps.features), (payload as { decisionId: number }).decisionId),
    },
    {
      task: 'apply_due_decisions',
      run: (deps) => applyDueDecisions(deps, requestsOf(deps.features)),
      cron: { match: '* * * * *', tries: 'once' },
    },
  ],
  forget: [forgetEndedDecisions],
});
