import { parseArgs } from 'node:util';
import pg from 'pg';
import { systemClock } from './platform/clock.ts';
import { ImportError, importStructures } from './portal/structures/import/import.ts';

const USAGE = `npm run structures:import -- FICHIER [FICHIER] [--departements=33,16] [--avec-fermes] [--rejets=FICHIER]
DATABASE_OWNER_URL désigne la base, ou DATABASE_URL s’il n’y a qu’une adresse.`;
const PROGRESS_EVERY_MS = 2_000;

/** Imports structures from files, and says what it did; 1 when it could not, and nothing is changed then. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      departements: { type: 'string' },
      'avec-fermes': { type: 'boolean', default: false },
      rejets: { type: 'string', default: 'structures-rejets.csv' },
    },
  });
  // The indexes of an empty list are its owner's to build again.
  const url = process.env.DATABASE_OWNER_URL || process.env.DATABASE_URL;
  if (positionals.length === 0 || !url) throw new ImportError(USAGE);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const began = performance.now();
  let told = began;
  try {
    const report = await importStructures(client, {
      files: positionals,
      departments: values.departements?.split(',').map((code) => code.trim().toUpperCase()),
      includeClosed: values['avec-fermes'],
      rejectsPath: values.rejets,
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
    if (rejected > 0) console.log(`Lignes rejetées : ${values.rejets}`);
    console.log(`${seconds.toFixed(1)} s, ${memory} Mo au plus.`);
    return 0;
  } finally {
    await client.end();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const isExpected =
    error instanceof ImportError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
}
