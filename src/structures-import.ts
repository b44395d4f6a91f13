import { parseArgs } from 'node:util';
import { runningDemoUrl } from '#demo/address.ts';
import { systemClock } from '#platform/clock.ts';
import { ownerDatabaseUrl } from '#platform/config.ts';
import { usualRejectsPath } from '#platform/csv/rejects.ts';
import { CommandError, commandMessage, connectCommand } from '#platform/database/command.ts';
import { importStructures } from '#structures/sirene/import.ts';

const USAGE = `npm run structures:import -- FICHIER [FICHIER] [--departements=33,16] [--avec-fermes] [--rejets=FICHIER]
DATABASE_OWNER_URL désigne la base, ou DATABASE_URL s’il n’y a qu’une adresse.`;

/** The usage, with the whole command for the demo, which chooses its port, where it runs. */
function usage(): string {
  const demo = runningDemoUrl(process.env.DEMO_DIR || '.demo');
  const how = demo
    ? `DATABASE_URL=${demo} npm run structures:import -- FICHIER`
    : 'démarrez-la (npm start), puis relancez cette commande ici, dans un autre terminal.';
  return `${USAGE}\nDans la démonstration\u00a0: ${how}`;
}

const PROGRESS_EVERY_MS = 2_000;

/** Imports structures from files, and says what it did; 1 when it could not, and nothing is changed then. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      departements: { type: 'string' },
      'avec-fermes': { type: 'boolean', default: false },
      rejets: { type: 'string' },
    },
  });
  // The indexes of an empty list are its owner's to build again.
  const url = ownerDatabaseUrl(process.env);
  if (positionals.length === 0 || !url) throw new CommandError(usage());
  const rejectsPath = values.rejets ?? (await usualRejectsPath('structures-rejets.csv'));
  const client = await connectCommand(url);
  const began = performance.now();
  let told = began;
  try {
    const report = await importStructures(client, {
      files: positionals,
      departments: values.departements?.split(',').map((code) => code.trim().toUpperCase()),
      includeClosed: values['avec-fermes'],
      rejectsPath,
      now: systemClock.now(),
      onProgress(file, rows) {
        if (performance.now() - told < PROGRESS_EVERY_MS) return;
        told = performance.now();
        console.error(`${file} : ${rows.toLocaleString('fr-FR')} lignes lues`);
      },
    });
    const { read, outside, rejected, added, updated } = report;
    const seconds = (performance.now() - began) / 1000;
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `${read} lignes lues, ${outside} hors des départements, ${rejected} rejetées, ${added} structures ajoutées, ${updated} modifiées.`,
    );
    if (rejected > 0) console.log(`Lignes rejetées : ${rejectsPath}`);
    console.log(`${seconds.toFixed(1)} s, ${memory} Mo au plus.`);
    return 0;
  } finally {
    await client.end();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const isMistyped = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isMistyped ? usage() : commandMessage(error));
  process.exitCode = 1;
}
