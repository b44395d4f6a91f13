import { parseArgs } from 'node:util';
import { runningDemoUrl } from '#demo/address.ts';
import { systemClock } from '#platform/clock.ts';
import { ownerDatabaseUrl } from '#platform/config.ts';
import { usualRejectsPath } from '#platform/csv/rejects.ts';
import { CommandError, commandMessage, openCommand } from '#platform/database/command.ts';
import { plural } from '#platform/french/words.ts';
import { importOffers, type OffersImportReport } from '#rafael/imports/command/import.ts';
import { issueTitles } from '#rafael/lheo/issues.ts';
import { writeDueDocuments } from '#rafael/search/upkeep/documents.ts';

const USAGE = `npm run offers:import -- FICHIER.xml [--complet] [--brouillons] [--verifier] [--rejets=FICHIER]
Importe l’offre de formation d’un fichier LHÉO 2.3 ou 2.2, de n’importe quels organismes et de n’importe quelle taille.
--complet archive ce que le fichier ne dit plus des organismes qu’il nomme ; --brouillons ne publie pas les nouvelles
formations ; --verifier dit ce que ferait l’import, sans rien changer.
DATABASE_OWNER_URL désigne la base, ou DATABASE_URL s’il n’y a qu’une adresse.`;

/** The usage, with the whole command for the demo, which chooses its port, where it runs. */
function usage(): string {
  const demo = runningDemoUrl(process.env.DEMO_DIR || '.demo');
  const how = demo
    ? `DATABASE_URL=${demo} npm run offers:import -- FICHIER.xml`
    : 'démarrez-la (npm start), puis relancez cette commande ici, dans un autre terminal.';
  return `${USAGE}\nDans la démonstration\u00a0: ${how}`;
}

const PROGRESS_EVERY_MS = 2_000;

/** Imports formations from a file, and says what it did; 1 when it could not, and nothing is changed then. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      complet: { type: 'boolean', default: false },
      brouillons: { type: 'boolean', default: false },
      verifier: { type: 'boolean', default: false },
      rejets: { type: 'string' },
    },
  });
  const url = ownerDatabaseUrl(process.env);
  const [file, ...others] = positionals;
  if (!file || others.length > 0 || !url) throw new CommandError(usage());
  const rejectsPath = values.rejets ?? (await usualRejectsPath('offres-rejets.csv'));
  const db = await openCommand(url);
  const began = performance.now();
  let told = began;
  try {
    const report = await importOffers(db, {
      file,
      complete: values.complet,
      publish: !values.brouillons,
      checkOnly: values.verifier,
      rejectsPath,
      now: systemClock.now(),
      onProgress(formations) {
        if (performance.now() - told < PROGRESS_EVERY_MS) return;
        told = performance.now();
        console.error(`${formations.toLocaleString('fr-FR')} formations lues`);
      },
    });
    tell(report, values.verifier);
    if (report.rejected > 0) console.log(`Formations rejetées : ${rejectsPath}`);
    const seconds = (performance.now() - began) / 1000;
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(`${seconds.toFixed(1)} s, ${memory} Mo au plus.`);
    // The formations are there; a running application would write these too, within minutes.
    const since = performance.now();
    await writeDueDocuments({ db });
    const words = (performance.now() - since) / 1000;
    if (report.new + report.changed > 0) console.log(`Mots de la recherche : ${words.toFixed(1)} s de plus.`);
    return 0;
  } finally {
    await db.destroy();
  }
}

function tell(report: OffersImportReport, checkedOnly: boolean): void {
  const { version, read, changed, unchanged, rejected, archived, left, issues } = report;
  console.log(
    `LHÉO ${version} : ${plural(read, 'formation lue', 'formations lues')}, ${plural(report.new, 'nouvelle')}, ${plural(changed, 'modifiée')}, ${plural(unchanged, 'inchangée')}, ${plural(rejected, 'rejetée')}.`,
  );
  if (archived > 0) console.log(`${plural(archived, 'formation archivée', 'formations archivées')}.`);
  if (left > 0) console.log(`${plural(left, 'gardée')}, des candidatures y étant en cours.`);
  for (const [code, count] of Object.entries(issues).sort())
    console.log(
      `  ${code} ${issueTitles[code as keyof typeof issueTitles]} : ${count.toLocaleString('fr-FR')}`,
    );
  if (checkedOnly) console.log('Rien n’a été enregistré : ce n’était qu’une vérification.');
}

try {
  process.exitCode = await run();
} catch (error) {
  const isMistyped = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isMistyped ? usage() : commandMessage(error));
  process.exitCode = 1;
}
