/** The kinds of documents that a template is written for, in the order of the agency's page. */
export const templateKinds = [
  'convention',
  'convocation',
  'roster',
  'attendance_sheet',
  'attestation',
  'participation',
  'certificate',
] as const;
export type TemplateKind = (typeof templateKinds)[number];

/** The name of each kind, as pages and documents say it. */
export const templateKindLabels: Readonly<Record<TemplateKind, string>> = Object.freeze({
  convention: 'Convention de formation',
  convocation: 'Convocation',
  roster: 'Liste des inscrits',
  attendance_sheet: 'Feuille d’émargement',
  attestation: 'Attestation de fin de formation',
  participation: 'Attestation de participation',
  certificate: 'Certificat de réalisation',
});

/** A word in braces that stands for a text. */
export interface TextField {
  says: string;
  /** What the preview prints. */
  sample: string;
}

/** A word in braces, alone on its line, that stands for something drawn. */
export interface BlockField {
  says: string;
  /** Whether the template must have it, once. */
  isRequired?: true;
}

const document = {
  numero: { says: 'Le numéro du document.', sample: '2026-SPEC-000000' },
  date: { says: 'Le jour où le document est émis.', sample: '12\u00a0mars 2027' },
} satisfies Record<string, TextField>;

const body = {
  organisme: { says: 'Le nom de l’organisme de formation.', sample: 'Organisme d’exemple' },
  adresse_organisme: {
    says: 'Son adresse, avec code postal et ville.',
    sample: '12\u00a0rue de l’Exemple, 33000 Bordeaux',
  },
  siret_organisme: { says: 'Son SIRET.', sample: '732\u00a0829\u00a0320\u00a000074' },
  declaration_activite: {
    says: 'La mention légale de la déclaration d’activité, avec son numéro et sa région. Sa formule ne se modifie pas.',
    sample:
      'Déclaration d’activité enregistrée sous le numéro 75\u00a033\u00a000000\u00a033 auprès du préfet de région de Nouvelle-Aquitaine. Cet enregistrement ne vaut pas agrément de l’État.',
  },
  representant: { says: 'Le représentant légal de l’organisme.', sample: 'Dominique Exemple' },
  qualite_representant: { says: 'Sa qualité.', sample: 'Directrice' },
  ville_organisme: { says: 'La ville où l’organisme signe.', sample: 'Bordeaux' },
  telephone_organisme: { says: 'Son téléphone.', sample: '05\u00a056\u00a000\u00a000\u00a000' },
  email_organisme: { says: 'Son e-mail.', sample: 'contact@organisme.example' },
  contact_administratif: {
    says: 'Son contact administratif.',
    sample: 'Secrétariat de la formation, 05\u00a056\u00a000\u00a000\u00a001',
  },
  referent_handicap: {
    says: 'Son référent handicap.',
    sample: 'Référent handicap, handicap@organisme.example',
  },
  numero_qualiopi: { says: 'Le numéro de son certificat Qualiopi.', sample: 'QUA-0000' },
} satisfies Record<string, TextField>;

const action = {
  action: { says: 'L’intitulé de l’action.', sample: 'Accompagner une démarche de VAE' },
  type_action: { says: 'Le type d’action.', sample: 'Formation' },
  objectifs: {
    says: 'Les objectifs de l’action, sur plusieurs lignes.',
    sample: 'Informer sur la VAE.\nRepérer les étapes du parcours.',
  },
  modalite: { says: 'Présentiel, distanciel ou mixte.', sample: 'Présentiel' },
  intervenant: { says: 'L’intervenant annoncé.', sample: 'Intervenante d’exemple' },
} satisfies Record<string, TextField>;

const session = {
  numero_session: { says: 'Le numéro de la session.', sample: '1024' },
  dates: { says: 'La période, en toutes lettres.', sample: '10\u00a0mars - 11\u00a0mars 2027' },
  date_debut: { says: 'Le premier jour.', sample: '10\u00a0mars 2027' },
  date_fin: { says: 'Le dernier jour.', sample: '11\u00a0mars 2027' },
  duree: { says: 'La durée prévue.', sample: '14\u00a0h' },
  lieu: {
    says: 'Le lieu et son adresse, ou «\u00a0À distance\u00a0».',
    sample: 'Salle Garonne, 12\u00a0rue de l’Exemple, 33000 Bordeaux',
  },
} satisfies Record<string, TextField>;

const person = {
  personne: { says: 'La civilité, le prénom et le nom de la personne.', sample: 'Mme Camille Exemple' },
  structure: { says: 'La structure de la personne.', sample: 'Structure d’exemple' },
} satisfies Record<string, TextField>;

const belonging = {
  rattachement: {
    says: 'Son lien avec sa structure\u00a0: «\u00a0salarié(e) de l’entreprise …\u00a0», «\u00a0agent(e) de …\u00a0», «\u00a0de la structure …\u00a0».',
    sample: 'salarié(e) de l’entreprise Structure d’exemple',
  },
} satisfies Record<string, TextField>;

