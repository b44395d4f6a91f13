import type { Request } from 'express';
import { agency } from '#access/policies.ts';
import { resultsCsv, withCharts } from '#follow-up/surveys/results/presentation.ts';
import {
  findKindResults,
  getSessionResults,
  listSurveyedSessions,
} from '#follow-up/surveys/results/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';

const LIST = '/agence/questionnaires';
const RESULTS = `${LIST}/:kindId/resultats`;
const SESSION = `${LIST}/sessions/:surveyedId`;
const SESSIONS_PER_PAGE = 20;

/** What was answered: about a kind of action or one action, then session by session. */
export function surveyResultPages(deps: Dependencies): GatedRouter {
  const site = gatedRouter();

  // What cannot be read is left out, as in a search.
  const choiceOf = (req: Request) => {
    const { version, action } = req.query as Fields;
    return { version: parseRowId(firstOf(version)), actionId: parseRowId(firstOf(action)) };
  };
  const resultsOf = async (req: Request) => {
    const results = await findKindResults(deps, idParam(req, 'kindId'), choiceOf(req));
    if (!results) throw new NotFound('Aucun questionnaire n’a encore été publié pour ce type d’action.');
    return results;
  };

  site.get(RESULTS, agency, async (req, res) => {
    const results = await resultsOf(req);
    const { questionnaireId } = results;
    const { actionId } = choiceOf(req);
    const wanted = pageOf(req.query, SESSIONS_PER_PAGE);
    const sessions = await listSurveyedSessions(deps, { questionnaireId, actionId }, wanted);
    render(res, 'spaces/agency/surveys/results', {
      title: `Résultats « ${results.kindLabel} »`,
      section: 'agency',
      styles: ['css/charts.css'],
      kindId: idParam(req, 'kindId'),
      actionId: actionId ?? null,
      results,
      questions: withCharts(results),
      sessions,
      pagination: wanted.of(sessions[0]?.total ?? 0),
    });
  });

  site.get(`${RESULTS}.csv`, agency, async (req, res) => {
    const results = await resultsOf(req);
    res.attachment('questionnaire.csv').type('text/csv').send(resultsCsv(results));
  });

  site.get(SESSION, agency, async (req, res) => {
    const results = await getSessionResults(deps, idParam(req, 'surveyedId'));
    render(res, 'follow-up/surveys/session', {
      title: 'Résultats du questionnaire',
      section: 'agency',
      styles: ['css/charts.css'],
      results,
      questions: withCharts(results),
      back: { href: `${LIST}/${results.kindId}/resultats`, label: 'Résultats de ce type d’action' },
      csvPath: `${LIST}/sessions/${results.sessionId}/resultats.csv`,
    });
  });

  site.get(`${SESSION}/resultats.csv`, agency, async (req, res) => {
    const results = await getSessionResults(deps, idParam(req, 'surveyedId'), { all: true });
    res
      .attachment(`questionnaire-session-${results.sessionId}.csv`)
      .type('text/csv')
      .send(resultsCsv(results));
  });

  return site;
}
