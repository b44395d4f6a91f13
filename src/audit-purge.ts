import { parseArgs } from 'node:util';
import { LEAST_MONTHS, monthsBefore, purgeAudit, USUAL_MONTHS } from '#audit/purge.ts';
import { systemClock } from '#platform/clock.ts';
import { ownerDatabaseUrl } from '#platform/config.ts';
import { commandMessage, connectCommand } from '#platform/database/command.ts';
import { formatDay } from '#platform/french/time.ts';

const USAGE = `npm run audit:purge -- [--mois=${USUAL_MONTHS}]
Efface les entrées du journal de plus de ${USUAL_MONTHS} mois, ou du nombre de mois donné (${LEAST_MONTHS} au moins).
DATABASE_OWNER_URL désigne la base, ou DATABASE_URL s’il n’y a qu’une adresse.`;

/** Forgets the old entries of the audit journal, and says how many; 1 when it could not, and nothing is changed then. */
async function run(): Promise<number> {
  const { values } = parseArgs({ options: { mois: { type: 'string', default: String(USUAL_MONTHS) } } });
  const months = /^\d{1,3}$/.test(values.mois) ? Number(values.mois) : 0;
  const url = ownerDatabaseUrl(process.env);
  if (months < LEAST_MONTHS || !url) {
    console.error(USAGE);
    return 1;
  }
  const client = await connectCommand(url);
  try {
    const now = systemClock.now();
    const before = monthsBefore(now, months);
    const count = await purgeAudit(client, { before, now });
    console.log(`${count.toLocaleString('fr-FR')} entrées d’avant le ${formatDay(before)} effacées.`);
    return 0;
  } finally {
    await client.end();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const isMistyped = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isMistyped ? USAGE : commandMessage(error));
  process.exitCode = 1;
}
