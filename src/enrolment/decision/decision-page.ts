import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { deName } from '#platform/french/words.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { render } from '#platform/web/views/render.ts';
import type { Doer } from '../doer.ts';
import { AlreadyDecided, decidedSentence } from '../errors.ts';
import type { LatestChange } from '../repository.ts';
import { decisionForm, reasonForm } from '../schemas.ts';
import { type Decided, decideEnrolment, decisionOutlook, withInformed } from '../service.ts';
import type { EnrolmentFile } from './file.ts';

/** Which of the two approvals a page asks for (guide 003: « validation administrative », « validation pédagogique »). */
const stages = {
  hr: { from: 'requested', approve: 'approve', refuse: 'refuse_by_hr' },
  provider: { from: 'preregistered', approve: 'accept', refuse: 'refuse_by_provider' },
} as const;

/** Where a decision page stands: the same page serves the e-mail link, « Valideur RH » and the agency. */
export interface DecisionPage {
  stage: keyof typeof stages;
  /** Where the form is sent. */
  action: string;
  /** Where to go back to; nowhere for somebody who came by the link without an account at hand. */
  back?: { href: string; label: string };
  section?: string;
  /** The page of the whole session, where there is one. */
  sessionHref?: string;
  /** What else may be done with this file, each on a page of its own. */
  more?: { href: string; label: string; icon: string }[];
  /** The agency examines the place of somebody who left (domain.md §7): where it is left to them, or withdrawn. */
  departure?: { keep: string; withdraw: string };
  /** The person asks whom whoever looks stands in for: somebody else decides (domain.md §2). */
  isOfReplaced?: boolean;
  /** Whoever holds the link may be anybody: once there is nothing to decide, it shows nothing but that. */
  byLink?: boolean;
  /** Of that link. */
  linkHash?: string;
}

/** Shows a request to whoever decides on it: person, motivation, session, rights used, and the two buttons. */
export async function showDecision(
  deps: Dependencies,
  res: Response,
  file: EnrolmentFile,
  page: DecisionPage,
  form: FormState = emptyForm(),
  status = 200,
): Promise<void> {
  const isOpen = file.state === stages[page.stage].from;
  const decided = isOpen ? undefined : decidedSentence(decisionIn(file, page));
  const closed = isOpen ? whyClosed(file, deps.clock.now()) : undefined;
  const locals = { section: page.section ?? '', file, page, decided, closed };
  if (page.byLink && (decided || closed)) {
    render(res.status(status), 'enrolment/closed-link', {
      title: (decided ?? closed ?? '').replace(/\.$/, ''),
      ...locals,
    });
    return;
  }
  render(res.status(status), 'enrolment/decide', {
    title: `Demande d’inscription\u00a0: ${file.personName}`,
    styles: ['css/spaces.css'],
    outlook: await decisionOutlook(deps, file),
    form,
    ...locals,
  });
}

/** Who took the decision that this page asks for, whatever happened to the request afterwards. */
function decisionIn(file: EnrolmentFile, page: DecisionPage): LatestChange {
  const { from } = stages[page.stage];
  return (file.history.findLast((line) => line.from === from) ?? file.history.at(-1)) as LatestChange;
}

function whyClosed(file: EnrolmentFile, now: Date): string | undefined {
  if (file.isCancelled) return 'Cette session est annulée : il n’y a plus de décision à prendre.';
  if (now >= file.startsAt) return 'Cette session a commencé : il n’y a plus de décision à prendre.';
  return undefined;
}

/**
 * Takes the answer of a decision page.
 * @returns the sentence to show when the decision was recorded; undefined when the page was shown again
 */
export async function takeDecision(
  deps: Dependencies,
  req: Request,
  res: Response,
  file: EnrolmentFile,
  by: Doer,
  page: DecisionPage,
): Promise<string | undefined> {
  if (page.byLink && whyClosed(file, deps.clock.now())) {
    await showDecision(deps, res, file, page, emptyForm(), 410);
    return undefined;
  }
  const submitted = readForm(decisionForm, req.body);
  if (!submitted.ok) {
    await showDecision(deps, res, file, page, submitted.form, 422);
    return undefined;
  }
  const refuses = submitted.data.decision === 'refuser';
  const reason = refuses ? readForm(reasonForm, req.body) : undefined;
  if (reason && !reason.ok) {
    await showDecision(deps, res, file, page, reason.form, 422);
    return undefined;
  }
  const stage = stages[page.stage];
  try {
    const decided = await decideEnrolment(deps, file.id, {
      event: refuses ? stage.refuse : stage.approve,
      by,
      reason: reason?.ok ? reason.data.motif : null,
      linkHash: page.linkHash,
    });
    return outcomeSentence(decided, file.personName);
  } catch (error) {
    if (!(error instanceof AlreadyDecided)) throw error;
    const history = [...file.history, { ...error.change, from: stage.from, way: by.way }];
    await showDecision(deps, res, { ...file, state: error.change.to, history }, page, emptyForm(), 409);
    return undefined;
  }
}

function outcomeSentence({ state, told }: Decided, name: string): string {
  switch (state) {
    case 'preregistered':
      return `La demande ${deName(name)} est approuvée : préinscription enregistrée.`;
    case 'waitlisted':
      return `La demande ${deName(name)} est approuvée : aucune place libre, liste d’attente.`;
    case 'enrolled':
      return `L’inscription ${deName(name)} est confirmée : la convocation part par e-mail.`;
    default:
      return withInformed(`La demande ${deName(name)} est refusée`, told);
  }
}
