import { mayStillAct } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Forbidden } from '#platform/errors.ts';
import { formatDay } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import {
  ACCEPT,
  ACCEPTED,
  type Asked,
  defineRequest,
  REFUSE,
  REFUSED,
  requesterOf,
  section,
  WITHDRAWN,
} from '#requests/request.ts';
import { whyNotChangeable } from './checks.ts';
import { acceptProposal, refuseProposal, tellWithdrawn } from './decisions.ts';
import { getProposalFile } from './repository.ts';
import { changesOf, compared, readProposed, sessionInWords, shownSession } from './rules.ts';

/** A session more that a training body proposes, or a change of one. */
type SessionProposal = Asked<{
  title: string;
  actionId: number;
  isChange: boolean;
  sessionId: number | null;
  comment: string;
  firstLine: string;
}>;

const what = ({ details }: SessionProposal): string =>
  details.isChange ? 'Changement de session' : 'Nouvelle session';

const sessionHref = ({ details: { sessionId } }: SessionProposal): string | undefined =>
  sessionId === null ? undefined : `/agence/sessions/${sessionId}`;

/** What training bodies propose: a session more, or a change of one to come. */
export const sessionProposal = defineRequest<SessionProposal>({
  kind: 'session_proposal',
  label: 'Proposition de session',
  isAboutPerson: false,
  table: 'session_proposals',
  path: '/agence/propositions',
  param: 'proposalId',
  title: 'Propositions de session',
  waiting: ['proposition de session', 'propositions de session'],
  source: `
    select p.id, p.state, p.proposed_at as since, p.decided_at as ended_at, p.decided_by, p.refusal_reason,
           p.proposed_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, a.title) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('title', a.title, 'actionId', a.id, 'isChange', p.is_change, 'sessionId', coalesce(p.session_id, p.created_session_id),
                             'comment', p.comment, 'firstLine', split_part(p.form ->> 'creneaux', chr(10), 1)) as details
      from session_proposals p
      join structures s on s.id = p.provider_id
      join actions a on a.id = p.action_id
      left join users u on u.id = p.proposed_by`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  weighsEmail: false,
  heading: (row) => row.details.title,
  subject: (row) => `la proposition pour ${row.details.title}`,
  decidedSubject: () => 'cette proposition',
  columns: [
    { label: 'Proposition', lines: (row) => [what(row), row.details.firstLine] },
    {
      label: 'Organisme et personne',
      lines: (row) => [row.structureName ?? '', requesterOf(row)],
    },
  ],
  facts: (row) => [
    ['Proposition', what(row)],
    ['Action', row.details.title, sessionHref(row)],
    ['Organisme', row.structureName, `/mes-structures/${row.structureId}`],
    ['SIRET', formatSiret(row.siret ?? '')],
    ['Proposée par', requesterOf(row)],
    ['E-mail', row.email, `mailto:${row.email}`],
    ['Proposée le', formatDay(row.since)],
    ['Commentaire', row.details.comment],
  ],
  // What a proposal is about, then the proposal.
  lock: ({ id, structureId, details: { actionId } }) => ({
    structures: [structureId],
    actions: [actionId],
    sessionsOf: [actionId],
    proposals: [id],
  }),
  decisions: {
    accept: { ...ACCEPT, apply: acceptProposal },
    refuse: {
      ...REFUSE,
      reasonHint: 'Il est envoyé tel quel à la personne qui a fait la proposition.',
      apply: refuseProposal,
    },
  },
  // Anybody of the body may, so that a wrong one does not outlive who sent it.
  withdrawal: {
    async authorise(trx, { details: { actionId } }, userId) {
      const keys = { userId: 0, structureId: 0, actionId, sessionId: 0 };
      if (!(await mayStillAct(trx, { role: 'provider', userId, way: 'page' }, keys))) {
        throw new Forbidden('Vous ne gérez plus cette action. Rien n’a été enregistré.');
      }
    },
    tell: tellWithdrawn,
  },
  extra: section('training/proposals/decide', (deps, { id }) => extraOf(deps, id)),
});

/** What the file shows: the session in words, what changes, what stands against it today, who would be told. */
async function extraOf(deps: Dependencies, id: number) {
  const proposal = await getProposalFile(deps.db, id);
  const isPending = proposal.state === 'pending';
  const { session } = proposal;
  const read = readProposed(proposal.form, proposal.modality, deps, session ?? undefined);
  const refusal = session && whyNotChangeable(session, deps.clock.now());
  const isStale = session !== null && session.version !== proposal.sessionVersion;
  const faults = [
    ...(refusal ? [refusal] : []),
    ...(isStale
      ? ['La session a été changée depuis cette proposition\u00a0: refusez-la, et demandez-en une nouvelle.']
      : []),
    ...(proposal.isChange && !session ? ['Cette session n’existe plus.'] : []),
    ...(read.ok ? [] : Object.values(read.errors)),
    ...(proposal.actionIsTheirs ? [] : ['Cette action est archivée, ou confiée à un autre organisme.']),
  ];
  return {
    proposal,
    typed: proposal.form,
    // Once it is decided its days may be over: the words are those that were typed.
    lines: isPending && read.ok && !session ? sessionInWords(read.content) : [],
    changes: read.ok && session ? compared(shownSession(session), read.content) : [],
    faults: isPending ? faults : [],
    movesPeople: read.ok && session !== null && changesOf(session, read.content).dates ? session.live : null,
  };
}
