import type { RunningApp } from '../pages/app.ts';
import { type Body, sendFile, signInAt } from './people.ts';
import { row, whole } from './row.ts';

const AIM = { took: 1_000, memory: 50 };
const LHEO = '<lheo xmlns="http://lheo.gouv.fr/2.3"><offres><formation numero="A">';
const MOST = 9_900_000;

/** Files that are sent to hold the application up, each as large as it may be. */
const attacks: Readonly<Record<string, () => string>> = {
  'bombe d’entités': () =>
    `<!DOCTYPE lheo [${Array.from({ length: 10 }, (_, nth) => `<!ENTITY e${nth} "${nth === 0 ? 'ha' : `&e${nth - 1};`.repeat(10)}">`).join('')}]>${LHEO}&e9;`,
  'entité externe': () => `<!DOCTYPE lheo [<!ENTITY x SYSTEM "file:///etc/passwd">]>${LHEO}&x;`,
  'cent mille niveaux': () => LHEO + '<x>'.repeat(100_000),
  'attribut de 10 Mo': () => `${LHEO}<x a="${'x'.repeat(MOST)}"/>`,
  'texte de 10 Mo': () => `${LHEO}<intitule-formation>${'x'.repeat(MOST)}`,
  'nom de 10 Mo': () => `${LHEO}<${'x'.repeat(MOST)}`,
  'commentaire de 10 Mo': () => `${LHEO}<!--${'x'.repeat(MOST)}`,
  'attributs par centaines de milliers': () =>
    `${LHEO}<x ${Array.from({ length: 700_000 }, (_, nth) => `a${nth}="1"`).join(' ')}/>`,
  'dix mégaoctets de vide': () => ' '.repeat(MOST),
  'dix mégaoctets de zéros': () => '\0'.repeat(MOST),
};

/** How long each keeps its sender waiting, and what it takes of the application's memory. */
export async function measureAttacks(app: RunningApp, body: Body): Promise<void> {
  const cookie = await signInAt(app.base, body);
  // As much memory as an honest file of that size takes to arrive.
  await sendFile(app.base, cookie, Buffer.from(`${LHEO}${' '.repeat(MOST)}`));
  for (const [name, content] of Object.entries(attacks)) {
    const bytes = Buffer.from(content());
    const before = app.memory();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, app.memory());
    }, 50);
    const { status, took } = await sendFile(app.base, cookie, bytes);
    clearInterval(watch);
    most = Math.max(most, app.memory());
    row(
      `fichier hostile : ${name}`,
      `${status}, ${whole(took)} ms, +${whole(most - before)} Mo`,
      `422, < ${whole(AIM.took)} ms, < ${AIM.memory} Mo`,
      status === 422 && took < AIM.took && most - before < AIM.memory,
    );
  }
}
