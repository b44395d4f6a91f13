import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { type EnrolmentFile, findEnrolmentFile } from '#enrolment/decision/file.ts';
import { withdrawApprovalPage } from '#enrolment/decision/more-actions.ts';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { type Decision, decideEnrolment, withInformed } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { deName } from '#platform/french/words.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import { byHandForm, moveForm } from './schemas.ts';
import { FOUND_AT_MOST, findOtherSessions, findPeople, findSessions } from './search.ts';

const deciding = recentlyConfirmed(agency);

/** What the agency does by exception: enrol by hand, move, give a seat, take an approval back, withdraw. */
export function changeRoutes(deps: Dependencies, site: GatedRouter): void {
  const counted = costlyPages(deps.config);
  const doer = (req: Request): Doer => ({ role: 'agency', userId: actorOf(req).userId, way: 'page' });
  const filePath = (id: number) => `/agence/inscriptions/${id}`;

  async function fileOf(req: Request): Promise<EnrolmentFile> {
    const file = await findEnrolmentFile(deps.db, { id: idParam(req, 'enrolmentId') });
    if (!file) throw new NotFound();
    return file;
  }

  const showAdd = async (req: Request, res: Response, form: FormState, status = 200) => {
    const search = { qui: searchText().parse(req.query.qui), action: searchText().parse(req.query.action) };
    const seance = parseRowId(firstOf(req.query.seance as string));
    const now = deps.clock.now();
    const [people, sessions] = await Promise.all([
      search.qui ? findPeople(deps.db, search.qui) : [],
      seance || search.action ? findSessions(deps.db, seance ?? search.action, now) : [],
    ]);
    render(res.status(status), 'spaces/agency/enrolments/add', {
      title: 'Inscrire quelqu’un',
      section: 'agency',
      styles: ['css/spaces.css'],
      search: emptyForm(search),
      // The session from whose page somebody came.
      seance,
      people,
      sessions,
      form,
      most: FOUND_AT_MOST,
      action: req.originalUrl,
    });
  };

  site.get('/agence/inscriptions/ajouter', deciding, counted, (req, res) => showAdd(req, res, emptyForm()));

  site.post('/agence/inscriptions/ajouter', deciding, counted, async (req, res) => {
    const submitted = readForm(byHandForm, req.body);
    if (!submitted.ok) return showAdd(req, res, submitted.form, 422);
    const { personne, session, motif } = submitted.data;
    try {
      const { id } = await enrolByHand(deps, doer(req), { ...personne, sessionId: session, reason: motif });
      res.flash('La personne est inscrite\u00a0: la convocation part par e-mail.');
      res.redirect(303, filePath(id));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return showAdd(req, res, withError(submitted.form, '', error.message), 409);
    }
  });

  formPage(site, '/agence/inscriptions/:enrolmentId/deplacer', deciding, {
    load: fileOf,
    read: ({ body }) => readForm(moveForm, body),
    show: async ({ req, res, loaded: file, form = emptyForm() }) =>
      render(res, 'spaces/agency/enrolments/move', {
        title: 'Changer de session',
        section: 'agency',
        styles: ['css/spaces.css'],
        file,
        form,
        sessions: await findOtherSessions(deps.db, file.actionId, file.sessionId, deps.clock.now()),
        action: req.path,
        back: filePath(file.id),
      }),
    async submit({ req, loaded: file, data: { session: sessionId, motif: reason } }) {
      const move = moveEnrolment(deps, file.id, doer(req), { sessionId, reason });
      const { told } = await move.catch(saidAt('', Conflict, 409));
      return {
        to: filePath(file.id),
        flash: withInformed(`${file.personName} change de session`, told),
      };
    },
  });

  /** A page that asks for a reason, and the decision that it leads to. */
  function reasonPage(name: string, event: Decision['event'], page: ReasonPage): void {
    formPage(site, `/agence/inscriptions/:enrolmentId/${name}`, deciding, {
      load: fileOf,
      read: ({ body }) => readForm(reasonForm, body),
      show: ({ req, res, loaded: file, form = emptyForm() }) =>
        render(res, 'enrolment/reason', {
          backTo: 'Revenir à la demande',
          ...page.of(file, filePath(file.id)),
          section: 'agency',
          styles: ['css/spaces.css'],
          action: req.path,
          form,
        }),
      async submit({ req, loaded: file, data: { motif: reason } }) {
        const { told } = await decideEnrolment(deps, file.id, { event, by: doer(req), reason });
        return { to: filePath(file.id), flash: withInformed(page.done(file), told) };
      },
    });
  }

  reasonPage('placer', 'seat', {
    of: (file, back) => ({
      title: 'Donner une place',
      back,
      heading: `Donner une place à ${file.personName}`,
      intro: `Action «\u00a0${file.actionTitle}\u00a0». À titre exceptionnel, une personne en liste d’attente prend une place libre bien que sa structure ait déjà toutes les siennes. Personne d’autre ne doit pouvoir la prendre avant elle.`,
      label: 'Motif de l’exception',
      submit: 'Donner une place',
      submitClass: 'btn-primary',
    }),
    done: (file) => `${file.personName} a une place`,
  });
  reasonPage('retirer', 'withdraw_approval', {
    of: withdrawApprovalPage,
    done: (file) => `L’accord donné à ${file.personName} est retiré`,
  });
  reasonPage('annuler', 'withdraw', {
    of: (file, back) => ({
      title: 'Annuler la demande',
      back,
      backLabel: 'Garder la demande',
      heading: `Annuler la demande ${deName(file.personName)}`,
      intro: `Action «\u00a0${file.actionTitle}\u00a0». Votre motif est envoyé à la personne et à ceux qui suivent sa demande\u00a0; une place libérée va à la liste d’attente.`,
      label: 'Motif',
      submit: 'Annuler la demande',
    }),
    done: (file) => `La demande ${deName(file.personName)} est annulée`,
  });
}

interface ReasonPage {
  of(file: EnrolmentFile, back: string): Omit<PageOf<'enrolment/reason'>, 'section' | 'action' | 'form'>;
  done(file: EnrolmentFile): string;
}
