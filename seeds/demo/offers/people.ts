import type { NamedPerson } from '../people-named.ts';

const people: readonly Omit<NamedPerson, 'since'>[] = [
  {
    login: 'of.catalogue',
    civility: 'Mme',
    firstName: 'Agathe',
    lastName: 'Catalogue',
    job: 'Chargée de l’offre de formation',
    at: { brandelle: ['of_catalogue'] },
  },
  {
    login: 'of.preinscription',
    civility: 'M.',
    firstName: 'Édouard',
    lastName: 'Préinscription',
    job: 'Chargé des entrées en formation',
    at: { brandelle: ['of_preregistration'] },
  },
  {
    login: 'of.general',
    civility: 'Mme',
    firstName: 'Lucile',
    lastName: 'Générale',
    job: 'Responsable de l’offre de formation',
    at: { brandelle: ['of_general'] },
  },
  {
    login: 'prescripteur1',
    civility: 'M.',
    firstName: 'Antonin',
    lastName: 'Premier',
    job: 'Conseiller en insertion professionnelle',
    at: { demo: ['prescriber_1'] },
  },
  {
    login: 'prescripteur2',
    civility: 'Mme',
    firstName: 'Mathilde',
    lastName: 'Deuxième',
    job: 'Conseillère en insertion professionnelle',
    at: { demo: ['prescriber_2'] },
  },
  {
    login: 'prescripteur3',
    civility: 'Mme',
    firstName: 'Rosalie',
    lastName: 'Troisième',
    job: 'Responsable de secteur',
    at: { demo: ['prescriber_3'], network: ['prescriber_2'] },
  },
];

/**
 * The accounts of RafaelPro, one for each of its rights (domain.md §11): recent enough to have taken part in nothing
 * else, so that their pages are those of RafaelPro.
 */
export const rafaelPeople: readonly NamedPerson[] = people.map((person) => ({ ...person, since: 120 }));
