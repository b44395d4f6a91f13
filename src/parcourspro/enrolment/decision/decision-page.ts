import type { Request, Response } from 'express';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { emptyForm, type FormState, readForm } from '../../../platform/web/forms.ts';
import { AlreadyDecided, decidedSentence } from '../errors.ts';
import type { Doer } from '../repository.ts';
import { decisionForm, reasonForm } from '../schemas.ts';
import { decideEnrolment, decisionOutlook } from '../service.ts';
import type { EnrolmentFile } from './file.ts';

/** Where a decision page stands: the same page serves the e-mail link, « Valideur RH » and the agency. */
export interface DecisionPage {
  /** Where the form is sent. */
  action: string;
  /** Where to go back to; nowhere for somebody who came by the link without an account at hand. */
  back?: { href: string; label: string };
  section?: string;
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
  const now = deps.clock.now();
  const open = file.state === 'requested';
  res.status(status).render('parcourspro/enrolment/decide', {
    title: `Demande de ${file.personName}`,
    section: page.section ?? '',
    styles: ['css/spaces.css'],
    file,
    outlook: await decisionOutlook(deps, file),
    page,
    form,
    decided: open ? undefined : decidedSentence(file.latest),
    closed:
      open && (file.isCancelled || now >= file.startsAt)
        ? file.isCancelled
          ? 'Cette session est annulée : il n’y a plus de décision à prendre.'
          : 'Cette session a commencé : il n’y a plus de décision à prendre.'
        : undefined,
  });
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
  try {
    const state = await decideEnrolment(deps, file.id, {
      event: refuses ? 'refuse_by_hr' : 'approve',
      by,
      reason: reason?.ok ? reason.data.motif : null,
    });
    return {
      preregistered: `La demande de ${file.personName} est approuvée : préinscription enregistrée.`,
      waitlisted: `La demande de ${file.personName} est approuvée : aucune place libre, liste d’attente.`,
      refused_by_hr: `La demande de ${file.personName} est refusée ; la personne en est informée.`,
    }[state as string];
  } catch (error) {
    if (!(error instanceof AlreadyDecided)) throw error;
    await showDecision(
      deps,
      res,
      { ...file, state: error.change.to, latest: error.change },
      page,
      emptyForm(),
      409,
    );
    return undefined;
  }
}
