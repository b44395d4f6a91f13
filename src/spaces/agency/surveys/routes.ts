import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { questionForm, questionOf } from '#follow-up/surveys/questionnaires/schemas.ts';
import {
  addQuestion,
  beginDraft,
  dropDraft,
  editQuestion,
  getDraftQuestion,
  getQuestionnaires,
  listQuestionnaires,
  MOST_QUESTIONS,
  moveQuestion,
  publishDraft,
  removeQuestion,
} from '#follow-up/surveys/questionnaires/service.ts';
import { fieldOf, optionsOf, QUESTION_TYPES, questionTypeLabels } from '#follow-up/surveys/rules.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { surveyResultPages } from './results.ts';

const LIST = '/agence/questionnaires';
const KIND = `${LIST}/:kindId`;
const QUESTION = `${KIND}/questions/:questionId`;
const deciding = recentlyConfirmed(agency);

/** « Questionnaires de satisfaction »: the questions of each kind of action, and what was answered. */
export function agencySurveysSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const kindOf = (req: Request) => idParam(req, 'kindId');
  const questionIdOf = (req: Request) => idParam(req, 'questionId');
  const back = (res: Response, kindId: number, anchor = '') =>
    res.redirect(303, `${LIST}/${kindId}${anchor}`);

  site.use(surveyResultPages(deps));

  site.get(LIST, agency, async (_req, res) => {
    render(res, 'spaces/agency/surveys/list', {
      title: 'Questionnaires de satisfaction',
      section: 'agency',
      styles: ['css/charts.css'],
      kinds: await listQuestionnaires(deps),
    });
  });

  site.get(KIND, agency, async (req, res) => {
    const kind = await getQuestionnaires(deps, kindOf(req));
    render(res, 'spaces/agency/surveys/questionnaire', {
      title: `Questionnaire « ${kind.kindLabel} »`,
      section: 'agency',
      styles: ['css/charts.css'],
      kind,
      typeLabels: questionTypeLabels,
      mostQuestions: MOST_QUESTIONS,
    });
  });

  site.get(`${KIND}/apercu`, agency, async (req, res) => {
    const { kindId, kindLabel, draft, current } = await getQuestionnaires(deps, kindOf(req));
    const shown = draft ?? current;
    if (!shown) throw new NotFound();
    render(res, 'spaces/agency/surveys/preview', {
      title: `Aperçu du questionnaire « ${kindLabel} »`,
      section: 'agency',
      styles: ['css/charts.css'],
      kindId,
      shown,
      form: emptyForm(),
      fieldOf,
      optionsOf,
    });
  });

  site.post(`${KIND}/brouillon`, deciding, async (req, res) => {
    await beginDraft(deps, kindOf(req));
    back(res, kindOf(req));
  });

  site.post(`${KIND}/brouillon/abandonner`, deciding, async (req, res) => {
    await dropDraft(deps, kindOf(req));
    res.flash('Le brouillon est abandonné ; rien n’a changé pour les participants.');
    back(res, kindOf(req));
  });

  site.post(`${KIND}/publier`, deciding, async (req, res) => {
    const { version, questions } = await publishDraft(deps, kindOf(req));
    res.flash(
      questions.length > 0
        ? `La version ${version} est en service pour les prochaines sessions.`
        : 'Le questionnaire n’est plus envoyé pour ce type d’action.',
    );
    back(res, kindOf(req));
  });

  const showForm = async (req: Request, res: Response, form: FormState, questionId: number | null = null) => {
    const { kindId, kindLabel, draft } = await getQuestionnaires(deps, kindOf(req));
    if (!draft) throw new NotFound();
    render(res, 'spaces/agency/surveys/question', {
      title: questionId === null ? 'Nouvelle question' : 'Modifier une question',
      section: 'agency',
      styles: ['css/charts.css'],
      kindId,
      kindLabel,
      questionId,
      form,
      types: QUESTION_TYPES.map((value) => ({ value, label: questionTypeLabels[value] })),
    });
  };

  site.get(`${KIND}/questions/nouvelle`, agency, (req, res) =>
    showForm(req, res, emptyForm({ type: 'scale', is_required: '1' })),
  );

  site.post(`${KIND}/questions`, deciding, async (req, res) => {
    const submitted = readForm(questionForm, req.body);
    if (!submitted.ok) return showForm(req, res.status(422), submitted.form);
    await addQuestion(deps, kindOf(req), questionOf(submitted.data));
    res.flash('La question est ajoutée au brouillon.');
    back(res, kindOf(req));
  });

  formPage(site, QUESTION, [agency, deciding], {
    load: (req) => getDraftQuestion(deps, kindOf(req), questionIdOf(req)),
    read: ({ body }) => readForm(questionForm, body),
    show({ req, res, loaded: { label, type, choices, isRequired }, form }) {
      const kept = { label, type, choices: choices.join('\n'), is_required: isRequired ? '1' : '' };
      return showForm(req, res, form ?? emptyForm(kept), questionIdOf(req));
    },
    async submit({ req, data }) {
      await editQuestion(deps, kindOf(req), questionIdOf(req), questionOf(data));
      return { to: `${LIST}/${kindOf(req)}`, flash: 'La question est enregistrée dans le brouillon.' };
    },
  });

  for (const [step, by] of [['monter', -1] as const, ['descendre', 1] as const]) {
    site.post(`${QUESTION}/${step}`, deciding, async (req, res) => {
      await moveQuestion(deps, kindOf(req), questionIdOf(req), by);
      back(res, kindOf(req), `#question-${questionIdOf(req)}`);
    });
  }

  site.post(`${QUESTION}/supprimer`, deciding, async (req, res) => {
    await removeQuestion(deps, kindOf(req), questionIdOf(req));
    res.flash('La question est retirée du brouillon.');
    back(res, kindOf(req));
  });

  return site;
}
