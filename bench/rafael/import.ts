import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openOne } from '../database.ts';
import { fileOfFormations } from './formations.ts';
import type { Body } from './people.ts';
import { decimal, row, whole } from './row.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm run offers:import` says: `node`, its flags, the script. */
const [, ...command] = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts[
  'offers:import'
].split(' ') as string[];

/** What the import is to reach (the aims of the issue). */
const AIM = { memory: 300, rate: 2_000, ratio: 0.25, growth: 15, again: 0.7 };

interface Measured {
  url: string;
  directory: string;
  body: Body;
  formations: number;
  /** Only fills the database for what is measured later. */
  onlyFill: boolean;
}

/** The command on a file of so many formations, beside a bare reading of the same file; then the same file again. */
export async function measureImport({ url, directory, body, formations, onlyFill }: Measured): Promise<void> {
  const large = await write(directory, 'grand.xml', formations, body);
  if (onlyFill) {
    imported(url, directory, large);
    return;
  }
  const small = await write(directory, 'petit.xml', Math.ceil(formations / 10), body);
  const { memory: ofSmall } = imported(url, directory, small);
  await empty(url);
  const bare = read(large, 'saxes');
  const trees = read(large, 'lire');
  const first = imported(url, directory, large);
  const again = imported(url, directory, large);
  const megabytes = statSync(large).size / 1e6;
  row('fichier', `${whole(formations)} formations, ${whole(megabytes)} Mo`);
  row('lecture nue (saxes)', `${decimal(bare, 1)} s, ${whole(megabytes / bare)} Mo/s`);
  row('lecture en arbres vérifiés', `${decimal(trees, 1)} s, ${decimal(bare / trees)} × la lecture nue`);
  row('import', `${decimal(first.seconds, 1)} s`);
  row('mots de la recherche, écrits ensuite', `${decimal(first.words, 1)} s`);
  const rate = formations / first.seconds;
  row('formations par seconde', whole(rate), `≥ ${whole(AIM.rate)}`, rate >= AIM.rate);
  const ratio = bare / first.seconds;
  row('rapport à la lecture nue', decimal(ratio), `≥ ${decimal(AIM.ratio)}`, ratio >= AIM.ratio);
  row('mémoire', `${whole(first.memory)} Mo`, `< ${AIM.memory} Mo`, first.memory < AIM.memory);
  const growth = (first.memory / ofSmall - 1) * 100;
  row(
    `mémoire, du dixième (${whole(ofSmall)} Mo) au tout`,
    `${growth > 0 ? '+' : ''}${whole(growth)} %`,
    `≤ +${AIM.growth} %`,
    growth <= AIM.growth,
  );
  const share = again.seconds / first.seconds;
  row(
    'le même fichier de nouveau',
    `${decimal(share)} ×`,
    `≤ ${decimal(AIM.again, 1)} ×`,
    share <= AIM.again,
  );
}

async function write(directory: string, name: string, formations: number, body: Body): Promise<string> {
  const file = path.join(directory, name);
  const year = new Date().getUTCFullYear() + 1;
  await pipeline(Readable.from(fileOfFormations(formations, body.siret, year)), createWriteStream(file));
  return file;
}

/** Runs the command as an operator would. */
function imported(
  url: string,
  directory: string,
  file: string,
): { seconds: number; memory: number; words: number } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...command, file, `--rejets=${path.join(directory, 'rejets.csv')}`],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_OWNER_URL: url, DATABASE_OWNER_URL_FILE: '' },
    },
  );
  const [, seconds, memory] = /([\d.]+) s, (\d+) Mo/.exec(stdout) ?? [];
  if (status !== 0 || !seconds) throw new Error(`the import failed: ${stdout}${stderr}`);
  const [, words = '0'] = /recherche : ([\d.]+) s/.exec(stdout) ?? [];
  return { seconds: Number(seconds), memory: Number(memory), words: Number(words) };
}

const read = (file: string, how: 'saxes' | 'lire'): number =>
  Number(
    execFileSync(process.execPath, [path.join(root, 'bench/rafael/bare.ts'), file, how], {
      encoding: 'utf8',
    }).split(' ')[0],
  );

async function empty(url: string): Promise<void> {
  const db = openOne(url);
  await db
    .raw('truncate offers, offer_imports, offer_words, offer_changes cascade')
    .finally(() => db.destroy());
}
