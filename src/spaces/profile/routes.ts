import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import { profileOfPage } from '#access/spaces.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { saveSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { profileUses } from './presentation.ts';
import { getProfileChoices, profileHomes, takeProfile } from './service.ts';

/** The switcher: « Alain Proviste, Bénéficiaire, Ma structure » (guide 003, steps 3 and 4), and the first choice. */
export function profileSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/parcourspro/profil', signedIn, async (req, res) => {
    render(res, 'spaces/profile/choice', {
      title: 'Choisissez le statut qui correspond à votre besoin',
      section: '',
      choices: await getProfileChoices(dependencies, actorOf(req)),
      uses: profileUses,
    });
  });

  site.post('/parcourspro/profil', signedIn, async (req, res) => {
    const [right = '', structure] = firstOf(req.body.profil).split(':');
    const wanted = { right, structureId: parseRowId(structure) };
    const chosen = await takeProfile(dependencies, actorOf(req), wanted);
    req.session.profile = { right: chosen.right, structureId: chosen.structureId };
    await saveSession(req);
    const from = localPath(firstOf(req.body.suite), '/parcourspro');
    const owner = profileOfPage(from) ?? chosen.right;
    res.redirect(303, owner === chosen.right ? from : profileHomes[chosen.right]);
  });

  return site;
}