const attended = {
  duree_suivie: {
    says: 'La durée effectivement suivie, en heures et en décimal.',
    sample: '10\u00a0h\u00a030 (10,50\u00a0heures)',
  },
} satisfies Record<string, TextField>;

const legal = {
  nature_action: {
    says: 'La nature de l’action (code du travail, L6313-1).',
    sample: 'Action de formation',
  },
  programme: {
    says: 'Le contenu de l’action, sur plusieurs lignes.',
    sample: 'Le cadre de la VAE.\nL’accompagnement.',
  },
  public: { says: 'Le public visé.', sample: 'Conseillers en évolution professionnelle.' },
  prerequis: { says: 'Les prérequis.', sample: 'Aucun.' },
  moyens: {
    says: 'Les moyens pédagogiques et techniques prévus.',
    sample: 'Salle équipée, support remis à chaque participant.',
  },
  suivi: {
    says: 'Comment le déroulement est suivi.',
    sample: 'Émargement par demi-journée.',
  },
  evaluation: {
    says: 'Comment les acquis sont évalués.',
    sample: 'Questionnaire en fin de session.',
  },
  sanction: { says: 'Ce que la formation délivre.', sample: 'Attestation de fin de formation.' },
} satisfies Record<string, TextField>;

const client = {
  client: { says: 'La structure qui envoie les personnes.', sample: 'Structure d’exemple' },
  adresse_client: { says: 'Son adresse.', sample: '1\u00a0place de l’Exemple, 33000 Bordeaux' },
  siret_client: { says: 'Son SIRET.', sample: '732\u00a0829\u00a0320\u00a000066' },
  effectif: { says: 'Combien de ses personnes sont inscrites.', sample: '3\u00a0personnes' },
} satisfies Record<string, TextField>;

const verification: Record<'verification', BlockField> = {
  verification: {
    says: 'Le QR code et le code de vérification, avec l’adresse où le document se vérifie.',
    isRequired: true,
  },
};
const halfDays: Record<'tableau_demi_journees', BlockField> = {
  tableau_demi_journees: { says: 'Le tableau des demi-journées.' },
};
const bodySignature: Record<'signature_organisme', BlockField> = {
  signature_organisme: {
    says: 'Le nom et la qualité du représentant, avec l’image du cachet s’il y en a une.',
  },
};

/**
 * All that a template of each kind may name: `texts` anywhere, `blocks` alone on their line. Whoever draws a document
 * fills in every one of them; a template that names another is not published.
 */
export const templateFields = Object.freeze({
  convention: {
    texts: { ...document, ...body, ...action, ...legal, ...session, ...client },
    blocks: {
      ...halfDays,
      annexe_participants: { says: 'Le tableau des personnes inscrites par la structure.', isRequired: true },
      signatures: {
        says: 'Les deux signatures\u00a0: nom, qualité et date de chacune, ou la place d’une signature à venir.',
        isRequired: true,
      },
      ...verification,
    },
  },
  convocation: {
    texts: { ...document, ...body, ...action, ...session, ...person },
    blocks: {
      ...halfDays,
      lien_connexion: { says: 'Le lien de connexion, quand une demi-journée est à distance.' },
      ...verification,
    },
  },
  roster: {
    texts: {
      ...document,
      ...body,
      ...action,
      ...session,
      inscrits: { says: 'Combien de personnes sont inscrites.', sample: '12\u00a0personnes' },
    },
    blocks: {
      liste_inscrits: { says: 'Le tableau des personnes inscrites.', isRequired: true },
      ...verification,
    },
  },
  attendance_sheet: {
    texts: { ...document, ...body, ...action, ...session },
    blocks: {
      tableau_emargement: {
        says: 'Les présences et les signatures, demi-journée par demi-journée, avec l’intervenant de chacune.',
        isRequired: true,
      },
      empreinte: { says: 'L’empreinte de la suite des signatures.', isRequired: true },
      ...verification,
    },
  },
  attestation: {
    texts: { ...document, ...body, ...action, ...legal, ...session, ...person, ...attended },
    blocks: { ...halfDays, ...bodySignature, ...verification },
  },
  participation: {
    texts: { ...document, ...body, ...action, ...session, ...person, ...attended },
    blocks: { ...halfDays, ...bodySignature, ...verification },
  },
  certificate: {
    texts: { ...document, ...body, ...action, ...session, ...person, ...belonging, ...attended },
    blocks: {
      cases_nature: { says: 'Les quatre natures d’action, celle de l’action étant cochée.' },
      ...bodySignature,
      ...verification,
    },
  },
} satisfies Record<TemplateKind, { texts: Record<string, TextField>; blocks: Record<string, BlockField> }>);

/** The text of every word in braces that a template of this kind may name. */
export type TextsOf<K extends TemplateKind> = Record<keyof (typeof templateFields)[K]['texts'], string>;
/** The names of what is drawn in a document of this kind. */
export type BlocksOf<K extends TemplateKind> = keyof (typeof templateFields)[K]['blocks'];
