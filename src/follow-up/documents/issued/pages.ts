import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter, Policy } from '#platform/web/gate.ts';
import { costlyPages, createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { sendZip } from '#platform/zip/stream.ts';
import { documentKindsOf } from '../issuing/kind.ts';
import { templateKinds } from '../templates/fields.ts';
import { dossierOf } from './dossier.ts';
import { kindLabel, stateBadges, stateOf } from './presentation.ts';
import { findSessionDocuments } from './repository.ts';
import * as service from './service.ts';

const PER_PAGE = 50;
/** Documents sent again by one person in an hour: more than anybody has a reason to. */
const MOST_SENT = 100;

/** A session as its page of documents names it. */
export interface SessionOfDocuments {
  id: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
}

/** Whose space shows the documents: the training body's, or the agency's. */
export interface DocumentsSpace {
  /** The session's own page, before its number; the documents are below that. */
  sessions: string;
  section: string;
  role: 'provider' | 'agency';
  /** Where the profile of the training body is filled in; null where whoever reads cannot. */
  profile: string | null;
  policies: { read: Policy; write: Policy };
  /** The session `:sessionId` of the address. @throws NotFound for one that is not theirs */
  sessionOf(req: Request): Promise<SessionOfDocuments>;
}

/**
 * « Documents administratifs » of a session: what was issued, to whom it was sent, who has it; issuing anew and sending
 * again. The agency withdraws, with a reason.
 */
export function issuedDocumentRoutes(deps: Dependencies, site: GatedRouter, space: DocumentsSpace): void {
  const { sessions, policies, sessionOf } = space;
  const PAGE = `${sessions}/:sessionId/documents-administratifs`;
  const path = (sessionId: number) => `${sessions}/${sessionId}/documents-administratifs`;
  const doer = (req: Request): Doer => ({ role: space.role, userId: actorOf(req).userId, way: 'page' });
  const kinds = documentKindsOf(deps.features);
  const counted = costlyPages(deps.config);
  // In the order in which a session needs them.
  const shown = templateKinds.flatMap((key) => {
    const kind = kinds.get(key);
    return kind
      ? [{ key, label: kind.label, isSent: kind.tell !== undefined, ofTraining: kind.ofTraining }]
      : [];
  });
  const sending = createLimit(deps.pool, 'documents-sent', MOST_SENT, 60 * 60);
  const named = ({ actionTitle, startsAt, endsAt }: SessionOfDocuments) =>
    `${actionTitle}, ${formatPeriod(startsAt, endsAt, deps.clock.now())}`;

  site.get(PAGE, policies.read, async (req, res) => {
    const session = await sessionOf(req);
    const asked = firstOf(req.query.sorte as string);
    const kind = kinds.has(asked) ? asked : null;
    const page = pageOf(req.query, PER_PAGE);
    const found = await findSessionDocuments(deps.db, session.id, kind, page);
    render(res, 'follow-up/documents/session', {
      title: `Documents administratifs\u00a0: ${named(session)}`,
      section: space.section,
      styles: ['css/spaces.css'],
      session,
      back: `${sessions}/${session.id}`,
      base: path(session.id),
      dossier: `${sessions}/${session.id}/dossier.zip`,
      standing: Object.values(found.counts).reduce((sum, { standing }) => sum + standing, 0),
      kind,
      // What an action of this sort never gives is left out, unless it was given when it was of another sort.
      kinds: shown.filter(
        ({ key, ofTraining = found.isTraining }) =>
          ofTraining === found.isTraining || found.counts[key] !== undefined,
      ),
      found,
      profile: space.profile,
      mayWithdraw: space.role === 'agency',
      stateOf,
      stateBadges,
      kindLabel,
      pagination: page.of(found.total),
    });
  });

  // A form, for the journal notes who took the file of a session away.
  site.post(`${sessions}/:sessionId/dossier.zip`, policies.write, counted, async (req, res) => {
    const session = await sessionOf(req);
    const { count, entries } = await dossierOf(deps.db, { sessionId: session.id });
    await recordAudit(deps.db, {
      action: 'document.dossier_taken',
      at: deps.clock.now(),
      actorId: actorOf(req).userId,
      subject: { kind: 'session', id: session.id },
      details: { documents: count },
    });
    await sendZip(res, `Dossier de la session ${session.id}, ${session.actionTitle}.zip`, entries);
  });

  site.get(`${PAGE}/:issuedId`, policies.read, async (req, res) => {
    const session = await sessionOf(req);
    const { title, content } = await service.getDocument(deps, session.id, idParam(req, 'issuedId'));
    sendPdf(res, content, `${title}.pdf`);
  });

  site.post(PAGE, policies.write, async (req, res) => {
    const session = await sessionOf(req);
    const kind = kinds.get(firstOf(req.body.sorte))?.key;
    if (!kind) throw new NotFound();
    const enrolmentId = parseRowId(firstOf(req.body.personne));
    const about = enrolmentId === undefined ? {} : { enrolmentId };
    const outcome = await service.issueByHand(deps, session.id, doer(req), { kind, ...about });
    res.flash(issuedSentence(outcome));
    res.redirect(303, `${path(session.id)}?sorte=${kind}`);
  });

  site.post(`${PAGE}/:issuedId/envoyer`, policies.write, async (req, res) => {
    const session = await sessionOf(req);
    await sending.consume(String(actorOf(req).userId));
    await service.sendAgain(deps, session.id, doer(req), idParam(req, 'issuedId'));
    res.flash('Le document est envoyé de nouveau.');
    res.redirect(303, path(session.id));
  });

  if (space.role !== 'agency') return;
  formPage(site, `${PAGE}/:issuedId/retirer`, policies.write, {
    async load(req) {
      const session = await sessionOf(req);
      return {
        session,
        document: await service.getStanding(deps, session.id, idParam(req, 'issuedId')),
      };
    },
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: { session, document }, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
        title: 'Retirer un document',
        section: space.section,
        styles: ['css/spaces.css'],
        form,
        action: req.path,
        back: path(session.id),
        backTo: 'Revenir aux documents',
        backLabel: 'Garder le document',
        heading: `Retirer le n°\u00a0${document.number}`,
        intro: `${kindLabel(document.kind)}, «\u00a0${named(session)}\u00a0». Qui vérifie ce document lira qu’il est retiré, avec votre motif\u00a0; qui est concerné (la personne, ou les deux parties d’une convention) le reçoit par e-mail. Rien ne l’efface\u00a0: pour le corriger, émettez-le de nouveau.`,
        label: 'Motif du retrait',
        submit: 'Retirer le document',
      }),
    async submit({ req, loaded: { session, document }, data: { motif: reason } }) {
      await service.withdrawDocument(deps, session.id, doer(req), { documentId: document.id, reason });
      return { to: path(session.id), flash: `Le document n°\u00a0${document.number} est retiré.` };
    },
  });
}

function issuedSentence({ issued, refused }: { issued: number; refused: readonly string[] }): string {
  const done =
    issued > 0
      ? `${plural(issued, 'document est émis', 'documents sont émis')}.`
      : 'Aucun document n’est émis.';
  return refused.length > 0
    ? `${done} ${plural(refused.length, 'ne peut pas l’être', 'ne peuvent pas l’être')}\u00a0: voyez pourquoi ci-dessous.`
    : done;
}
