import type { Field, Programme, Public } from './codes.ts';

/** When a session begins, in days from today, and how long it lasts. */
export interface DraftSession {
  in: number;
  days: number;
  /** Places; left out where the body does not say. */
  places?: number;
  isFull?: boolean;
  /** How much is known of its start. */
  knows?: 'day' | 'month' | 'year' | 'nothing';
  /** In how many days one is informed. */
  meetings?: number[];
  recruiting?: 1 | 2 | 3;
}

/** A formation of the demo, told in a line or two. */
export interface DraftFormation {
  body: 'brandelle' | 'sauvelande' | 'mirandoux' | 'verzille';
  title: string;
  field: Field;
  /** LHÉO « dict-niveaux », 11 to 18. */
  level?: number;
  rncp?: string;
  rs?: string;
  /** What one is able to do afterwards. */
  able: string;
  actions: {
    city: string;
    programme?: Programme;
    public: Public;
    /** LHÉO « modalites-enseignement ». */
    mode?: 0 | 1 | 2;
    isPermanent?: boolean;
    hours: number;
    sessions: DraftSession[];
  }[];
  /** Days since the body said that it still holds; today when left out. */
  confirmed?: number;
  isDraft?: boolean;
}

const bought = (city: string, programme: Programme, hours: number, ...sessions: DraftSession[]) => ({
  ...{ city, programme, hours, sessions },
  public: 'seekers' as const,
});
const open = (city: string, hours: number, ...sessions: DraftSession[]) => ({
  ...{ city, hours, sessions },
  public: 'everybody' as const,
});

