import { type ParsedCronItem, parseCronItems, type TaskList } from 'graphile-worker';
import { forgetOldEmails } from './agency/emails/service.ts';
import { APPLY_DECISION, applyDecision, applyDueDecisions } from './agency/queue/service.ts';
import { queues } from './agency/queues.ts';
import { followDelegations } from './parcourspro/delegations/service.ts';
import { remindConfirmations } from './parcourspro/enrolment/notices/confirmations.ts';
import { sendDigests } from './parcourspro/enrolment/notices/digest.ts';
import { remindValidators } from './parcourspro/enrolment/notices/reminders.ts';
import { expireUnanswered, promoteWaiting } from './parcourspro/enrolment/service.ts';
import { refreshFigures, refreshRecentFigures } from './parcourspro/figures/service.ts';
import { forgetOldMessages } from './parcourspro/messages/service.ts';
import { tellOfNewSessions } from './parcourspro/new-sessions/service.ts';
import { alertSavedSearches } from './parcourspro/saved-searches/alerts.ts';
import { tellOfOpenings } from './parcourspro/seat-watches/service.ts';
import { sendSurveys } from './parcourspro/surveys/answering/invitations.ts';
import type { Dependencies } from './platform/dependencies.ts';
import { each } from './platform/jobs/each.ts';
import type { Lane } from './platform/jobs/runner.ts';
import { deliverEmailTask } from './platform/mail/deliver.ts';
import { PROBE_MAIL_SERVER, probeMailServer } from './platform/mail/outage.ts';
import { DELIVER_EMAIL } from './platform/mail/queue.ts';
import { MAIL_CONNECTIONS, type MailTransport } from './platform/mail/transport.ts';
import { forgetSentForms } from './platform/web/sent-once.ts';
import { forgetOldSessions } from './platform/web/session-store.ts';
import { followInactiveAccounts } from './portal/account/inactivity/service.ts';
import { remindAccountRequests } from './portal/account-requests/reminders/service.ts';
import { forgetUnconfirmedRequests } from './portal/account-requests/service.ts';
import { forgetEndedRequests } from './portal/forgetting.ts';
import { forgetOldResets } from './portal/forgotten-password/service.ts';
import { remindRenewals } from './portal/memberships/service.ts';
import { forgetOldChallenges } from './portal/passkeys/service.ts';

const APPLY_DUE_DECISIONS = 'apply_due_decisions';
const EXPIRE_UNANSWERED = 'expire_unanswered_enrolments';
const PROMOTE_WAITING = 'promote_waiting_enrolments';
const FOLLOW_INACTIVE = 'follow_inactive_accounts';
const FORGET_EXPIRED = 'forget_expired';
const REFRESH_FIGURES = 'refresh_figures';
const REFRESH_RECENT_FIGURES = 'refresh_recent_figures';
const REMIND_DECIDERS = 'remind_deciders';
const REMIND_RENEWALS = 'remind_membership_renewals';
const ALERT_SEARCHES = 'alert_saved_searches';
const TELL_OPENINGS = 'tell_of_openings';
const SEND_SURVEYS = 'send_surveys';
const FOLLOW_DELEGATIONS = 'follow_hr_delegations';
const SEND_DIGESTS = 'send_hr_digests';

/**
 * Everything that the queue can be asked to do, by who does it: a mail server that takes its time holds up no decision,
 * and nothing holds up e-mails but their server.
 */
export function createLanes(dependencies: Dependencies, transport: MailTransport): Lane[] {
  return [
    { name: 'work', concurrency: WORKERS, tasks: workTasks(dependencies) },
    { name: 'mail', concurrency: MAIL_CONNECTIONS, tasks: mailTasks(dependencies, transport) },
  ];
}

/** The same in one, by name. */
export function createTasks(dependencies: Dependencies, transport: MailTransport): TaskList {
  return Object.assign({}, ...createLanes(dependencies, transport).map(({ tasks }) => tasks));
}

/** One may be at a long task of the night while a decision is to be applied. */
const WORKERS = 2;

function mailTasks(dependencies: Dependencies, transport: MailTransport): TaskList {
  return {
    [DELIVER_EMAIL]: deliverEmailTask(dependencies, transport),
    [PROBE_MAIL_SERVER]: async () => probeMailServer(dependencies, transport),
  };
}

