import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { answersForm, answersOf, fieldOf, optionsOf } from '../rules.ts';
import { answerSurvey, type Survey, stateOf, surveyOfEnrolment, surveyOfLink } from './service.ts';

/** The satisfaction questionnaire, from the link of an e-mail or from « Mes actions passées » (domain.md §8). */
export function surveyAnsweringSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();

  const show = (res: Response, survey: Survey, form: FormState, status = 200) =>
    render(res.status(status), 'follow-up/surveys/answer', {
      title: 'Questionnaire de satisfaction',
      section: 'my-space',
      survey,
      state: stateOf(survey, deps.clock.now()),
      form,
      fieldOf,
      optionsOf,
    });

  async function answer(req: Request, res: Response, survey: Survey): Promise<void> {
    if (stateOf(survey, deps.clock.now()) !== 'open') return void show(res, survey, emptyForm(), 409);
    const submitted = readForm(answersForm(survey.questions), req.body);
    if (!submitted.ok) return void show(res, survey, submitted.form, 422);
    // Sent twice: the first was kept, and the page then says the same.
    await answerSurvey(deps, survey, answersOf(survey.questions, submitted.data));
    res.redirect(303, req.path);
  }

  const byLink = '/parcourspro/questionnaire/:token';
  const ofLink = async (req: Request, res: Response) => {
    const survey = await surveyOfLink(deps, String(req.params.token));
    // The address is a secret: no other site is told where somebody comes from.
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (!survey) {
      render(res.status(404), 'follow-up/surveys/dead-link', { title: 'Lien non valable', section: '' });
    }
    return survey;
  };
  site.get(byLink, linkHolder, async (req, res) => {
    const survey = await ofLink(req, res);
    if (survey) show(res, survey, emptyForm());
  });
  site.post(byLink, linkHolder, async (req, res) => {
    const survey = await ofLink(req, res);
    if (survey) await answer(req, res, survey);
  });

  const fromMySpace = '/parcourspro/mon-espace/demandes/:enrolmentId/questionnaire';
  const policy = actingAs('beneficiary');
  const own = async (req: Request) => {
    const enrolmentId = idParam(req, 'enrolmentId');
    const survey = await surveyOfEnrolment(deps, { enrolmentId, userId: actorOf(req).userId });
    if (!survey) throw new NotFound();
    return survey;
  };
  site.get(fromMySpace, policy, async (req, res) => {
    show(res, await own(req), emptyForm());
  });
  site.post(fromMySpace, policy, async (req, res) => answer(req, res, await own(req)));

  return site;
}
