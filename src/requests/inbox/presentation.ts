import { formatTime } from '#platform/french/time.ts';
import { deName } from '#platform/french/words.ts';
import { type EmailSignal, emailSignals } from '../email-signals/rules.ts';
import { type Decision, PENDING, type RequestKind, type RequestState } from '../request.ts';
import { overdueBefore, waitedInWords } from '../waiting.ts';
import type { SameEmail } from './file.ts';
import type { InboxFilter } from './filter.ts';
import type { InboxRow } from './repository.ts';

/** A button, or the way to the page that asks for a reason. */
export interface InboxAction extends Pick<Decision, 'slug' | 'verb' | 'tone'> {
  name: string;
  asksReason: boolean;
  /** A choice without a proposal is made on the file. */
  onFile: boolean;
}

/** A request as pages show it. */
export interface RequestInWords {
  row: InboxRow;
  heading: string;
  /** « la demande de Ada Lovelace », after a verb, for those who do not see the line. */
  subject: string;
  badge: RequestState;
  isPending: boolean;
  isOverdue: boolean;
  /** « aujourd’hui », « 3 jours ouvrés » */
  age: string;
  /** « par vous », « par Agnès Agence », or nothing where the account of who decided is gone. */
  decidedBy: string | null;
  /** The decision that may still be undone. */
  scheduled: { text: string; dueAt: string; seconds: number } | null;
  /** Why the last decision could not be applied. */
  failure: string | null;
  signals: EmailSignal[];
  isOwn: boolean;
  actions: InboxAction[];
}

/** Whom the page is for, and when. */
export interface Reader {
  userId: number;
  now: Date;
}

/** A row in the words of the page, with what this manager may do of it. */
export function requestInWords(inbox: RequestKind, row: InboxRow, reader: Reader): RequestInWords {
  const isPending = row.state === 'pending';
  const scheduled = row.scheduled?.state === 'scheduled' ? scheduledInWords(inbox, row, reader) : null;
  return {
    row,
    heading: inbox.heading(row),
    subject: inbox.subject(row),
    badge: stateOf(inbox, row.state),
    isPending,
    isOverdue: isPending && row.since < overdueBefore(reader.now),
    age: waitedInWords(row.since, reader.now),
    decidedBy: row.deciderName && `par ${row.deciderName}`,
    scheduled,
    failure: row.scheduled?.state === 'failed' ? failureInWords(inbox, row) : null,
    signals: inbox.weighsEmail && isPending ? emailSignals(row.email, row.domains) : [],
    isOwn: row.isTheirs,
    actions: isPending && !row.isTheirs && !scheduled ? actionsOf(inbox) : [],
  };
}

/** How a state is shown. */
const stateOf = ({ outcomes }: RequestKind, state: string): RequestState => outcomes[state] ?? PENDING;

/** A line of « La même adresse e-mail ailleurs ». */
export function sameEmailInWords(inboxes: readonly RequestKind[], { kind, id, state, name, at }: SameEmail) {
  const inbox = inboxes.find((one) => one.kind === kind);
  if (!inbox || !state) return { label: 'Compte existant', name, at };
  return {
    label: inbox.label,
    href: `${inbox.path}/${id}`,
    name,
    state: stateOf(inbox, state).label.toLowerCase(),
    at,
  };
}

const actionsOf = ({ decisions }: RequestKind): InboxAction[] =>
  Object.entries(decisions).map(([name, { slug, verb, tone, reasonHint, choice }]) => ({
    name,
    slug,
    verb,
    tone,
    asksReason: reasonHint !== undefined,
    onFile: choice !== undefined && choice.proposal === undefined,
  }));

const whoIs = (userId: number, name: string, reader: Reader): string =>
  userId === reader.userId ? 'vous' : name;

function scheduledInWords({ decisions }: RequestKind, { scheduled }: InboxRow, reader: Reader) {
  if (!scheduled) return null;
  const { decision, byUserId, byName, decidedAt, dueAt } = scheduled;
  const seconds = Math.max(0, Math.ceil((new Date(dueAt).getTime() - reader.now.getTime()) / 1000));
  const done = decisions[decision]?.done ?? 'Traitée';
  return {
    text: `${done} par ${whoIs(byUserId, byName, reader)} à\u00a0${formatTime(decidedAt)}`,
    dueAt,
    seconds,
  };
}

function failureInWords({ decisions }: RequestKind, { scheduled }: InboxRow): string | null {
  if (!scheduled) return null;
  const verb = decisions[scheduled.decision]?.verb.toLowerCase() ?? 'décider';
  return `La décision ${deName(scheduled.byName)} («\u00a0${verb}\u00a0») n’a pas pu être appliquée. ${scheduled.failure ?? ''}`;
}

/** In which order a list is, after its number of requests. */
export function orderInWords({ state }: Pick<InboxFilter, 'state'>): string {
  if (state === 'pending') return 'de la plus ancienne à la plus récente';
  return state === 'all' ? 'celles qui attendent en premier' : 'la dernière décidée en premier';
}
