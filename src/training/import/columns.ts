/** What a file may be of. */
export type Subject = 'actions' | 'sessions';

/** A column of a file, as the page documents it. */
export interface Column {
  name: string;
  /** Without it in the file, or with nothing in it, a new line is refused. */
  isRequired: boolean;
  help: string;
  example: string;
}

/** Everything that a page says of a file, and what the file is read by. */
export interface FileKind {
  /** « actions », « sessions »: in the address too. */
  subject: Subject;
  title: string;
  one: string;
  many: string;
  /** As many lines as one file takes. */
  most: number;
  /** Without these columns the file says nothing. */
  required: readonly string[];
  columns: readonly Column[];
}

const column = (name: string, example: string, help: string, isRequired = false): Column => ({
  name,
  isRequired,
  help,
  example,
});

/** The two kinds of files, with the columns of each and an example line. */
export const fileKinds: Readonly<Record<Subject, FileKind>> = Object.freeze({
  actions: {
    subject: 'actions',
    title: 'Importer des actions',
    one: 'action',
    many: 'actions',
    most: 1_000,
    required: ['reference'],
    columns: [
      column('reference', 'FORM-2027-001', 'La vôtre. Elle reconnaît l’action d’un import à l’autre.', true),
      column('titre', 'Accompagner les parcours de VAE', '150 caractères au plus.', true),
      column(
        'type',
        'Formation',
        'Le nom d’un type d’action, tel que dans «\u00a0Types d’action\u00a0».',
        true,
      ),
      column(
        'theme',
        'Faciliter les parcours / VAE',
        'Le nom d’un thème, tel que dans «\u00a0Thèmes\u00a0».',
        true,
      ),
      column(
        'siret',
        '732 829 320 00074',
        'De l’organisme de formation, déjà dans la liste des structures.',
        true,
      ),
      column('modalite', 'Présentiel', 'Présentiel, Distanciel ou Mixte.', true),
      column('duree', '1,5', 'En jours.', true),
      column('intervenant', 'Ada Martin', ''),
      column(
        'objectifs',
        'Connaître les étapes de la VAE.',
        'Mise en forme possible, comme dans l’application.',
      ),
      column('public', 'Conseillères et conseillers.', ''),
      column('prerequis', 'Aucun.', ''),
      column('programme', '- Le cadre\n- Les acteurs', 'Plusieurs lignes possibles, entre guillemets.'),
      column('publier', 'non', 'Oui pour publier un brouillon. Vide ou non\u00a0: son état ne change pas.'),
    ],
  },
  sessions: {
    subject: 'sessions',
    title: 'Importer des sessions',
    one: 'session',
    many: 'sessions',
    most: 2_000,
    required: ['reference'],
    columns: [
      column(
        'reference',
        'FORM-2027-001-A',
        'La vôtre. Elle reconnaît la session d’un import à l’autre.',
        true,
      ),
      column('action', 'FORM-2027-001', 'La référence de l’action, ou la fin de l’adresse de sa page.', true),
      column(
        'creneaux',
        '12/01/2027 09:00-12:30 | 12/01/2027 13:30-17:00',
        'Les demi-journées, séparées par | ou une par ligne\u00a0; ajoutez (à distance) si l’action est mixte.',
        true,
      ),
      column('places', '12', 'De 1 à 10\u00a0000.', true),
      column('attente', '6', 'Places en liste d’attente, 0 s’il n’y en a pas.', true),
      column('ouverture', '01/12/2026', 'Premier jour des inscriptions. Vide\u00a0: dès maintenant.'),
      column('cloture', '05/01/2027', 'Dernier jour des inscriptions. Vide\u00a0: jusqu’au début.'),
      column('lieu', 'Centre régional', ''),
      column('adresse', '102 avenue de Canéjan', ''),
      column('code_postal', '33600', 'Obligatoire si l’on se rend sur place.'),
      column('ville', 'Pessac', 'Obligatoire si l’on se rend sur place.'),
      column('lien', '', 'De connexion, en https\u00a0; montré aux seuls inscrits.'),
      column(
        'motif',
        '',
        'Obligatoire pour déplacer une session demandée\u00a0: il est envoyé aux personnes.',
      ),
    ],
  },
});
