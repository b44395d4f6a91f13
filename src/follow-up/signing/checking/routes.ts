import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { signingBadges } from '../room/presentation.ts';
import type { SlotProgress } from '../room/repository.ts';
import { signingState } from '../windows/rules.ts';
import { chainBadge, signatureInWords, verdictInWords } from './presentation.ts';
import { checkSession, listSignedSessions } from './service.ts';

const LIST = '/agence/signatures';
const SESSIONS_PER_PAGE = 20;
const SIGNATURES_PER_PAGE = 50;
const UNCONFIRMED = 'retards';

/** « Signatures » of the agency: which sessions were signed, whether their chains are whole, and the proof of each. */
export function checkingSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  // Chains are computed again at each reading.
  const counted = costlyPages(deps.config);

  site.get(LIST, agency, counted, async (req, res) => {
    const q = searchText(120).parse(req.query.q);
    const etat = firstOf(req.query.etat as string) === UNCONFIRMED ? UNCONFIRMED : '';
    const page = pageOf(req.query, SESSIONS_PER_PAGE);
    const filter = { words: q, onlyUnconfirmed: etat === UNCONFIRMED };
    const { rows, total } = await listSignedSessions(deps, filter, page);
    render(res, 'follow-up/signing/checking/sessions', {
      title: 'Signatures',
      section: 'agency',
      list: LIST,
      form: emptyForm({ q, etat }),
      states: [
        { value: '', label: 'Toutes' },
        { value: UNCONFIRMED, label: 'Avec un retard à confirmer' },
      ],
      sessions: rows.map((one) => ({ ...one, badge: chainBadge(one.brokenAt) })),
      pagination: page.of(total),
    });
  });

  site.get('/agence/sessions/:sessionId/signatures', agency, counted, async (req, res) => {
    const sessionId = idParam(req, 'sessionId');
    const page = pageOf(req.query, SIGNATURES_PER_PAGE);
    const checked = await checkSession(deps, sessionId, page);
    const now = deps.clock.now();
    const [{ actionTitle, providerName, startsAt }] = checked.halfDays;
    const period = formatPeriod(startsAt, (checked.halfDays.at(-1) as SlotProgress).endsAt, now);
    const compared = comparedWith(firstOf(req.query.empreinte as string), checked.find);
    render(res, 'follow-up/signing/checking/session', {
      title: `Signatures\u00a0: ${actionTitle}, ${period}`,
      section: 'agency',
      styles: ['css/spaces.css'],
      base: `/agence/sessions/${sessionId}`,
      list: LIST,
      ...{ actionTitle, providerName, period, compared },
      halfDays: checked.halfDays.map((one) => ({ ...one, state: signingState(one, now) })),
      signingBadges,
      length: checked.length,
      head: checked.head?.toString('hex') ?? '',
      verdict: verdictInWords(checked.verdict, checked.length),
      statements: checked.statements,
      sheets: checked.sheets,
      signatures: checked.signatures.map((one) => ({ ...one, ...signatureInWords(one) })),
      pagination: page.of(checked.length),
    });
  });

  return site;
}

/** A fingerprint that somebody copied from a sheet or an e-mail, and which signature has it. */
function comparedWith(typed: string, find: (fingerprint: string) => number | null) {
  const fingerprint = typed.replaceAll(/[\s\u00a0]/g, '').toLowerCase();
  const values = { empreinte: typed.slice(0, 200) };
  if (fingerprint === '') return { form: emptyForm(), seq: undefined };
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) {
    const empreinte = 'Une empreinte a 64 caractères\u00a0: des chiffres, et des lettres de a à f.';
    return { form: { values, errors: { empreinte } }, seq: undefined };
  }
  return { form: emptyForm(values), seq: find(fingerprint) };
}
