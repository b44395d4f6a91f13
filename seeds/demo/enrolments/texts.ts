/** What people write in « Demande et éléments de motivation ». */
export const motivations: readonly string[] = [
  'Cette action répond à un besoin relevé lors de mon dernier entretien professionnel.',
  'Je prends de nouvelles fonctions dans deux mois et je souhaite m’y préparer.',
  'Notre équipe change ses pratiques : je transmettrai ce que j’aurai appris à mes collègues.',
  'Je rencontre souvent cette situation et je manque d’outils pour y répondre.',
  'J’ai déjà quelques bases, que j’aimerais mettre à jour et confronter à d’autres expériences.',
  'Le sujet figure dans notre projet de structure pour cette année.',
  'Je viens d’un autre secteur : j’ai besoin de repères solides pour accompagner nos publics.',
  'Les partenaires du territoire nous sollicitent de plus en plus sur ce thème.',
  'Après plusieurs essais par moi-même, je souhaite un regard extérieur sur ma façon de faire.',
  'Je suis la seule personne chargée de ce sujet dans la structure et je cherche à rencontrer des pairs.',
  'Je dois construire une nouvelle offre pour la rentrée.\nJ’apporterai notre projet comme cas pratique.',
  'Une collègue a suivi cette action l’an dernier et me l’a recommandée : ses supports nous servent chaque semaine.',
];

/** Why people withdraw. */
export const withdrawals: readonly string[] = [
  'Une urgence de service m’oblige à rester dans la structure ce jour-là.',
  'La date tombe pendant mes congés.',
  'Je change de poste et cette action ne correspond plus à mes missions.',
];

/** Why an employer refuses, or takes an approval back. */
export const hrRefusals: readonly string[] = [
  'L’effectif ne permet pas d’absence à cette date ; merci de proposer une autre session.',
  'Cette action n’est pas prioritaire dans le plan de développement des compétences de cette année.',
];

/** Why a provider refuses. */
export const providerRefusals: readonly string[] = [
  'Les prérequis ne sont pas réunis : nous vous conseillons de commencer par le parcours d’autoformation.',
];
