import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { type Capacity, changeCapacity } from '#enrolment/session-changes/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { versionOf } from '#platform/versions.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { FormRefused, formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { sessionFields } from '#training/sessions/form.ts';
import { windowOf } from '#training/sessions/rules.ts';
import type { AgencySession } from './repository.ts';
import { seatsForm } from './schemas.ts';
import { doerOf, SESSIONS, sessionOf, sessionPath, titleOf } from './session.ts';

const deciding = recentlyConfirmed(agency);
const SEATS = `${SESSIONS}/:sessionId/places`;

/** How many people fit in a session and in its queue, and when one may ask for a place. */
export function capacityRoutes(deps: Dependencies, site: GatedRouter): void {
  formPage(site, SEATS, deciding, {
    load: (req) => sessionOf(deps, req),
    read: ({ body }, session) => readSeats(body, session),
    show({ req, res, loaded: session, form, isStale }) {
      const now = deps.clock.now();
      const { places, attente, ouverture, cloture } = sessionFields(session) as Record<string, string>;
      return render(res, 'spaces/agency/session-page/capacity', {
        title: 'Places et inscriptions',
        section: 'agency',
        styles: ['css/spaces.css'],
        session,
        named: titleOf(session, now),
        form: form ?? emptyForm({ places, attente, ouverture, cloture } as Record<string, string>),
        version: form && !isStale ? versionOf(req.body) : session.version,
        verdict: whyNot(session, now),
        action: req.path,
        back: sessionPath(session.id),
      });
    },
    async submit({ req, res, loaded: session, data, form, again }) {
      const step = firstOf(req.body.etape);
      if (step === 'modifier') return again();
      const wished = { ...data, version: versionOf(req.body) };
      const changes = changesIn(session, wished, deps.clock.now());
      if (changes.length === 0) {
        throw new FormRefused('places', 'C’est déjà ce qui est enregistré\u00a0: rien ne change.');
      }
      if (step !== 'confirmer') {
        return render(res, 'training/confirm', {
          title: 'Vérifier les places et les inscriptions',
          section: 'agency',
          form,
          version: wished.version,
          action: req.path,
          changes,
          note: `Session ${titleOf(session, deps.clock.now())}.`,
        });
      }
      const changed = changeCapacity(deps, session.id, doerOf(req), wished);
      const { promoted } = await changed.catch(saidAt('', Conflict, 409));
      return {
        to: sessionPath(session.id),
        flash:
          promoted > 0
            ? `C’est enregistré\u00a0: ${plural(promoted, 'personne passe', 'personnes passent')} de la liste d’attente à une place, et le sait.`
            : 'Les places et les inscriptions sont enregistrées.',
      };
    },
  });
}

/** The form, with its window of enrolments worked out. */
function readSeats(body: Fields, session: AgencySession): ReadForm<Omit<Required<Capacity>, 'version'>> {
  const submitted = readForm(seatsForm, body);
  if (!submitted.ok) return submitted;
  const { form, data } = submitted;
  const registration = windowOf(data, session, session.startsAt);
  if ('errors' in registration)
    return { ok: false, form: { values: form.values, errors: registration.errors } };
  return {
    ok: true,
    data: { capacity: data.places, waitingCapacity: data.attente, registration },
    form,
  };
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
