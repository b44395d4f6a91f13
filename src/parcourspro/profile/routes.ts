import { actorOf, profilesOf } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { signedIn } from '../../access/policies.ts';
import { NotFound } from '../../platform/errors.ts';
import { parseRowId } from '../../platform/web/forms/fields.ts';
import { firstOf } from '../../platform/web/forms/forms.ts';
import { localPath } from '../../platform/web/forms/local-path.ts';

/** Where each profile starts from when the page it came from is not for it. */
const homes: Readonly<Record<string, string>> = Object.freeze({
  beneficiary: '/parcourspro/mon-espace',
  hr_validator: '/parcourspro/valideur',
  provider: '/parcourspro/prestataire',
});
/** Pages that only one profile opens. */
const spaces: [RegExp, string][] = [
  [/^\/parcourspro\/mon-espace/, 'beneficiary'],
  [/^\/parcourspro\/actions\/[^/]+\/inscription/, 'beneficiary'],
  [/^\/parcourspro\/valideur/, 'hr_validator'],
  [/^\/parcourspro\/prestataire/, 'provider'],
];

/** The switcher: « Alain Proviste, Bénéficiaire, Ma structure » (guide 003, steps 3 and 4). */
export function profileSite(): GatedRouter {
  const site = gatedRouter();

  site.post('/parcourspro/profil', signedIn, (req, res) => {
    const [right, structure] = firstOf(req.body.profil).split(':');
    const structureId = parseRowId(structure);
    const chosen = profilesOf(actorOf(req)).find(
      (profile) => profile.right === right && profile.structureId === structureId,
    );
    if (!chosen) throw new NotFound('Ce profil n’est pas le vôtre, ou ne l’est plus.');
    req.session.profile = { right: chosen.right, structureId: chosen.structureId };
    const from = localPath(firstOf(req.body.suite), '/parcourspro');
    const owner = spaces.find(([path]) => path.test(from))?.[1] ?? chosen.right;
    res.redirect(303, owner === chosen.right ? from : (homes[chosen.right] as string));
  });

  return site;
}
