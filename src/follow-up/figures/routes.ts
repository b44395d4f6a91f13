import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { type FiguresPage, sendFigures, showFigures } from './page.ts';

const HR = '/parcourspro/valideur/chiffres';
const PROVIDER = '/parcourspro/prestataire/chiffres';

/** The figures of a structure's people, and those of a training body's sessions: their own only. */
export function figuresSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const structureOf = (req: Request) => ({
    id: actorOf(req).profile?.structureId ?? 0,
    name: actorOf(req).profile?.structureName ?? '',
  });

  const ofPeople = (req: Request): FiguresPage => ({
    owner: { structureId: structureOf(req).id },
    path: HR,
    section: 'hr',
    lead: `Les demandes d’inscription des personnes de «\u00a0${structureOf(req).name}\u00a0», quel que soit l’organisme de formation.`,
    back: { href: '/parcourspro/valideur', label: 'Valideur RH' },
  });
  const ofSessions = (req: Request): FiguresPage => ({
    owner: { providerId: structureOf(req).id },
    path: PROVIDER,
    section: 'provider',
    lead: `Les sessions de «\u00a0${structureOf(req).name}\u00a0», quelle que soit la structure des participants.`,
    back: { href: '/parcourspro/prestataire', label: 'Toutes les sessions' },
  });

  for (const [path, right, pageFor] of [
    [HR, 'hr_validator', ofPeople] as const,
    [PROVIDER, 'provider', ofSessions] as const,
  ]) {
    site.get(path, actingAs(right), (req, res) => showFigures(deps, req, res, pageFor(req)));
    site.get(`${path}.csv`, actingAs(right), (req, res) => sendFigures(deps, req, res, pageFor(req)));
  }

  return site;
}
