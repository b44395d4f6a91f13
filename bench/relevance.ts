import type { Knex } from 'knex';
import { systemClock } from '#platform/clock.ts';
import { findSelectableStructures, findStructures } from '#structures/search/service.ts';
import { type Made, sirenOf, siretOf } from './structures.ts';

const FIRST_SERIAL = 95_000_000;
const landmark = (serial: number, name: string, more: Partial<Made> = {}, nth = 1): Made => ({
  siret: siretOf(sirenOf(FIRST_SERIAL + serial), nth),
  name,
  ...{ acronym: '', brand: '', postcode: '33000', city: 'Bordeaux', isHeadOffice: nth === 1, closedOn: '' },
  ...more,
});

const mission = landmark(1, 'Mission locale du Haut Zéphyr', { acronym: 'MLHZ', city: 'Blaye' });
const limousin = landmark(2, 'MISSION LOCALE RURALE QUERELLE', { postcode: '87000', city: 'LIMOGES' });
const agency = landmark(3, 'Agence pour la formation des adultes d’Aquitaine', { acronym: 'AFPX' });
const decoy = landmark(4, 'AFPX ET COMPAGNIE');
const branded = landmark(5, 'SARL ZWINGMANN', { brand: 'Œuvre & Métiers Zénith' });
const branch = landmark(6, 'INSTITUT ALIENORIX', {}, 2);
const headOffice = landmark(6, 'INSTITUT ALIENORIX');
const closed = landmark(7, 'INSTITUT MELUSINEX', { closedOn: '2020-01-01' });
const reopened = landmark(8, 'INSTITUT MELUSINEX', { isHeadOffice: false }, 2);
const short = landmark(9, 'CDQZ FORMATION', { acronym: 'QZ' });

/** Establishments that each query below must find first, whatever surrounds them; copies and decoys come before. */
export const landmarks = [
  decoy,
  branch,
  headOffice,
  closed,
  reopened,
  mission,
  limousin,
  agency,
  branded,
  short,
];

const spaced = (siret: string) => siret.replace(/^(...)(...)(...)/, '$1 $2 $3 ');
/** What is typed, and which establishment is the obvious one. */
const obvious: readonly (readonly [what: string, typed: string, expected: Made])[] = [
  ['exact SIRET', mission.siret, mission],
  ['SIRET with spaces', spaced(mission.siret), mission],
  ['SIREN, head office first', headOffice.siret.slice(0, 9), headOffice],
  ['middle of a SIRET', limousin.siret.slice(1, 10), limousin],
  ['exact sigle before names that begin so', 'afpx', agency],
  ['sigle of two letters', 'qz', short],
  ['whole name', 'Mission locale du Haut Zéphyr', mission],
  ['whole name without accents, in capitals', 'MISSION LOCALE DU HAUT ZEPHYR', mission],
  ['beginning of the name', 'mission locale du haut z', mission],
  ['words in another order', 'zephyr mission haut', mission],
  ['a word of the middle', 'querelle', limousin],
  ['part of a word', 'uerell', limousin],
  ['a letter missing', 'mision locale zephyr', mission],
  ['two letters exchanged', 'institut aliénroix', headOffice],
  ['another letter', 'institut aliemorix', headOffice],
  ['a letter too many', 'missions locale querellle', limousin],
  ['two typos', 'mision locale zefyr', mission],
  ['enseigne, a ligature typed as two letters', 'oeuvre metiers zenith', branded],
  ['name and town', 'mission locale limoges querelle', limousin],
  ['name and département', 'mission querelle haute-vienne', limousin],
  ['head office before branch', 'institut alienorix', headOffice],
];

/** @returns what was typed and which name came first, for each obvious one that did not */
export async function relevanceFaults(db: Knex): Promise<string[]> {
  const deps = { db, clock: systemClock };
  const faults: string[] = [];
  for (const [what, typed, expected] of obvious) {
    const [first] = await findSelectableStructures(deps, typed);
    if (first?.siret !== expected.siret) {
      faults.push(`${what}: « ${typed} » gives ${first ? `${first.siret} ${first.name}` : 'nothing'}`);
    }
  }
  const both = (await findStructures(deps, 'institut melusinex')).map(({ siret }) => siret);
  if (both[0] !== reopened.siret || both[1] !== closed.siret) {
    faults.push(`active before closed: « institut melusinex » gives ${both.join(', ') || 'nothing'}`);
  }
  return faults;
}

/** How many relevance checks there are. */
export const CHECKS = obvious.length + 1;
