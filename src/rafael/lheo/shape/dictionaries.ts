/** The code lists of LHÉO 2.3, each with its codes in their order and what they mean. */
const lists = {
  'dict-boolean': {
    0: 'Non',
    1: 'Oui',
  },
  'dict-modalites-enseignement': {
    0: 'Formation entièrement présentielle',
    1: 'Formation mixte',
    2: 'Formation entièrement à distance',
  },
  'dict-modalites-es': {
    0: 'Entrées/sorties à dates fixes',
    1: 'Entrées/sorties permanentes',
  },
  'dict-etat-recrutement': {
    1: 'Ouvert',
    2: 'Fermé',
    3: 'Suspendu',
  },
  'dict-AIS': {
    1: 'Code(s) obsolète(s)',
    6: 'Certification',
    7: 'Professionnalisation',
    8: 'Préparation à la qualification',
    5: 'Remise à niveau, maîtrise des savoirs de base, initiation',
    9: '(Re)mobilisation, aide à l’élaboration de projet professionnel',
    2: 'Perfectionnement, élargissement des compétences',
    3: 'Perfectionnement, élargissement des compétences',
    4: 'Création d’entreprise',
  },
  'dict-perimetre-recrutement': {
    0: 'Autres',
    1: 'Commune',
    2: 'Département',
    3: 'Région',
    4: 'Interrégion',
    5: 'Pays',
    6: 'International',
  },
  'dict-financeurs': {
    11: 'État - Ministère chargé de l’emploi',
    12: 'État - Ministère de l’éducation nationale',
    13: 'État - Autre',
    2: 'Collectivité territoriale - Conseil régional',
    3: 'Fonds européens - FSE',
    4: 'Pôle emploi',
    5: 'Entreprise',
    6: 'ACSÉ (anciennement FASILD)',
    7: 'AGEFIPH',
    8: 'Collectivité territoriale - Conseil général',
    9: 'Collectivité territoriale - Commune',
    15: 'Collectivité territoriale - Autre',
    10: 'Bénéficiaire de l’action',
    0: 'Autre',
    14: 'Fonds européens - Autre',
    16: 'OPCO',
    17: 'Transition Pro',
    18: 'LADOM',
    19: 'État - Ministère de l’intérieur',
    20: 'OFII - Office français de l’immigration et de l’intégration',
    1: 'Code(s) obsolète(s)',
  },
  'dict-type-contact': {
    0: 'Autre',
    1: 'Référent handicap',
    2: 'Référent mobilité internationale',
    3: 'Référent pédagogique',
    4: 'Accueil',
    5: 'Direction',
    6: 'Référent qualité',
    7: 'Référent entreprise',
    8: 'Référent commercial',
    9: 'Gestionnaire financier',
    10: 'Direction Déléguée aux Formations Professionnelles et Techniques (DDFPT)',
    11: 'Communication',
    12: 'Référent FOAD',
    13: 'Référent VAE',
    14: 'Référent Apprentissage',
  },
  'dict-type-parcours': {
    1: 'En groupe (non personnalisable)',
    2: 'Individualisé',
    3: 'Modularisé',
    4: 'Mixte',
  },
  'dict-type-positionnement': {
    1: 'Réglementaire',
    2: 'Pédagogique',
  },
  'dict-type-module': {
    0: 'Information inconnue',
    1: 'Obligatoire',
    2: 'Personnalisable',
  },
  'dict-modalite-recrutement': {
    0: 'Information inconnue',
    1: 'Méthode de recrutement par simulation',
    2: 'Concours',
    3: 'Dossier',
    4: 'Tests pratiques',
    5: 'Épreuves écrites',
    6: 'Épreuves orales',
    7: 'Inscription sur candidature',
    8: 'Entretien ou RDV individuel',
    9: 'Information collective',
  },
  'dict-type-enseignement': {
    1: 'Art',
    2: 'Enseignement de spécialité',
    3: 'Enseignement optionnel',
    4: 'Langue',
    5: 'Langue vivante 1',
    6: 'Langue vivante 2',
    7: 'Langue vivante 3',
    8: 'Sport',
    9: 'Enseignement général',
    10: 'Enseignement professionnel',
  },
  'dict-type-equipement': {
    0: 'Autre',
    1: 'Protection de la tête',
    2: 'Protection des yeux',
    3: 'Protection des mains',
    4: 'Protection de l’ouïe',
    5: 'Protection du corps',
    6: 'Protection des pieds',
    7: 'Protection des voies respiratoires',
    8: 'Protection chutes',
    9: 'Outillage professionnel',
    10: 'Tenue professionnelle',
    11: 'Équipement numérique',
  },
  'dict-type-validation-blocs': {
    0: 'Partielle: certains blocs mais pas la totalité de date à date',
    1: 'Totale: tous les blocs',
    2: 'Mixte: une validation totale mais proposée également en individualisation de parcours avec des blocs accessibles dans cette session',
  },
  'dict-type-alternance': {
    0: 'Tout type de contrat d’alternance',
    1: 'Contrat d’apprentissage (CA)',
    2: 'Contrat de professionnalisation (CP)',
  },
  'dict-unite-rythme': {
    0: 'Heure',
    1: 'Demi-journée',
    2: 'Journée',
    3: 'Semaine',
    4: 'Mois',
  },
  'dict-type-cycle': {
    0: 'Formation initiale',
    1: 'Contrat d’apprentissage',
  },
  'dict-niveaux': {
    0: 'Information non communiquée',
    1: 'Sans niveau spécifique',
    2: 'Niveau VI (illettrisme, analphabétisme)',
    3: 'Niveau V bis (préqualification)',
    4: 'Niveau V (CAP, BEP, CFPA du premier degré)',
    5: 'Niveau IV (BP, BT, baccalauréat professionnel ou technologique)',
    6: 'Niveau III (BTS, DUT)',
    7: 'Niveau II (licence ou maîtrise universitaire)',
    8: 'Niveau I (supérieur à la maîtrise)',
    11: 'Niveau 1',
    12: 'Niveau 2',
    13: 'Niveau 3',
    14: 'Niveau 4',
    15: 'Niveau 5',
    16: 'Niveau 6',
    17: 'Niveau 7',
    18: 'Niveau 8',
  },
} as const;

export type DictionaryName = keyof typeof lists;

/** Every dictionary, by its name in the definition of LHÉO: the French label of each code. */
export const dictionaries = mapsOf(lists);

function mapsOf<Name extends string>(
  all: Readonly<Record<Name, Readonly<Record<string, string>>>>,
): Readonly<Record<Name, ReadonlyMap<string, string>>> {
  const maps = {} as Record<Name, ReadonlyMap<string, string>>;
  for (const name of Object.keys(all) as Name[]) maps[name] = new Map(Object.entries(all[name]));
  return Object.freeze(maps);
}

/** What a code means; undefined for one that the dictionary does not have, or none. */
export const labelOf = (
  dictionary: DictionaryName,
  code: string | number | null | undefined,
): string | undefined => dictionaries[dictionary].get(String(code ?? ''));
