import type { Knex } from 'knex';
import { badgeRequest } from '#follow-up/badges/asking/request.ts';
import { askForBadge } from '#follow-up/badges/asking/service.ts';
import { issuableAt } from '#follow-up/badges/issuing/addresses.ts';
import { addModel, changeActions } from '#follow-up/badges/models/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { decide } from '#requests/decide.ts';
import { badgePicture } from './badge-picture.ts';
import { daysAgo } from './calendar.ts';
import type { Person } from './people.ts';

/** Nothing of the demonstration is news. */
const SILENT = { enqueue: async () => 0, enqueueAll: async () => [] };

const BLUE = badgePicture([0, 58, 112], [0, 116, 178], 5);
const GREEN = badgePicture([16, 84, 66], [34, 139, 104], 6);
const PLUM = badgePicture([88, 32, 92], [142, 68, 140], 8);

/**
 * Open badges of the demo: three models, one badge that the bénéficiaire has and one that they have asked for; the third
 * is theirs to ask for.
 */
export async function insertBadges(
  deps: Dependencies,
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const who = (login: string) => people.find((one) => one.login === login)?.id;
  const [holder, manager] = [who('beneficiaire'), who('gestionnaire')];
  if (!holder || !manager) throw new Error('nobody to hold or to give a badge');
  const at = (moment: Date): Dependencies => ({
    ...deps,
    db: trx as unknown as Knex,
    mail: { ...deps.mail, ...SILENT },
    clock: { now: () => moment },
  });
  const [first, second]: { id: number; actionId: number }[] = await trx('enrolments as e')
    .join('attendance_sheets as t', 't.session_id', 'e.session_id')
    .where({ 'e.user_id': holder, 'e.state': 'attended' })
    .orderBy('t.closed_at', 'desc')
    .select('e.id', 'e.action_id as actionId');
  if (!first || !second) throw new Error('the bénéficiaire of the demo has attended too little');

  const model = (name: string, image: Buffer, kindIds: number[] = []) =>
    addModel(at(daysAgo(now, 60)), manager, {
      name,
      description: 'Atteste ce que la personne a appris, et ce qu’elle en a fait dans son travail.',
      criteria:
        'Avoir suivi l’action du début à la fin.\nDire, en quelques lignes, ce qui a été mis en pratique depuis.',
      image,
      kindIds,
    });
  const kinds: number[] = await trx('action_kinds').pluck('id');
  const given = await model('Mise en pratique réussie', BLUE);
  const asked = await model('Pratique d’atelier confirmée', GREEN);
  await model('Se former tout au long de sa carrière', PLUM, kinds);
  await changeActions(at(daysAgo(now, 60)), given, first.actionId, 'add');
  await changeActions(at(daysAgo(now, 60)), asked, second.actionId, 'add');

  const ask = (enrolmentId: number, modelId: number, evidence: string, days: number) =>
    askForBadge(at(daysAgo(now, days)), holder, { enrolmentId, modelId, evidence, showsCertificate: false });
  await ask(second.id, asked, 'J’ai animé deux ateliers avec les outils vus pendant la formation.', 2);
  await ask(first.id, given, 'Trois accompagnements menés depuis, avec la grille travaillée en séance.', 8);
  // Where none can be issued, both wait.
  if (issuableAt(deps.config).kind === 'refused') return;
  const request = await trx('badge_requests').where({ user_id: holder, model_id: given }).first('id');
  await decide(at(daysAgo(now, 6)), badgeRequest, 'accept', { requestId: request.id, userId: manager });
}
