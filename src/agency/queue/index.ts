import { defineFeature } from '../../platform/feature.ts';
import { forgetEndedRequests } from '../../portal/forgetting.ts';
import { queues } from '../queues.ts';
import { queuesSite } from './routes.ts';
import { APPLY_DECISION, applyDecision, applyDueDecisions } from './service.ts';

export default defineFeature({
  name: 'agency/queue',
  sites: [(deps) => queuesSite(deps, queues)],
  jobs: [
    {
      task: APPLY_DECISION,
      run: (deps, payload) => applyDecision(deps, queues, (payload as { decisionId: number }).decisionId),
    },
    {
      task: 'apply_due_decisions',
      run: (deps) => applyDueDecisions(deps, queues),
      cron: { match: '* * * * *', tries: 'once' },
    },
  ],
  forget: [forgetEndedRequests],
});
