import type { PersonalData } from '#platform/personal-data.ts';
import { forgetFailuresNaming } from '../forgetting.ts';

export const personalData: PersonalData = {
  people: { 'scheduled_decisions.decided_by': 'kept' },
  // Those about the person's own requests are forgotten with these.
  erase: (trx, { name }) => forgetFailuresNaming(trx, name),
  erased: {
    'scheduled_decisions.reason': '(the agency’s, until it is sent; the request then has it)',
    'scheduled_decisions.failure': '(the agency’s, about its own decision)',
    'scheduled_decisions.parameters': '(the agency’s, about its own decision)',
  },
  kept: {
    'scheduled_decisions.ip': 'of the manager who decides, emptied once the decision has ended',
    'scheduled_decisions.web_request_id': 'the same',
  },
  impersonal: { scheduled_decisions: 'kind decision state' },
};
