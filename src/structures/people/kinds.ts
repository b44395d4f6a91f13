/** What a structure is, in the words of « Mes structures » (column « Type »). */
export const structureKinds: Readonly<Record<string, string>> = Object.freeze({
  training_body: 'Organisme de formation',
  job_centre: 'Agence pour l’emploi',
  local_mission: 'Mission locale',
  town_hall: 'Collectivité',
  association: 'Association',
  company: 'Entreprise',
  chamber: 'Chambre consulaire',
  other: 'Autre',
});

/** The label of a kind; one that is not in the list is shown as « Autre ». */
export const kindLabel = (kind: string): string => structureKinds[kind] ?? 'Autre';
