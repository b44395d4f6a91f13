import { refreshFigures } from '#follow-up/figures/service.ts';
import { DEMO_PASSWORD } from '#platform/config.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { insertAccountRequests } from './demo/account-requests.ts';
import { insertCatalogue } from './demo/actions.ts';
import { insertAgencyRequests } from './demo/agency-requests.ts';
import { insertBadges } from './demo/badges.ts';
import { insertDocuments } from './demo/documents.ts';
import { insertEnrolments } from './demo/enrolments.ts';
import { insertHrHabits } from './demo/hr.ts';
import { insertIssued } from './demo/issued.ts';
import { insertKept } from './demo/kept.ts';
import { insertNews } from './demo/news.ts';
import { insertOffers } from './demo/offers/insert.ts';
import { insertMemberships, insertPeople } from './demo/people.ts';
import { insertProfiles } from './demo/profiles.ts';
import { insertProviderWork } from './demo/provider.ts';
import { insertServices } from './demo/services.ts';
import { insertSessionToSign } from './demo/signing.ts';
import { insertStructures } from './demo/structures.ts';
import { insertSurveys } from './demo/surveys.ts';

/** Any number that no other lock of the application uses. */
const SEED_LOCK = 20_261_101;

/**
 * Fills an empty database with the demo (domain.md §11), dated from the clock's day; one that has people is left as it
 * is. All or nothing, and once: two starts at the same moment wait for each other.
 */
export async function seedDemo(deps: Dependencies): Promise<void> {
  const { db, clock, config } = deps;
  await db.transaction(async (trx) => {
    // The other start fills for longer than anybody else waits for a lock, on a slow machine.
    await trx.raw(`set local lock_timeout = '30s'`);
    await trx.raw('select pg_advisory_xact_lock(?)', [SEED_LOCK]);
    if (await trx('users').first('id')) return;

    const now = clock.now();
    const passwordHash = await hashPassword(DEMO_PASSWORD);
    const structures = new Map((await insertStructures(trx, now)).map((one) => [one.key, one]));
    const people = await insertPeople(trx, structures, passwordHash, now);
    const agency = people.find((person) => person.login === 'gestionnaire');
    await insertMemberships(trx, structures, agency?.id ?? null, now);
    await insertAccountRequests(trx, structures, passwordHash, now);
    await insertAgencyRequests(trx, { structures, people, now });
    await insertServices(trx, { port: config.demo.servicePort, by: agency?.id ?? null, now });
    await insertNews(trx, agency?.id ?? null, now);
    const sessions = await insertCatalogue(trx, structures, now);
    await insertProfiles(trx, structures, people, now);
    await insertDocuments(trx, now);
    await insertEnrolments(trx, people, sessions, now);
    await insertHrHabits(trx, people, now);
    await insertSurveys(trx, people, now);
    await insertKept(trx, people, now);
    await insertProviderWork(trx, people, now);
    await insertIssued(deps, trx, people, now);
    await insertBadges(deps, trx, people, now);
    await insertSessionToSign(deps, trx, people, now);
    await insertOffers(trx, structures, people, now);
    await refreshFigures({ db: trx, clock });
  });
}
