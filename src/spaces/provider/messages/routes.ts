import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { actingAs } from '#access/policies.ts';
import { chosenAmong, groupsOf, MOST_RECIPIENTS } from '#follow-up/messages/rules.ts';
import {
  type Addressee,
  findAddressees,
  findMessages,
  getMessage,
  sendMessage,
  TooManyMessages,
} from '#follow-up/messages/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { providerDoer, providerSessionOf, sessionPath, sessionTitle } from '../access.ts';
import type { OneProviderSession } from '../repository.ts';
import { messageForm, readChoice, readFormKey, readShown } from './schemas.ts';

const MESSAGES = '/parcourspro/prestataire/seances/:sessionId/messages';
const PER_PAGE = 20;
/** People named one by one on the form; those of a larger session are chosen by their state. */
const NAMED = 200;

/** Messages to the participants of a session: chosen, read again, sent once, and kept. */
export function messageRoutes(deps: Dependencies, site: GatedRouter): void {
  const policy = actingAs('provider');
  const titleOf = (what: string, session: OneProviderSession) =>
    `${what}\u00a0: ${sessionTitle(session, deps.clock.now())}`;

  site.get(MESSAGES, policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    const page = pageOf(req.query, PER_PAGE);
    const messages = await findMessages(deps.db, session.id, page);
    render(res, 'spaces/provider/messages/list', {
      title: titleOf('Messages', session),
      section: 'provider',
      session,
      messages,
      base: sessionPath(session.id),
      pagination: page.of(session.messages),
    });
  });

  interface Choice {
    groups: readonly string[];
    ids: readonly number[];
  }

  const showForm = (
    res: Response,
    session: OneProviderSession,
    people: readonly Addressee[],
    shown: { form: FormState; choice: Choice },
    status = 200,
  ) =>
    render(res.status(status), 'spaces/provider/messages/form', {
      title: titleOf('Écrire aux participants', session),
      section: 'provider',
      session,
      base: sessionPath(session.id),
      groups: groupsOf(people),
      people: people.length <= NAMED ? people : [],
      ...shown,
    });

  site.get(`${MESSAGES}/nouveau`, policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    const people = await findAddressees(deps.db, session.id, MOST_RECIPIENTS + 1);
    const group = firstOf(req.query.groupe as string);
    showForm(res, session, people, { form: emptyForm(), choice: { groups: [group], ids: [] } });
  });

  site.post(`${MESSAGES}/nouveau`, policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    const people = await findAddressees(deps.db, session.id, MOST_RECIPIENTS + 1);
    const step = firstOf(req.body.etape);
    // Back from the preview, the people are those that it showed.
    const choice = step === '' ? readChoice(req.body) : { groups: [], ids: readShown(req.body) };
    const submitted = readForm(messageForm, req.body);
    if (step === 'modifier') {
      return showForm(res, session, people, { form: emptyForm(submitted.form.values), choice });
    }
    const chosen = chosenAmong(people, choice);
    const errors: Record<string, string> = {};
    if (chosen.length === 0) errors.destinataires = 'Choisissez au moins une personne.';
    if (chosen.length > MOST_RECIPIENTS)
      errors.destinataires = `Un message va à ${plural(MOST_RECIPIENTS, 'personne')} au plus\u00a0: choisissez un état, puis l’autre.`;
    // In the order of the page: recipients come first.
    Object.assign(errors, submitted.form.errors);
    const again = (form: FormState, status: number) =>
      showForm(res, session, people, { form, choice }, status);
    if (!submitted.ok || Object.keys(errors).length > 0) {
      return again({ values: submitted.form.values, errors }, 422);
    }
    const formKey = readFormKey(req.body);
    if (step !== 'confirmer' || !formKey) {
      return render(res, 'spaces/provider/messages/preview', {
        title: titleOf('Relire le message', session),
        section: 'provider',
        session,
        base: sessionPath(session.id),
        words: submitted.data,
        chosen,
        formKey: randomUUID(),
      });
    }
    try {
      const { objet: subject, message: body } = submitted.data;
      const enrolmentIds = chosen.map(({ enrolmentId }) => enrolmentId);
      const sent = await sendMessage(deps, session.id, providerDoer(req), {
        subject,
        body,
        enrolmentIds,
        formKey,
      });
      res.flash(
        sent
          ? `Le message part par e-mail à ${plural(sent.people, 'personne')}.`
          : 'Ce message était déjà envoyé\u00a0: il n’est pas parti une seconde fois.',
      );
    } catch (error) {
      if (!(error instanceof TooManyMessages)) throw error;
      return again({ values: submitted.form.values, errors: { '': error.message } }, 429);
    }
    res.redirect(303, `${sessionPath(session.id)}/messages`);
  });

  site.get(`${MESSAGES}/:messageId`, policy, async (req: Request, res) => {
    const session = await providerSessionOf(deps, req);
    render(res, 'spaces/provider/messages/message', {
      title: titleOf('Message', session),
      section: 'provider',
      message: await getMessage(deps.db, idParam(req, 'messageId'), session.id),
      back: { href: `${sessionPath(session.id)}/messages`, label: 'Messages de la session' },
    });
  });
}
