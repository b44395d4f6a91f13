import type { Knex } from 'knex';
import { getTemplates } from '#follow-up/documents/templates/service.ts';
import { daysAgo } from './calendar.ts';
import { french } from './french.ts';
import type { Person } from './people.ts';
import type { Structure } from './structures.ts';

/**
 * What the training bodies of the demo say on their documents: all but one, which has some of it still to say; what the
 * formations say for a convention; and a template that the agency is writing.
 */
export async function insertProfiles(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const byOf = (login: string) => people.find((one) => one.login === login)?.id ?? null;
  const idOf = (key: string) => structures.get(key)?.id as number;
  const saved = { updated_at: daysAgo(now, 40) };
  await trx('training_body_profiles').insert([
    {
      structure_id: idOf('brandelle'),
      activity_number: '75331048733',
      activity_region: 'Nouvelle-Aquitaine',
      representative: 'Maëlle Directrice',
      representative_quality: 'Directrice',
      city: 'Pessac',
      phone: '+33556000010',
      email: 'contact@brandelle.example',
      administrative_contact: 'Secrétariat des formations\n05 56 00 00 11',
      disability_contact: 'Référente handicap\nhandicap@brandelle.example',
      qualiopi_number: 'QUA-2024-0117',
      updated_by: byOf('prestataire'),
      ...saved,
    },
    {
      structure_id: idOf('mirandoux'),
      activity_number: '75860222686',
      activity_region: 'Nouvelle-Aquitaine',
      representative: 'Hugues Président',
      representative_quality: 'Président',
      city: 'Poitiers',
      email: 'accueil@mirandoux.example',
      disability_contact: 'Accueil du centre',
      updated_by: byOf('prestataire.mirandoux'),
      ...saved,
    },
    // Its certificates wait for whoever signs them.
    {
      structure_id: idOf('sauvelande'),
      activity_number: '75870319887',
      activity_region: 'Nouvelle-Aquitaine',
      phone: '+33555000020',
      updated_by: byOf('prestataire.sauvelande'),
      ...saved,
    },
  ]);

  await trx.raw(
    `insert into action_legal (action_id, means, follow_up, evaluation, sanction)
     select a.id, ?, ?, ?, ? from actions a join action_kinds k on k.id = a.kind_id where k.is_training`,
    [
      'Salle équipée d’un vidéoprojecteur, exercices en petits groupes, support remis à chaque personne.',
      'Signature de chaque demi-journée par les participants et l’intervenant.',
      'Questionnaire de positionnement au début, exercice de synthèse à la fin.',
      'Attestation de fin de formation et certificat de réalisation.',
    ],
  );

  const { current } = await getTemplates({ db: trx }, 'convocation');
  await trx('document_templates').insert({
    kind: 'convocation',
    version: current.version + 1,
    body: current.body.replace(
      '\n\n## Vos contacts',
      french('\n- Prévoyez de quoi écrire : les supports sont remis sur place.\n\n## Vos contacts'),
    ),
    saved_by: byOf('gestionnaire'),
    saved_at: daysAgo(now, 2),
  });
}
