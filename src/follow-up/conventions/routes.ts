import type { Request } from 'express';
import { actorOf, type ProfileRight } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { actingAs, refuseOrOffer } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { CONVENTIONS } from './mails.ts';
import { conventionBadges, partyLabels } from './presentation.ts';
import { commitment, conventionState, type Party, partyToSign } from './rules.ts';
import { signatureForm } from './schemas.ts';
import {
  type Convention,
  conventionFile,
  findConvention,
  findConventions,
  findSignatures,
  findVersions,
  signConvention,
  structureOf,
} from './service.ts';

const PER_PAGE = 30;

/** Whose pages these are: each party reads and signs its own conventions, in its own space. */
const SPACES: Readonly<Record<Party, { right: ProfileRight; section: 'provider' | 'hr' }>> = {
  body: { right: 'provider', section: 'provider' },
  employer: { right: 'hr_validator', section: 'hr' },
};

/** « Conventions »: those of a training body in « Prestataire », those of a structure in « Valideur RH ». */
export function conventionsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  partyRoutes(deps, site, 'body');
  partyRoutes(deps, site, 'employer');
  return site;
}

function partyRoutes(deps: Dependencies, site: GatedRouter, party: Party): void {
  const { right, section } = SPACES[party];
  const base = CONVENTIONS[party];
  const policy = actingAs(right);
  const shown = { section, styles: ['css/spaces.css'], party, base, tab: 'conventions' };

  site.get(base, policy, async (req, res) => {
    const structureId = actorOf(req).profile?.structureId ?? 0;
    const page = pageOf(req.query, PER_PAGE);
    const side = party === 'body' ? { providerId: structureId } : { structureId };
    const rows = await findConventions(deps.db, side, page);
    render(res, 'follow-up/conventions/list', {
      ...shown,
      title: `Conventions – ${party === 'body' ? 'Prestataire' : 'Valideur RH'}`,
      rows: rows.map((one) => ({ ...one, state: conventionState(one) })),
      isTurn: (state: ReturnType<typeof conventionState>) => partyToSign(state) === party,
      badges: conventionBadges,
      pagination: page.of(rows[0]?.total ?? 0),
    });
  });

  /** The convention `:conventionId`, when it is this party's. @throws NotFound for any other, or WrongProfile */
  async function conventionOf(req: Request): Promise<Convention> {
    const one = await findConvention(deps.db, idParam(req, 'conventionId'));
    if (!one) throw new NotFound();
    const owner = party === 'body' ? one.providerId : one.structureId;
    if (owner !== actorOf(req).profile?.structureId) refuseOrOffer(req, right, owner);
    return one;
  }

  site.get(`${base}/:conventionId/convention.pdf`, policy, async (req, res) => {
    const one = await conventionOf(req);
    const content = await conventionFile(deps.db, one);
    if (!content) throw new NotFound();
    sendPdf(res, content, `Convention ${one.number}.pdf`);
  });

  formPage(site, `${base}/:conventionId`, [policy, confirmedToChange(policy)], {
    load: conventionOf,
    read: ({ body }) => readForm(signatureForm, body),
    async show({ res, loaded: one, form = emptyForm() }) {
      const now = deps.clock.now();
      const versions = await findVersions(deps.db, one);
      const state = conventionState(one);
      render(res, 'follow-up/conventions/convention', {
        ...shown,
        title: `Convention n°\u00a0${one.number}, ${one.actionTitle}`,
        one,
        state,
        period: formatPeriod(one.startsAt, one.endsAt, now),
        isTurn: partyToSign(state) === party,
        commitment: commitment(structureOf(party, one), one.number),
        // The signatures of what was read stand on the version before, where this is their copy.
        signatures: await findSignatures(deps.db, signedIdOf(one, versions)),
        versions: versions.map((version) => ({ ...version, state: conventionState(version) })),
        badges: conventionBadges,
        partyLabels,
        form,
      });
    },
    async submit({ req, loaded: one, data: { qualite } }) {
      const actor = actorOf(req);
      const signer = {
        userId: actor.userId,
        name: nameOf(actor),
        quality: qualite,
        ip: req.ip ?? '',
        userAgent: req.get('user-agent') ?? '',
      };
      const isComplete = await signConvention(deps, one, party, signer).catch((error: unknown) => {
        throw error instanceof Conflict ? new FormRefused('', error.message, 409) : error;
      });
      return {
        to: base,
        flash: isComplete
          ? 'La convention est signée des deux parties\u00a0: chacune reçoit son exemplaire par e-mail.'
          : `Vous avez signé la convention\u00a0: «\u00a0${one.structureName}\u00a0» est invitée à la signer.`,
      };
    },
  });
}

const signedIdOf = (one: Convention, versions: readonly Convention[]): number =>
  one.isSignedCopy ? (versions.find(({ version }) => version === one.version - 1)?.id ?? one.id) : one.id;
