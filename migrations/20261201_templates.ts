import type { Knex } from 'knex';

const opening = (title: string) => `# ${title}

Document n° {numero}, émis le {date}

**{organisme}**, {adresse_organisme}, SIRET {siret_organisme}
`;

/** A line does not begin by what belongs to the one before. */
const unbroken = (text: string) =>
  text.replaceAll(/ (?=[:;?!»])/g, '\u00a0').replaceAll(/(?<=n°|«|L\.|D\.|SIRET) /g, '\u00a0');

/** The first version of each template (code du travail, articles at each; Qualiopi, indicators 9 to 12). */
const BODIES: Readonly<Record<string, string>> = {
  // L6353-1, D6353-1; the price is that of a programme paid by the Region and the State.
  convention: `# Convention de formation professionnelle

Convention n° {numero}, conclue en application des articles L. 6353-1 et D. 6353-1 du code du travail.

## Entre les soussignés

L’organisme de formation **{organisme}**, {adresse_organisme}, SIRET {siret_organisme}, représenté par {representant}, {qualite_representant}, ci-après « l’organisme »,

{declaration_activite}

et la structure **{client}**, {adresse_client}, SIRET {siret_client}, ci-après « la structure »,

il est convenu ce qui suit.

## Article 1. Objet

L’organisme réalise, pour les personnes que la structure a inscrites et dont les noms figurent en annexe, l’action suivante.

- Intitulé : **{action}**
- Nature (article L. 6313-1 du code du travail) : {nature_action}
- Public visé : {public}
- Prérequis : {prerequis}

### Objectifs

{objectifs}

### Contenu

{programme}

## Article 2. Durée, période et lieu

- Durée : {duree}
- Période de réalisation : {dates}
- Modalité : {modalite}
- Lieu : {lieu}
- Intervenant : {intervenant}

{tableau_demi_journees}

## Article 3. Moyens, suivi et sanction

### Moyens pédagogiques et techniques

{moyens}

### Modalités de déroulement et de suivi

{suivi}

### Évaluation des acquis

{evaluation}

### Sanction

{sanction}

## Article 4. Effectif

La structure inscrit {effectif}. Si la liste change après la signature, un avenant reprend la nouvelle annexe.

## Article 5. Prix et contributions publiques

Le programme est financé par la Région Nouvelle-Aquitaine et l’État : aucun frais pédagogique n’est à la charge de la structure ni des personnes. Prix de l’action : 0 €.

## Article 6. Désistement, dédit et litiges

La structure prévient l’organisme dès qu’elle sait qu’une personne ne pourra pas venir. Un désistement ne donne lieu à aucun dédit.

Les parties recherchent d’abord une solution amiable à tout différend. À défaut, il relève du tribunal compétent.

## Signatures

Fait à {ville_organisme}, le {date}. Chaque partie en conserve un exemplaire.

{signatures}

## Annexe. Personnes inscrites par la structure

{annexe_participants}

{verification}
`,
  // Qualiopi, indicator 9.
  convocation: `${opening('Convocation')}
## {personne}

{structure}

Votre inscription est confirmée. Vous êtes attendu(e) à l’action **{action}**, session n° {numero_session}.

{tableau_demi_journees}

- Modalité : {modalite}
- Lieu : {lieu}
- Durée : {duree}
- Intervenant : {intervenant}

{lien_connexion}

## Objectifs

{objectifs}

## À prévoir

- Votre présence est notée à chaque demi-journée, et vous la signez vous-même : ayez avec vous, si possible, un téléphone ou un ordinateur connecté à votre compte.
- Si vous ne pouvez pas venir, annulez votre inscription depuis « Mon espace personnel » : votre place ira à une autre personne.
- Le règlement intérieur de l’organisme s’applique. Le contact administratif vous le remet sur demande.

## Vos contacts

- Organisme : {organisme}, {telephone_organisme}, {email_organisme}
- Contact administratif : {contact_administratif}
- Référent handicap : {referent_handicap}

Si votre situation demande un aménagement, écrivez au référent handicap dès maintenant : il cherchera une solution avec vous.

{verification}
`,
  roster: `${opening('Liste des inscrits')}
- Action : **{action}** ({type_action})
- Session : n° {numero_session}, {dates}
- Modalité : {modalite}
- Lieu : {lieu}
- Intervenant : {intervenant}

{inscrits}

{liste_inscrits}

{verification}
`,
  // R6313-3; CAA Nantes, 1 June 2021: title, date, hours, name and signature of the trainer, signature of each person.
  attendance_sheet: `${opening('Feuille d’émargement')}
{declaration_activite}

- Action : **{action}** ({type_action})
- Session : n° {numero_session}, {dates}
- Durée prévue : {duree}
- Modalité : {modalite}
- Lieu : {lieu}

{tableau_emargement}

Chaque personne a signé elle-même, depuis son propre compte, la demi-journée qu’elle a suivie. L’intervenant a noté les présences et signé à son tour. Une signature tardive ou absente est indiquée avec son motif.

{empreinte}

{verification}
`,
  // Not compulsory since the law of 5 September 2018; the content is that of the former L6353-1.
  attestation: `${opening('Attestation de fin de formation')}
{declaration_activite}

Je soussigné(e) {representant}, {qualite_representant}, atteste que **{personne}** ({structure}) a suivi l’action de formation suivante.

- Intitulé : **{action}**
- Nature : {nature_action}
- Période : {dates}
- Modalité : {modalite}
- Lieu : {lieu}
- Durée prévue : {duree}
- Durée effectivement suivie : **{duree_suivie}**

## Objectifs

{objectifs}

## Évaluation des acquis

{evaluation}

## Assiduité

{tableau_demi_journees}

Fait à {ville_organisme}, le {date}

{signature_organisme}

{verification}
`,
  participation: `${opening('Attestation de participation')}
L’organisme {organisme} atteste que **{personne}** ({structure}) a participé à l’action suivante.

- Intitulé : **{action}** ({type_action})
- Période : {dates}
- Modalité : {modalite}
- Lieu : {lieu}
- Intervenant : {intervenant}
- Durée prévue : {duree}
- Durée effectivement suivie : **{duree_suivie}**

{tableau_demi_journees}

Le {date}

{signature_organisme}

{verification}
`,
  // The words of the ministry's model are not the agency's: `src/follow-up/documents/templates/locked.ts`.
  certificate: `${opening('Certificat de réalisation')}
{texte_certificat}

{verification}
`,
};

/**
 * The templates with which the application begins; they name nobody as their author, for the agency has to read them.
 * And the list of training bodies, few among all structures.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index structures_training_bodies on structures (name, id) where is_training_body');
  await knex('document_templates').insert(
    Object.entries(BODIES).map(([kind, body]) => ({
      kind,
      version: 1,
      body: unbroken(body),
      published_at: '2026-12-01T08:00:00Z',
    })),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index structures_training_bodies');
  await knex.raw('alter table document_templates disable trigger document_templates_frozen');
  await knex('document_templates').where({ version: 1 }).whereNull('published_by').delete();
  await knex.raw('alter table document_templates enable trigger document_templates_frozen');
}
