import { formatDay } from '#platform/french/time.ts';

/** What stands against deleting an account. */
export interface DeletionFacts {
  /** Structures that others belong to and whose only référent is this person. */
  soleReferentOf: { id: number; name: string }[];
  /** Sessions to come, or under way, in which the person holds a seat. */
  seats: { title: string; startsAt: string }[];
  isOnlyAgencyManager: boolean;
}

/** A reason why not, with what to do about it. */
export interface Blocker {
  message: string;
  link?: { href: string; label: string };
}

/**
 * Why an account cannot be deleted today; empty when it can. A structure with people keeps a référent (domain.md §2),
 * and nobody disappears from a session without the validator and the provider being told (domain.md §7).
 */
export function deletionBlockers(facts: DeletionFacts): Blocker[] {
  return [
    ...facts.soleReferentOf.map(({ id, name }) => ({
      message: `Vous êtes le seul référent de « ${name} »\u00a0: donnez d’abord ce droit à une autre personne de la structure.`,
      link: { href: `/mes-structures/${id}`, label: 'Voir les personnes de la structure' },
    })),
    ...facts.seats.map(({ title, startsAt }) => ({
      message: `Vous avez une place dans « ${title} » (${formatDay(startsAt)})\u00a0: annulez d’abord votre demande.`,
      link: { href: '/parcourspro/mon-espace', label: 'Ouvrir mon espace personnel' },
    })),
    ...(facts.isOnlyAgencyManager
      ? [
          {
            message:
              'Vous êtes le seul gestionnaire de l’agence\u00a0: une autre personne doit d’abord le devenir.',
          },
        ]
      : []),
  ];
}
