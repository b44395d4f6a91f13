/**
 * The elements of LHÉO 2.3 that hold others, in the order of its schema. A child without a mark is there exactly once;
 * `[0,5]` says how often at least and at most, `n` for without end. « cercle » 1 is compulsory, 2 optional, 3 extra.
 */
export interface ContainerLine {
  circle?: 1 | 2 | 3;
  children: string;
}

export const containerLines: Readonly<Record<string, ContainerLine>> = Object.freeze({
  'domaine-formation': {
    circle: 1,
    children: 'code-FORMACODE[0,5] code-NSF[0,3] code-ROME[0,5] extras[0,n]',
  },
  'contact-formation': { circle: 1, children: 'type-contact[0,1] coordonnees extras[0,n]' },
  'contact-session': { circle: 1, children: 'type-contact[0,1] coordonnees extras[0,n]' },
  certification: {
    circle: 2,
    children:
      'code-RNCP[0,1] code-CERTIFINFO[0,1] code-RS[0,1] code-CPF[0,1] reference-code-FORMACODE[0,1] ' +
      'extras[0,n]',
  },
  'reference-certification': {
    children: 'reference-code-RNCP[0,1] reference-code-CERTIFINFO[0,1] reference-code-RS[0,1] extras[0,n]',
  },
  'code-type-formation': { circle: 2, children: 'code-CPF[0,1] code-ELU[0,1] extras[0,n]' },
  lheo: { children: 'offres extras[0,n]' },
  offres: { children: 'formation[1,n] extras[0,n]' },
  formation: {
    children:
      'domaine-formation intitule-formation objectif-formation resultats-attendus contenu-formation ' +
      'certifiante contact-formation[1,n] parcours-de-formation code-niveau-entree ' +
      'objectif-general-formation[0,1] certification[0,5] code-type-formation[0,5] code-niveau-sortie[0,1] ' +
      'url-formation[0,1] action[1,n] organisme-formation-responsable identifiant-module[0,1] ' +
      'positionnement[0,1] sous-modules[0,1] modules-prerequis[0,1] extras[0,n]',
  },
  action: {
    children:
      'rythme-formation code-public-vise[1,10] info-public-vise[0,1] niveau-entree-obligatoire ' +
      'modalites-alternance modalites-enseignement conditions-specifiques prise-en-charge-frais-possible ' +
      'lieu-de-formation[0,n] modalites-entrees-sorties url-action[0,1] duree-cycle[0,1] session[1,n] ' +
      'adresse-information[0,1] date-information[0,3] restauration[0,1] hebergement[0,1] transport[0,1] ' +
      'acces-handicapes[0,1] langue-formation[0,5] modalites-recrutement[0,1] modalites-pedagogiques[0,1] ' +
      'code-modalite-pedagogique[0,5] equipement[0,n] frais-restants[0,1] code-perimetre-recrutement[0,1] ' +
      'infos-perimetre-recrutement[0,1] prix-horaire-TTC[0,1] prix-total-TTC[0,1] duree-indicative[0,1] ' +
      'nombre-heures-centre[0,1] nombre-heures-entreprise[0,1] nombre-heures-total[0,1] ' +
      'detail-conditions-prise-en-charge[0,1] conventionnement[0,1] duree-conventionnee[0,1] ' +
      'organisme-formateur[0,n] organisme-financeur[0,8] enseignement[0,n] extras[0,n]',
  },
  'organisme-formation-responsable': {
    children:
      'numero-activite SIRET-organisme-formation nom-organisme raison-sociale coordonnees-organisme ' +
      'contact-organisme[1,n] renseignements-specifiques[0,1] potentiel[0,1] ' +
      'code-UAI-organisme-formation[0,1] extras[0,n]',
  },
  potentiel: { circle: 2, children: 'code-FORMACODE[1,25] extras[0,n]' },
  'organisme-formateur': {
    children:
      'SIRET-formateur raison-sociale-formateur contact-formateur[0,n] potentiel[0,1] ' +
      'code-UAI-formateur[0,1] reference-certification[0,5] extras[0,n]',
  },
  'url-formation': { circle: 2, children: 'urlweb[1,3] extras[0,n]' },
  'lieu-de-formation': {
    circle: 2,
    children: 'SIRET-lieu-formation[0,1] code-UAI-lieu-formation[0,1] coordonnees extras[0,n]',
  },
  recrutement: {
    circle: 2,
    children:
      'modalite-recrutement code-perimetre-recrutement[0,1] infos-perimetre-recrutement[0,1] ' +
      'a-distance[0,1] adresse[0,1] urlweb[0,1] nb-places[0,1] periode[0,1] heure-debut[0,1] heure-fin[0,1] ' +
      'commentaire[0,1] extras[0,n]',
  },
  enseignement: {
    circle: 2,
    children: 'libelle-enseignement type-enseignement obligatoire commentaire[0,1] extras[0,n]',
  },
  equipement: {
    circle: 2,
    children: 'type-equipement cout-indicatif-equipement[0,1] commentaire[0,1] extras[0,n]',
  },
  'rythme-alternance': {
    circle: 2,
    children: 'unite-rythme-alternance unites-entreprise unites-centre extras[0,n]',
  },
  alternance: { circle: 2, children: 'type-alternance rythme-alternance[0,1] extras[0,n]' },
  cycle: {
    circle: 2,
    children:
      'type-cycle annee-cycle[0,n] effectif-minimal[0,1] capacite-simultanee[0,1] capacite-cumulee[0,1] ' +
      'alternance[0,1] extras[0,n]',
  },
  session: {
    circle: 1,
    children:
      'periode adresse-inscription modalites-inscription[0,1] periode-inscription[0,1] ' +
      'etat-recrutement[0,1] recrutement[0,n] url-session[0,1] contact-session[0,n] ' +
      'reference-certification[0,5] blocs-competences[0,n] cycle[0,n] extras[0,n]',
  },
  'adresse-inscription': { circle: 1, children: 'adresse extras[0,n]' },
  'adresse-information': { circle: 2, children: 'adresse extras[0,n]' },
  'date-information': { circle: 2, children: 'date extras[0,n]' },
  'url-action': { circle: 2, children: 'urlweb[1,3] extras[0,n]' },
  'url-session': { circle: 2, children: 'urlweb[1,3] extras[0,n]' },
  'SIRET-organisme-formation': { circle: 1, children: 'SIRET extras[0,n]' },
  'code-UAI-organisme-formation': { circle: 2, children: 'code-UAI extras[0,n]' },
  'SIRET-lieu-formation': { circle: 2, children: 'SIRET extras[0,n]' },
  'code-UAI-lieu-formation': { circle: 2, children: 'code-UAI extras[0,n]' },
  'coordonnees-organisme': { circle: 1, children: 'coordonnees extras[0,n]' },
  'contact-organisme': { circle: 1, children: 'type-contact[0,1] coordonnees extras[0,n]' },
  'contact-formateur': { circle: 2, children: 'type-contact[0,1] coordonnees extras[0,n]' },
  'organisme-financeur': { circle: 2, children: 'code-financeur nb-places-financees[0,1] extras[0,n]' },
  'SIRET-formateur': { circle: 2, children: 'SIRET extras[0,n]' },
  'code-UAI-formateur': { circle: 2, children: 'code-UAI extras[0,n]' },
  'bloc-competences': { circle: 2, children: 'libelle-bloc code-bloc extras[0,n]' },
  'blocs-competences': {
    circle: 2,
    children: 'validation-blocs reference-certification bloc-competences[1,n] extras[0,n]',
  },
  'sous-modules': { circle: 2, children: 'sous-module[1,n] extras[0,n]' },
  'modules-prerequis': { circle: 2, children: 'reference-module[1,n] extras[0,n]' },
  'sous-module': { children: 'reference-module type-module extras[0,n]' },
  coordonnees: {
    children:
      'civilite[0,1] nom[0,1] prenom[0,1] ligne[0,3] adresse[0,1] telfixe[0,1] portable[0,1] fax[0,1] ' +
      'courriel[0,1] web[0,1] extras[0,n]',
  },
  adresse: {
    children:
      'denomination[0,1] ligne[1,4] codepostal ville departement[0,1] code-INSEE-commune[0,1] ' +
      'code-INSEE-canton[0,1] region[0,1] pays[0,1] geolocalisation[0,1] extras[0,n]',
  },
  geolocalisation: { children: 'latitude longitude extras[0,n]' },
  web: { children: 'urlweb[1,3] extras[0,n]' },
  telfixe: { children: 'numtel[1,3] extras[0,n]' },
  portable: { children: 'numtel[1,3] extras[0,n]' },
  fax: { children: 'numtel[1,3] extras[0,n]' },
  periode: { children: 'debut fin extras[0,n]' },
  'periode-inscription': { circle: 2, children: 'periode' },
  'lheo-index': { children: 'resumes-offres[0,1] resumes-organismes[0,1] extras[0,n]' },
  'resumes-offres': { children: 'resume-offre[0,n] extras[0,n]' },
  'resumes-organismes': { children: 'resume-organisme[0,n] extras[0,n]' },
  'resume-offre': {
    children:
      'domaine-formation intitule-formation nom-organisme SIRET codepostal[0,1] code-INSEE-commune[0,1] ' +
      'ville departement region[0,1] certifiante code-niveau-entree prise-en-charge-frais-possible ' +
      'modalites-enseignement[0,1] code-public-vise[1,10] nombre-heures-total[0,1] session[0,n] ' +
      'contact-formation-resume[0,n] certification[0,5] extras[0,n]',
  },
  'resume-organisme': { children: 'nom-organisme raison-sociale SIRET numero-activite extras[0,n]' },
  'contact-formation-resume': {
    children: 'type-contact[0,1] nom[0,1] telfixe[0,1] courriel[0,1] extras[0,n]',
  },
  'lheo-plus': { children: 'lheo[0,1] organisme-formation-responsable[0,n] extras[0,n]' },
});