const brandelle: DraftFormation[] = [
  {
    ...{ body: 'brandelle', title: 'Maçon du bâti ancien', field: 'building', level: 13, rncp: '990101' },
    able: 'monter un mur de pierre, préparer un mortier de chaux et reprendre un enduit ancien',
    actions: [
      bought('Pessac', 'PRF-QUALIF', 735, { in: 46, days: 180, places: 12, meetings: [9, 23] }),
      bought('Libourne', 'PRF-QUALIF', 735, { in: 74, days: 180, places: 10, meetings: [30] }),
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Peintre décorateur', field: 'building', level: 13 },
    able: 'préparer un support, poser un papier peint et appliquer une peinture à l’eau',
    actions: [
      bought('Bordeaux', 'PRF-QUALIF', 560, { in: 18, days: 140, places: 12, isFull: true, meetings: [-12] }),
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Initiation aux métiers du bâtiment', field: 'building' },
    able: 'choisir entre cinq métiers du bâtiment après avoir essayé chacun',
    actions: [
      bought(
        'Langon',
        'PRF-PROJET',
        140,
        { in: 32, days: 28, places: 15, meetings: [12] },
        { in: 95, days: 28, places: 15 },
      ),
    ],
  },
  {
    ...{
      body: 'brandelle',
      title: 'Soudeur en construction métallique',
      field: 'industry',
      level: 13,
      rncp: '990102',
    },
    able: 'lire un plan, souder à l’arc et contrôler un cordon',
    actions: [bought('Mérignac', 'PRF-QUALIF', 630, { in: 60, days: 160, places: 8, meetings: [20] })],
  },
  {
    ...{
      body: 'brandelle',
      title: 'Cuisinier de collectivité',
      field: 'catering',
      level: 13,
      rncp: '990103',
    },
    able: 'préparer des repas en nombre, dans le respect de l’hygiène et des régimes',
    actions: [
      bought(
        'Pessac',
        'PRF-QUALIF',
        600,
        { in: 25, days: 150, places: 14, meetings: [6] },
        { in: -40, days: 150, places: 14, isFull: true },
      ),
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Service en salle', field: 'catering', level: 13 },
    able: 'accueillir, servir et encaisser dans un restaurant',
    actions: [open('Arcachon', 280, { in: 88, days: 60, knows: 'month' })],
    confirmed: 230,
  },
  {
    ...{ body: 'brandelle', title: 'Assistant de vie à domicile', field: 'care', level: 13, rncp: '990104' },
    able: 'accompagner une personne dans les gestes de tous les jours',
    actions: [
      bought(
        'Talence',
        'HSP-1',
        504,
        { in: 14, days: 120, places: 16, meetings: [3, 7] },
        { in: 110, days: 120, places: 16 },
      ),
      { ...open('Talence', 504, { in: 14, days: 240, places: 6 }), public: 'employees', mode: 1 },
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Remise à niveau pour les métiers du soin', field: 'care' },
    able: 'calculer une dose, rédiger un compte rendu et préparer un entretien',
    actions: [bought('Bordeaux', 'HSP-SOCLE', 210, { in: -20, days: 330, places: 20 })].map((action) => ({
      ...action,
      isPermanent: true,
    })),
  },
  {
    ...{
      body: 'brandelle',
      title: 'Technicien réseau et support',
      field: 'digital',
      level: 15,
      rncp: '990105',
    },
    able: 'installer un poste, dépanner à distance et tenir un petit réseau',
    actions: [bought('Pessac', 'PRF-QUALIF', 840, { in: 53, days: 210, places: 12, meetings: [16] })],
  },
  {
    ...{ body: 'brandelle', title: 'Compétences numériques de base', field: 'digital', rs: '9901' },
    able: 'écrire un courriel, remplir une démarche en ligne et protéger ses données',
    actions: [
      {
        ...bought('Lormont', 'HSP-SOCLE', 70, { in: -60, days: 400, places: 30, meetings: [2, 9, 16] }),
        isPermanent: true,
      },
      { ...open('Pessac', 35, { in: 10, days: 30 }), mode: 2 },
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Conseiller de vente', field: 'sales', level: 14, rncp: '990107' },
    able: 'conseiller un client, tenir un rayon et suivre un stock',
    actions: [
      bought('Bordeaux', 'PRF-QUALIF', 525, { in: 39, days: 130, places: 12, isFull: true, meetings: [5] }),
    ],
  },
  {
    ...{ body: 'brandelle', title: 'Vendeur de produits locaux', field: 'sales', level: 13 },
    able: 'présenter des produits du pays et tenir un étal',
    actions: [open('Libourne', 210, { in: 120, days: 60, knows: 'year' })],
    confirmed: 190,
  },
  {
    ...{ body: 'brandelle', title: 'Ouvrier du paysage', field: 'land', level: 13, rncp: '990109' },
    able: 'planter, tailler et entretenir un jardin',
    actions: [bought('Langon', 'PRF-QUALIF', 600, { in: 67, days: 170, places: 10 })],
  },
  {
    ...{ body: 'brandelle', title: 'Gestionnaire comptable', field: 'office', level: 15, rncp: '990110' },
    able: 'tenir une comptabilité et préparer une déclaration',
    actions: [bought('Bordeaux', 'PRF-QUALIF', 700, { in: 82, days: 200, places: 12, meetings: [40] })],
  },
  {
    ...{ body: 'brandelle', title: 'Secrétariat et accueil', field: 'office', level: 14 },
    able: 'accueillir, classer et rédiger un courrier',
    actions: [open('Mérignac', 300, { in: -90, days: 80, places: 10 })],
    confirmed: 160,
  },
  {
    ...{ body: 'brandelle', title: 'Construire son projet professionnel', field: 'basics' },
    able: 'nommer ses compétences, enquêter sur un métier et se fixer une étape',
    actions: [bought('Lesparre-Médoc', 'PRF-PROJET', 105, { in: 21, days: 25, places: 12, meetings: [8] })],
  },
  {
    ...{ body: 'brandelle', title: 'Français pour travailler', field: 'basics', level: 11 },
    able: 'comprendre une consigne et lire un planning',
    actions: [bought('Libourne', 'HSP-SOCLE', 240, { in: -10, days: 300, places: 18 })].map((action) => ({
      ...action,
      isPermanent: true,
    })),
  },
  {
    ...{
      body: 'brandelle',
      title: 'Tailleur de pierre, parcours en préparation',
      field: 'building',
      level: 13,
    },
    able: 'débiter, tailler et poser une pierre',
    actions: [open('Pessac', 700, { in: 200, days: 200, knows: 'nothing' })],
    isDraft: true,
  },
];

const mirandoux: DraftFormation[] = [
  {
    ...{ body: 'mirandoux', title: 'Électricien d’équipement', field: 'building', level: 13 },
    able: 'tirer un câble, poser un tableau et contrôler une installation',
    actions: [bought('Poitiers', 'PRF-QUALIF', 665, { in: 44, days: 170, places: 12, meetings: [15] })],
  },
  {
    ...{ body: 'mirandoux', title: 'Opérateur sur machine numérique', field: 'industry', level: 13 },
    able: 'régler une machine et contrôler une série',
    actions: [bought('Châtellerault', 'PRF-QUALIF', 560, { in: 29, days: 140, places: 10, meetings: [7] })],
  },
  {
    ...{ body: 'mirandoux', title: 'Technicien de maintenance', field: 'industry', level: 14 },
    able: 'diagnostiquer une panne et remettre une machine en marche',
    actions: [bought('Niort', 'PRF-QUALIF', 800, { in: 100, days: 220, places: 12 })],
  },
  {
    ...{
      body: 'mirandoux',
      title: 'Conducteur de véhicules lourds',
      field: 'transport',
      level: 13,
      rncp: '990108',
    },
    able: 'conduire, charger et tenir les documents de transport',
    actions: [
      bought(
        'Poitiers',
        'PRF-QUALIF',
        420,
        { in: 16, days: 90, places: 8, isFull: true },
        { in: 125, days: 90, places: 8, meetings: [50] },
      ),
    ],
  },
  {
    ...{ body: 'mirandoux', title: 'Préparateur de commandes', field: 'transport', level: 13 },
    able: 'préparer, filmer et expédier une commande',
    actions: [bought('Châtellerault', 'HSP-1', 245, { in: 12, days: 60, places: 14, meetings: [4] })],
  },
  {
    ...{ body: 'mirandoux', title: 'Aide-soignant, préparation à l’entrée', field: 'care', level: 13 },
    able: 'préparer le dossier et l’entretien d’entrée',
    actions: [bought('Niort', 'PRF-PROJET', 140, { in: 35, days: 40, places: 15 })],
  },
  {
    ...{ body: 'mirandoux', title: 'Comptabilité pour indépendants', field: 'office' },
    able: 'établir un devis, une facture et un suivi de trésorerie',
    actions: [{ ...open('Poitiers', 42, { in: 27, days: 20, places: 12 }), mode: 1 }],
  },
  {
    ...{ body: 'mirandoux', title: 'Espagnol des affaires', field: 'office' },
    able: 'tenir une réunion et écrire un courriel en espagnol',
    actions: [{ ...open('Poitiers', 60, { in: 55, days: 90 }), mode: 2, public: 'employees' }],
    confirmed: 300,
  },
];

const sauvelande: DraftFormation[] = [
  {
    ...{ body: 'sauvelande', title: 'Charpentier bois', field: 'building', level: 13 },
    able: 'tracer, tailler et lever une charpente',
    actions: [bought('Limoges', 'PRF-QUALIF', 735, { in: 70, days: 190, places: 10, meetings: [28] })],
  },
  {
    ...{ body: 'sauvelande', title: 'Commis de cuisine', field: 'catering', level: 13 },
    able: 'tenir un poste simple et dresser une assiette',
    actions: [bought('Brive-la-Gaillarde', 'HSP-1', 420, { in: 22, days: 110, places: 12, meetings: [10] })],
  },
  {
    ...{ body: 'sauvelande', title: 'Maraîchage biologique', field: 'land', level: 14 },
    able: 'conduire une culture et vendre sa récolte',
    actions: [bought('Guéret', 'PRF-QUALIF', 700, { in: 90, days: 240, places: 12, meetings: [33, 47] })],
  },
  {
    ...{ body: 'sauvelande', title: 'Éducation à l’environnement', field: 'land', level: 14 },
    able: 'bâtir une animation et l’évaluer',
    actions: [open('Tulle', 350, { in: 150, days: 120, knows: 'month' })],
  },
  {
    ...{ body: 'sauvelande', title: 'Accompagnant éducatif et social', field: 'care', level: 13 },
    able: 'accompagner une personne dans sa vie sociale',
    actions: [bought('Périgueux', 'PRF-QUALIF', 567, { in: 48, days: 200, places: 14, isFull: true })],
  },
  {
    ...{ body: 'sauvelande', title: 'Lire, écrire, compter', field: 'basics', level: 11 },
    able: 'lire un courrier, écrire une demande et vérifier une facture',
    actions: [bought('Ussel', 'HSP-SOCLE', 300, { in: -30, days: 330, places: 16, meetings: [5, 19] })].map(
      (action) => ({ ...action, isPermanent: true }),
    ),
  },
  {
    ...{ body: 'sauvelande', title: 'Découvrir les métiers de la forêt', field: 'land' },
    able: 'situer les métiers de la forêt et en essayer deux',
    actions: [bought('Ussel', 'PRF-PROJET', 105, { in: 41, days: 20, places: 10, recruiting: 3 })],
  },
];

const verzille: DraftFormation[] = [
  {
    ...{ body: 'verzille', title: 'Développeur d’applications', field: 'digital', level: 16, rncp: '990106' },
    able: 'concevoir, programmer et mettre en ligne une application',
    actions: [
      bought('La Rochelle', 'PRF-QUALIF', 910, { in: 62, days: 240, places: 14, meetings: [18, 25] }),
    ],
  },
  {
    ...{ body: 'verzille', title: 'Technicien de fabrication numérique', field: 'digital', level: 14 },
    able: 'modéliser, imprimer et découper une pièce',
    actions: [bought('Rochefort', 'PRF-QUALIF', 490, { in: 34, days: 130, places: 10, recruiting: 2 })],
  },
  {
    ...{ body: 'verzille', title: 'Données personnelles : les bases', field: 'digital' },
    able: 'reconnaître une donnée personnelle et tenir un registre',
    actions: [{ ...open('La Rochelle', 14, { in: 19, days: 5, places: 20 }), mode: 2 }],
  },
  {
    ...{ body: 'verzille', title: 'Vendre en ligne', field: 'sales', level: 14 },
    able: 'ouvrir une boutique en ligne et suivre ses ventes',
    actions: [
      { ...open('Saintes', 140, { in: 58, days: 60, places: 12, meetings: [13] }), mode: 1, public: 'young' },
    ],
  },
  {
    ...{ body: 'verzille', title: 'Bureautique accessible', field: 'office' },
    able: 'écrire un document que chacun peut lire',
    actions: [{ ...open('La Rochelle', 28, { in: 37, days: 15, places: 10 }), public: 'disabled' }],
    confirmed: 215,
  },
  {
    ...{ body: 'verzille', title: 'Gestion de projet associatif', field: 'office', level: 15 },
    able: 'monter un projet, son budget et son bilan',
    actions: [{ ...open('Royan', 90, { in: 105, days: 60, knows: 'month' }), mode: 1 }],
  },
  {
    ...{ body: 'verzille', title: 'Agent d’accueil touristique', field: 'sales', level: 13 },
    able: 'renseigner un visiteur en deux langues et tenir un planning',
    actions: [bought('Royan', 'HSP-1', 350, { in: 79, days: 90, places: 12, meetings: [31] })],
  },
];

/** The training offer of the demo. */
export const formations: readonly DraftFormation[] = [...brandelle, ...mirandoux, ...sauvelande, ...verzille];