function workTasks(dependencies: Dependencies): TaskList {
  const inTurn =
    (...steps: ((deps: Dependencies) => Promise<unknown>)[]) =>
    () =>
      each(steps, (step) => step(dependencies), dependencies);
  return {
    [APPLY_DECISION]: async (payload) =>
      applyDecision(dependencies, queues, (payload as { decisionId: number }).decisionId),
    [APPLY_DUE_DECISIONS]: async () => applyDueDecisions(dependencies, queues),
    [EXPIRE_UNANSWERED]: async () => void (await expireUnanswered(dependencies)),
    [PROMOTE_WAITING]: async () => void (await promoteWaiting(dependencies)),
    [FOLLOW_INACTIVE]: async () => void (await followInactiveAccounts(dependencies)),
    [FORGET_EXPIRED]: inTurn(
      forgetUnconfirmedRequests,
      forgetOldResets,
      forgetOldChallenges,
      forgetOldEmails,
      forgetEndedRequests,
      forgetOldMessages,
      forgetSentForms,
      forgetOldSessions,
    ),
    [REFRESH_FIGURES]: async () => refreshFigures(dependencies),
    [REFRESH_RECENT_FIGURES]: async () => refreshRecentFigures(dependencies),
    [REMIND_DECIDERS]: inTurn(remindAccountRequests, remindValidators, remindConfirmations),
    [REMIND_RENEWALS]: async () => void (await remindRenewals(dependencies)),
    [ALERT_SEARCHES]: async () => {
      const now = dependencies.clock.now();
      await each([alertSavedSearches, tellOfNewSessions], (step) => step(dependencies, now), dependencies);
    },
    [TELL_OPENINGS]: async () => void (await tellOfOpenings(dependencies)),
    [FOLLOW_DELEGATIONS]: async () => void (await followDelegations(dependencies)),
    [SEND_DIGESTS]: async () => void (await sendDigests(dependencies)),
    [SEND_SURVEYS]: async () => void (await sendSurveys(dependencies)),
  };
}

const DAY_MS = 24 * 3_600_000;
/** Of a daily task; missed while everything was down, it is made up for. Done twice in a day, each changes nothing. */
const DAILY = { maxAttempts: 10, backfillPeriod: DAY_MS };
/** Of what comes round again before long: one that was missed is made up for by the next. */
const OFTEN = { maxAttempts: 3 };

/** What comes round by itself. */
export const schedule: ParsedCronItem[] = parseCronItems([
  { task: APPLY_DUE_DECISIONS, match: '* * * * *', options: { maxAttempts: 1 } },
  // One a minute for all processes: the next is not kept waiting by tries of the former.
  { task: PROBE_MAIL_SERVER, match: '* * * * *', options: { maxAttempts: 1 } },
  { task: EXPIRE_UNANSWERED, match: '*/15 * * * *', options: OFTEN },
  { task: PROMOTE_WAITING, match: '10,25,40,55 * * * *', options: OFTEN },
  { task: FORGET_EXPIRED, match: '7 * * * *', options: OFTEN },
  { task: REMIND_DECIDERS, match: '5 * * * *', options: OFTEN },
  // In the morning in Paris: the schedule is in UTC.
  { task: REMIND_RENEWALS, match: '30 7 * * *', options: DAILY },
  { task: REFRESH_RECENT_FIGURES, match: '50 * * * *', options: OFTEN },
  { task: REFRESH_FIGURES, match: '20 2 * * *', options: DAILY },
  { task: SEND_SURVEYS, match: '35 * * * *', options: OFTEN },
  { task: FOLLOW_DELEGATIONS, match: '3 * * * *', options: OFTEN },
  // Every quarter of an hour: they leave at 7:30 in Paris, or as soon as the application is back.
  { task: SEND_DIGESTS, match: '*/15 * * * *', options: OFTEN },
  { task: FOLLOW_INACTIVE, match: '45 6 * * *', options: DAILY },
  { task: ALERT_SEARCHES, match: '15 6 * * *', options: DAILY },
  { task: TELL_OPENINGS, match: '*/5 * * * *', options: OFTEN },
]);
