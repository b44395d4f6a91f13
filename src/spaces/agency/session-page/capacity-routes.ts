import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { type Capacity, changeCapacity } from '#enrolment/session-changes/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { versionOf } from '#platform/versions.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { sessionFields } from '#training/sessions/form.ts';
import { windowOf } from '#training/sessions/rules.ts';
import type { AgencySession } from './repository.ts';
import { seatsForm } from './schemas.ts';
import { doerOf, SESSIONS, sessionOf, sessionPath, titleOf } from './session.ts';

const deciding = recentlyConfirmed(agency);
const SEATS = `${SESSIONS}/:sessionId/places`;

/** How many people fit in a session and in its queue, and when one may ask for a place. */
export function capacityRoutes(deps: Dependencies, site: GatedRouter): void {
  const show = async (req: Request, res: Response, form?: FormState, status = 200) => {
    const session = await sessionOf(deps, req);
    const now = deps.clock.now();
    const { places, attente, ouverture, cloture } = sessionFields(session) as Record<string, string>;
    res.status(status).render('spaces/agency/session-page/capacity', {
      title: 'Places et inscriptions',
      section: 'agency',
      styles: ['css/spaces.css'],
      session,
      named: titleOf(session, now),
      form: form ?? emptyForm({ places, attente, ouverture, cloture } as Record<string, string>),
      // After a conflict, the page is that of the present session.
      version: form && status !== 409 ? versionOf(req.body) : session.version,
      verdict: whyNot(session, now),
      action: req.path,
      back: sessionPath(session.id),
    });
  };

  site.get(SEATS, deciding, (req, res) => show(req, res));

  site.post(SEATS, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    const submitted = readForm(seatsForm, req.body);
    if (!submitted.ok) return show(req, res, submitted.form, 422);
    const { form, data } = submitted;
    const step = firstOf(req.body.etape);
    if (step === 'modifier') return show(req, res, form);
    const registration = windowOf(data, session, session.startsAt);
    if ('errors' in registration)
      return show(req, res, { values: form.values, errors: registration.errors }, 422);
    const wished = {
      capacity: data.places,
      waitingCapacity: data.attente,
      registration,
      version: versionOf(req.body),
    };
    const changes = changesIn(session, wished, deps.clock.now());
    if (changes.length === 0) {
      return show(
        req,
        res,
        withError(form, 'places', 'C’est déjà ce qui est enregistré\u00a0: rien ne change.'),
        422,
      );
    }
    if (step !== 'confirmer') {
      return res.render('training/confirm', {
        title: 'Vérifier les places et les inscriptions',
        section: 'agency',
        form,
        version: wished.version,
        action: req.path,
        changes,
        note: `Session ${titleOf(session, deps.clock.now())}.`,
      });
    }
    try {
      const { promoted } = await changeCapacity(deps, session.id, doerOf(req), wished);
      res.flash(
        promoted > 0
          ? `C’est enregistré\u00a0: ${plural(promoted, 'personne passe', 'personnes passent')} de la liste d’attente à une place, et le sait.`
          : 'Les places et les inscriptions sont enregistrées.',
      );
      res.redirect(303, sessionPath(session.id));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return show(req, res, withError(form, '', error.message), 409);
    }
  });
}

const whyNot = ({ cancelledAt, startsAt }: AgencySession, now: Date): string | undefined => {
  if (cancelledAt) return 'Cette session est annulée.';
  return startsAt <= now ? 'Cette session a déjà commencé.' : undefined;
};

type Present = Pick<
  AgencySession,
  'capacity' | 'waitingCapacity' | 'seatsHeld' | 'waiting' | 'opensAt' | 'closesAt'
> & { counts: Pick<AgencySession['counts'], 'demandes'> };

/** What saving would change, in plain words (domain.md §7, « sureffectif »). */
export function changesIn(
  session: Present,
  wished: Omit<Required<Capacity>, 'version'>,
  now: Date,
): { text: string; consequence: string }[] {
  const { opensAt, closesAt } = wished.registration;
  const changes: { text: string; consequence: string }[] = [];
  const note = (label: string, from: string | number, to: string | number, consequence: string) => {
    if (from !== to) changes.push({ text: `${label}\u00a0: ${from} → ${to}`, consequence });
  };
  note('Places', session.capacity, wished.capacity, seatsConsequence(session, wished.capacity));
  note(
    'Liste d’attente',
    session.waitingCapacity,
    wished.waitingCapacity,
    wished.waitingCapacity < session.waiting
      ? `${plural(session.waiting, 'personne y attend déjà et garde son rang', 'personnes y attendent déjà et gardent leur rang')}\u00a0; aucune autre demande n’est acceptée tant que la session est complète.`
      : '',
  );
  note('Ouverture des inscriptions', formatDateTime(session.opensAt), formatDateTime(opensAt), '');
  note(
    'Clôture des inscriptions',
    formatDateTime(session.closesAt),
    formatDateTime(closesAt),
    closesAt <= now && session.counts.demandes > 0
      ? `${plural(session.counts.demandes, 'demande attend encore un employeur et devient', 'demandes attendent encore un employeur et deviennent')} «\u00a0Sans réponse\u00a0».`
      : '',
  );
  return changes;
}

function seatsConsequence(
  { seatsHeld, waiting }: Pick<Present, 'seatsHeld' | 'waiting'>,
  capacity: number,
): string {
  if (capacity < seatsHeld)
    return `Sureffectif\u00a0: ${plural(seatsHeld, 'place est prise', 'places sont prises')}. Personne ne perd la sienne, et la liste d’attente n’avance plus tant que la session n’est pas redescendue sous ${plural(capacity, 'place')}.`;
  const free = Math.min(capacity - seatsHeld, waiting);
  return free > 0
    ? `${plural(free, 'personne au plus quitte', 'personnes au plus quittent')} la liste d’attente pour une place, dans l’ordre des demandes, et ${free > 1 ? 'sont prévenues' : 'est prévenue'}.`
    : '';
}
