import type { Dependencies } from '../../../platform/dependencies.ts';
import { formatDay } from '../../../platform/french/time.ts';
import { formatSiret } from '../../../platform/french/words.ts';
import { ACCEPTED, type Asked, defineRequest, REFUSED, WITHDRAWN } from '../../../requests/request.ts';
import { changesOf, compared, readProposed, sessionInWords, shownSession } from './rules.ts';
import { acceptProposal, getProposal, getProposalFile, refuseProposal, whyNotChangeable } from './service.ts';

interface Details {
  title: string;
  isChange: boolean;
  sessionId: number | null;
  comment: string;
  firstLine: string;
}

const detailsOf = ({ details }: Asked) => details as unknown as Details;
const what = (row: Asked): string => (detailsOf(row).isChange ? 'Changement de session' : 'Nouvelle session');

const sessionHref = ({ sessionId }: Details): string | undefined =>
  sessionId === null ? undefined : `/agence/sessions/${sessionId}`;

/** What training bodies propose: a session more, or a change of one to come. */
export const sessionProposal = defineRequest({
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
           json_build_object('title', a.title, 'isChange', p.is_change, 'sessionId', coalesce(p.session_id, p.created_session_id),
                             'comment', p.comment, 'firstLine', split_part(p.form ->> 'creneaux', chr(10), 1)) as details
      from session_proposals p
      join structures s on s.id = p.provider_id
      join actions a on a.id = p.action_id
      left join users u on u.id = p.proposed_by`,
  events: `
    select p.proposed_at, 'session_proposal.created', p.proposed_by, null
      from session_proposals p where p.id = q.id
    union all
    select p.decided_at, 'session_proposal.' || p.state, p.decided_by, null
      from session_proposals p where p.id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  weighsEmail: false,
  heading: (row) => detailsOf(row).title,
  subject: (row) => `la proposition pour ${detailsOf(row).title}`,
  columns: [
    { label: 'Proposition', lines: (row) => [what(row), detailsOf(row).firstLine] },
    {
      label: 'Organisme et personne',
      lines: ({ structureName, firstName, lastName }) => [
        structureName ?? '',
        `${firstName} ${lastName}`.trim() || 'Compte supprimé',
      ],
    },
  ],
  facts: (row) => [
    ['Proposition', what(row)],
    ['Action', detailsOf(row).title, sessionHref(detailsOf(row))],
    ['Organisme', row.structureName, `/mes-structures/${row.structureId}`],
    ['SIRET', formatSiret(row.siret ?? '')],
    ['Proposée par', `${row.firstName} ${row.lastName}`.trim() || 'Compte supprimé'],
    ['E-mail', row.email, `mailto:${row.email}`],
    ['Proposée le', formatDay(row.since)],
    ['Commentaire', detailsOf(row).comment],
    ['Motif du refus', row.refusalReason],
  ],
  decisions: {
    accept: {
      slug: 'accepter',
      verb: 'Accepter',
      done: 'Acceptée',
      tone: 'primary',
      async take(deps, { requestId, userId }) {
        const { isChange } = await getProposal(deps.db, requestId);
        await acceptProposal(deps, { id: requestId, byUserId: userId });
        return isChange
          ? 'La session est changée\u00a0: les personnes concernées et l’organisme sont prévenus.'
          : 'La session est créée\u00a0: l’organisme est prévenu.';
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel à la personne qui a fait la proposition.',
      async take(deps, { requestId, userId, reason }) {
        await refuseProposal(deps, { id: requestId, byUserId: userId }, reason);
        return 'La proposition est refusée. Le motif est envoyé par e-mail.';
      },
    },
  },
  extra: { view: 'agency/proposals/decide', load: (deps, { id }) => extraOf(deps, id) },
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
