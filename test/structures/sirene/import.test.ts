import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readTable } from '#platform/csv/csv-table.ts';
import { importStructures } from '#structures/sirene/import.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createUser, setStructure } from '../../support/people.ts';
import { COMPILED_ONCE } from '../../support/process.ts';
import { first } from '../../support/rows.ts';
import { forgetStructures, setStructures, structuresIn } from '../../support/structures.ts';
import { zipOf } from './zip.ts';

let site: TestSite;
let directory: string;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'import-'));
  await forgetStructures(site.dependencies.db);
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, content: string | Buffer): string => {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  return file;
};
const rejectsPath = () => path.join(directory, 'rejets.csv');

async function run(files: string[], options: { departments?: string[]; includeClosed?: boolean } = {}) {
  const client = new pg.Client({ connectionString: site.url });
  await client.connect();
  try {
    return await importStructures(client, { files, rejectsPath: rejectsPath(), now: new Date(), ...options });
  } finally {
    await client.end();
  }
}
const structures = () => structuresIn(site.dependencies.db);

type Row = Record<string, string>;
const ESTABLISHMENT = [
  'siren',
  'nic',
  'siret',
  'dateDebut',
  'etablissementSiege',
  'numeroVoieEtablissement',
  'typeVoieEtablissement',
  'libelleVoieEtablissement',
  'codePostalEtablissement',
  'libelleCommuneEtablissement',
  'codeCommuneEtablissement',
  'etatAdministratifEtablissement',
  'enseigne1Etablissement',
  'denominationUsuelleEtablissement',
  'activitePrincipaleEtablissement',
];
const UNIT = [
  'siren',
  'etatAdministratifUniteLegale',
  'denominationUniteLegale',
  'sigleUniteLegale',
  'nomUniteLegale',
  'prenomUsuelUniteLegale',
  'categorieJuridiqueUniteLegale',
];
const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (columns: string[], rows: Row[], end = '\n') =>
  [columns, ...rows.map((row) => columns.map((name) => cell(row[name] ?? '')))]
    .map((one) => one.join(',') + end)
    .join('');

const establishment = (siret: string, more: Row = {}): Row => ({
  siren: siret.slice(0, 9),
  nic: siret.slice(9),
  siret,
  dateDebut: '2019-05-01',
  etablissementSiege: 'true',
  numeroVoieEtablissement: '3',
  typeVoieEtablissement: 'RUE',
  libelleVoieEtablissement: 'DU PIN',
  codePostalEtablissement: '33600',
  libelleCommuneEtablissement: 'PESSAC',
  codeCommuneEtablissement: '33318',
  etatAdministratifEtablissement: 'A',
  activitePrincipaleEtablissement: '85.59A',
  ...more,
});
const unit = (siret: string, more: Row = {}): Row => ({
  siren: siret.slice(0, 9),
  etatAdministratifUniteLegale: 'A',
  denominationUniteLegale: 'ATELIER DU PIN',
  categorieJuridiqueUniteLegale: '9220',
  ...more,
});
/** Valid SIRETs of different SIRENs. */
const sirets = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => luhn(`8${String(index).padStart(8, '0')}0001`));
function luhn(body: string): string {
  for (let check = 0; check < 10; check += 1) {
    const sum = [...`${body}${check}`].reverse().reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return `${body}${check}`;
  }
  throw new Error('unreachable');
}
const [A, B, C, D] = sirets(4) as [string, string, string, string];

describe('SIRENE', () => {
  const files = (rows: Row[], units: Row[], columns = ESTABLISHMENT) => [
    write('StockEtablissement_utf8.csv', csv(columns, rows)),
    write('StockUniteLegale_utf8.csv', csv(UNIT, units)),
  ];

  test('joined on siren; running it again changes nothing; a change is taken', async () => {
    const both = files(
      [establishment(A, { enseigne1Etablissement: 'LE "PIN", ATELIER' })],
      [unit(A, { sigleUniteLegale: 'ADP' })],
    );
    expect(await run(both)).toEqual({ read: 2, outside: 0, rejected: 0, added: 1, updated: 0 });
    expect(await structures()).toEqual([
      expect.objectContaining({
        siret: A,
        name: 'ATELIER DU PIN',
        acronym: 'ADP',
        brand: 'LE "PIN", ATELIER',
        ape_code: '85.59A',
        kind: 'association',
        address: '3 RUE DU PIN',
        postcode: '33600',
        city: 'PESSAC',
        department: '33',
        is_head_office: true,
        closed_on: null,
      }),
    ]);
    expect(await run(both)).toMatchObject({ added: 0, updated: 0 });
    await setStructures(site.dependencies.db, { kind: 'local_mission', may_preregister: true });
    const renamed = files([establishment(A)], [unit(A, { denominationUniteLegale: 'AUTRE NOM' })]);
    expect(await run(renamed.reverse())).toMatchObject({ added: 0, updated: 1 });
    // What the agency decided stays.
    expect(await structures()).toEqual([
      expect.objectContaining({
        name: 'AUTRE NOM',
        brand: null,
        kind: 'local_mission',
        may_preregister: true,
      }),
    ]);
  });

  test('every name finds it: enseignes and usual names, of the establishment and of its unit', async () => {
    const names: Row = {
      enseigne1Etablissement: 'CHEZ ALIX',
      enseigne2Etablissement: 'LA FABRIQUE BLEUE',
      enseigne3Etablissement: 'CHEZ ALIX',
      denominationUsuelleEtablissement: 'OUVROIR DU QUAI',
    };
    const usual: Row = {
      denominationUsuelle1UniteLegale: 'OUVROIR DU QUAI',
      denominationUsuelle2UniteLegale: 'RESSOURCERIE GIVREE',
      denominationUsuelle3UniteLegale: 'GRENIER CELESTE',
    };
    const person: Row = {
      denominationUniteLegale: '',
      nomUniteLegale: 'PROVISTE',
      prenomUsuelUniteLegale: 'ALIX',
      pseudonymeUniteLegale: 'LILIX',
      denominationUsuelle1UniteLegale: 'MENUISERIE HAUTE',
    };
    const both = [
      write(
        'e.csv',
        csv([...ESTABLISHMENT, ...Object.keys(names)], [establishment(A, names), establishment(B)]),
      ),
      write(
        'u.csv',
        csv([...UNIT, ...Object.keys(usual), 'pseudonymeUniteLegale'], [unit(A, usual), unit(B, person)]),
      ),
    ];
    await run(both);
    expect((await structures()).map(({ name, brand }) => [name, brand])).toEqual([
      [
        'ATELIER DU PIN',
        'CHEZ ALIX – LA FABRIQUE BLEUE – OUVROIR DU QUAI – RESSOURCERIE GIVREE – GRENIER CELESTE',
      ],
      ['MENUISERIE HAUTE', 'ALIX PROVISTE – LILIX'],
    ]);
    expect(await run(both)).toMatchObject({ added: 0, updated: 0 });
    const all = { ...names, ...usual, ...person };
    for (const [column, name] of Object.entries(all).filter(([, text]) => text !== '')) {
      const found = await site.visitor().get(`/structures/recherche?q=${encodeURIComponent(name)}`);
      expect(found.text, `${column}: ${name}`).toMatch(/ATELIER DU PIN|MENUISERIE HAUTE/);
    }
  });

  test.each<[string, Row, string]>([
    ['a box alone', { distributionSpecialeEtablissement: 'BP 12' }, 'BP 12'],
    ['a place without a street', { libelleVoieEtablissement: 'LE BOURG' }, 'LE BOURG'],
    [
      'all there is',
      {
        complementAdresseEtablissement: 'BATIMENT B',
        numeroVoieEtablissement: '3',
        indiceRepetitionEtablissement: 'B',
        dernierNumeroVoieEtablissement: '7',
        indiceRepetitionDernierNumeroVoieEtablissement: 'T',
        typeVoieEtablissement: 'RUE',
        libelleVoieEtablissement: 'DU PIN',
        distributionSpecialeEtablissement: 'BP 12',
        codeCedexEtablissement: '33604',
        libelleCedexEtablissement: 'PESSAC CEDEX',
      },
      'BATIMENT B, 3 B-7 T RUE DU PIN, BP 12, 33604 PESSAC CEDEX',
    ],
    [
      'a complement that says the street again',
      { complementAdresseEtablissement: 'LE BOURG', libelleVoieEtablissement: 'LE BOURG' },
      'LE BOURG',
    ],
    ['nothing', {}, ''],
  ])('an address is every line that the file has of it: %s', async (_what, lines, address) => {
    const none = { numeroVoieEtablissement: '', typeVoieEtablissement: '', libelleVoieEtablissement: '' };
    const columns = [...new Set([...ESTABLISHMENT, ...Object.keys(lines)])];
    await run(files([establishment(A, { ...none, ...lines })], [unit(A)], columns));
    expect((await structures()).map((one) => one.address)).toEqual([address]);
  });

  test('columns in another order and number, CRLF, a BOM, a line end within quotes', async () => {
    const columns = [...ESTABLISHMENT].reverse().flatMap((name) => [name, `x${name}`]);
    const rows = [establishment(A, { libelleVoieEtablissement: 'DU\nPIN' }), establishment(B)];
    const both = [
      write('e.csv', `\ufeff${csv(columns, rows, '\r\n')}`),
      write('u.csv', csv([...UNIT].reverse(), [unit(A), unit(B)])),
    ];
    expect(await run(both)).toMatchObject({ added: 2, rejected: 0 });
    expect((await structures()).map(({ address }) => address)).toEqual(['3 RUE DU PIN', '3 RUE DU PIN']);
  });

  test('départements: those of the region unless asked otherwise; Corsica and overseas by their commune', async () => {
    const rows = [
      establishment(A),
      establishment(B, { codePostalEtablissement: '20000', codeCommuneEtablissement: '2A004' }),
      establishment(C, { codePostalEtablissement: '97400', codeCommuneEtablissement: '97411' }),
      establishment(D, { codePostalEtablissement: '', codeCommuneEtablissement: '' }),
    ];
    const both = files(
      rows,
      [A, B, C, D].map((siret) => unit(siret)),
    );
    expect(await run(both)).toMatchObject({ added: 1, outside: 3 });
    expect(await run(both, { departments: ['2A', '974'] })).toMatchObject({ added: 2, outside: 2 });
    expect((await structures()).map(({ department }) => department)).toEqual(['33', '2A', '974']);
  });

  test('[ND] is nothing; a person has a name; what nobody may know is said so', async () => {
    const rows = [A, B, C].map((siret) =>
      establishment(siret, { enseigne1Etablissement: '[ND]', libelleVoieEtablissement: '[ND]' }),
    );
    const units = [
      unit(A, {
        denominationUniteLegale: '[ND]',
        nomUniteLegale: 'PROVISTE',
        prenomUsuelUniteLegale: 'ALIX',
      }),
      unit(B, { denominationUniteLegale: '[ND]', nomUniteLegale: '[ND]', prenomUsuelUniteLegale: '[ND]' }),
      unit(C, { denominationUniteLegale: 'MISSION LOCALE DU PIN', sigleUniteLegale: '[ND]' }),
    ];
    await run(files(rows, units));
    expect(await structures()).toEqual([
      expect.objectContaining({ name: 'ALIX PROVISTE', brand: null, address: '3 RUE' }),
      expect.objectContaining({ name: 'Nom non diffusé' }),
      expect.objectContaining({ kind: 'local_mission', acronym: null }),
    ]);
  });

  test('closed: marked where it is in the list, left out where it is not, never deleted; open again', async () => {
    const units = [unit(A), unit(B)];
    const closed = { etatAdministratifEtablissement: 'F', dateDebut: '2024-02-29' };
    await run(files([establishment(A)], units));
    const both = files([establishment(A, closed), establishment(B, closed)], units);
    expect(await run(both)).toMatchObject({ added: 0, updated: 1 });
    expect(await structures()).toEqual([expect.objectContaining({ siret: A, closed_on: '2024-02-29' })]);
    expect(await run(both, { includeClosed: true })).toMatchObject({ added: 1, updated: 0 });
    expect(await run(files([establishment(A)], units))).toMatchObject({ added: 0, updated: 1 });
    expect((await structures())[0]?.closed_on).toBeNull();
  });

  test('bad rows are reported with line and reason, the rest goes in', async () => {
    const wrong = `${A.slice(0, 13)}${(Number(A[13]) + 1) % 10}`;
    const rows = [
      establishment(wrong),
      establishment(A),
      establishment('=1+1'),
      establishment(B),
      establishment(A),
    ];
    const [first, units] = files(rows, [unit(A)]) as [string, string];
    writeFileSync(first, `${readFileSync(first, 'utf8')}${A},short\n`);
    expect(await run([first, units])).toMatchObject({ added: 1, rejected: 4 });
    const written = readFileSync(rejectsPath(), 'utf8');
    const lines = written.trim().split('\r\n').slice(1);
    // As all our files for spreadsheets: a SIRET stays text by a tab, what would run as a formula by an apostrophe.
    expect(lines.map((one) => one.split(';').slice(1))).toEqual([
      ['2', `"\t${wrong}"`, 'SIRET inexact'],
      ['4', "'=1+1", 'SIRET illisible : Un SIRET ne contient que des chiffres.'],
      ['7', expect.anything(), '2 colonnes au lieu de 15'],
      ['5', `"\t${B}"`, 'unité légale absente de l’autre fichier'],
    ]);
    expect(
      await readTable(written, { columns: ['siret', 'raison'], required: ['siret'], most: 9 }),
    ).toMatchObject({
      rows: [{ cells: { siret: wrong } }, { cells: { siret: '=1+1' } }, {}, { cells: { siret: B } }],
    });
  });

  test('the rejects of an earlier import do not stay beside one without; a file of somebody’s does', async () => {
    const bad = write('bad.csv', `siret;RAISON_SOCIALE\n1;Fausse\n`);
    const good = write('good.csv', `siret;RAISON_SOCIALE\n${A};Bonne\n`);
    const cut = write('cut.csv', `siret;RAISON_SOCIALE\n${B};Bonne\n${C}`);
    await run([bad]);
    const written = readFileSync(rejectsPath(), 'utf8');
    // Nothing came of this one: the last import is still that of before.
    await expect(run([cut])).rejects.toThrow('fichier coupé');
    expect(readFileSync(rejectsPath(), 'utf8')).toBe(written);
    await run([good]);
    expect(existsSync(rejectsPath())).toBe(false);
    writeFileSync(rejectsPath(), 'fichier;de;quelqu’un\r\n');
    await run([good]);
    expect(readFileSync(rejectsPath(), 'utf8')).toBe('fichier;de;quelqu’un\r\n');
  });

  test('rejects that cannot be written change nothing, and are said before the files are read', async () => {
    const simple = write('s.csv', csv(['siret', 'RAISON_SOCIALE'], [{ siret: A, RAISON_SOCIALE: 'Bonne' }]));
    const client = new pg.Client({ connectionString: site.url });
    await client.connect();
    const options = {
      files: [simple],
      rejectsPath: path.join(directory, 'absent', 'r.csv'),
      now: new Date(),
    };
    await expect(importStructures(client, options)).rejects.toMatchObject({
      name: 'ImportError',
      message: expect.stringContaining('dossier introuvable'),
    });
    await client.end();
    expect(await structures()).toEqual([]);
  });

  test('a simple list takes a SIRET as people and spreadsheets write it', async () => {
    const grouped = (siret: string) => siret.replace(/^(...)(...)(...)/, '$1 $2\u00a0$3 ');
    const list = csv(
      ['siret', 'RAISON_SOCIALE', 'siret_siege_social'],
      [
        { siret: grouped(A), RAISON_SOCIALE: 'Espaces', siret_siege_social: A },
        { siret: `SIRET : ${B}`, RAISON_SOCIALE: 'Mot', siret_siege_social: A },
        { siret: '9,90079E+13', RAISON_SOCIALE: 'Abrégé' },
      ],
    );
    expect(await run([write('s.csv', list)])).toMatchObject({ added: 2, rejected: 1 });
    expect(await structures()).toEqual(
      [A, B].sort().map((siret) => expect.objectContaining({ siret, is_head_office: siret === A })),
    );
    expect(readFileSync(rejectsPath(), 'utf8')).toContain('Le tableur a abrégé ce numéro');
  });

  test('compressed in .gz; a cut one changes nothing, and the whole one then goes in', async () => {
    const many = sirets(2_000);
    const whole = gzipSync(
      csv(
        ESTABLISHMENT,
        many.map((siret) => establishment(siret)),
      ),
    );
    const units = write(
      'u.csv.gz',
      gzipSync(
        csv(
          UNIT,
          many.map((siret) => unit(siret)),
        ),
      ),
    );
    const cut = write('cut.csv.gz', whole.subarray(0, whole.length / 2));
    await expect(run([cut, units])).rejects.toThrow('fichier coupé');
    expect(await structures()).toEqual([]);
    expect(await run([write('e.csv.gz', whole), units])).toMatchObject({ added: 2_000, rejected: 0 });
    // So is the dictionary of the search, which goes on learning.
    expect((await site.visitor().get('/structures/recherche?q=atleier')).text).toContain('ATELIER DU PIN');
    const { id } = first(await structuresIn(site.dependencies.db, { siret: many[0] }));
    await setStructure(site.dependencies.db, id, { name: 'ZEPHYR' });
    expect((await site.visitor().get('/structures/recherche?q=zephry')).text).toContain('ZEPHYR');
    // The indexes that were put off are back.
    const { rows } = await site.dependencies.db.raw(
      `select indexname from pg_indexes where tablename = 'structures'`,
    );
    expect(rows.map((one: { indexname: string }) => one.indexname)).toEqual(
      expect.arrayContaining(['structures_heads', 'structures_acronym', 'structures_siret_prefix']),
    );
  });

  test.each([
    ['stored', {}],
    ['deflated', { deflated: true }],
    ['with 64-bit sizes, as beyond 4 GB', { deflated: true, is64: true }],
  ])('compressed in .zip, %s', async (_what, how) => {
    const establishments = csv([...ESTABLISHMENT].sort(), [establishment(A)]);
    const stock = write('e.zip', zipOf('StockEtablissement.csv', establishments, how));
    const units = write('u.zip', zipOf('StockUniteLegale.csv', csv(UNIT, [unit(A)]), how));
    expect(await run([stock, units])).toMatchObject({ added: 1, rejected: 0 });
  });

  test('a .zip without CSV is refused', async () => {
    await expect(run([write('x.zip', zipOf('lisez-moi.txt', 'rien'))])).rejects.toThrow(
      /x\.zip .*aucun fichier \.csv/,
    );
  });

  describe('a file cut in the middle changes nothing and is said to be cut', () => {
    const many = sirets(3_000);
    const whole = csv(
      ESTABLISHMENT,
      many.map((siret) => establishment(siret)),
    );
    const middle = whole.indexOf('RUE', whole.length / 2);
    const zipped = zipOf('StockEtablissement.csv', whole, { deflated: true });
    const broken = Buffer.from(zipped);
    broken.fill(0xff, broken.length / 2, broken.length / 2 + 200);
    test.each<[string, string, string | Buffer]>([
      ['CSV, in a row', 'e.csv', whole.slice(0, middle)],
      ['CSV, in the last cell of a row', 'e.csv', whole.slice(0, whole.indexOf('\n', middle) - 1)],
      ['CSV, within quotes', 'e.csv', `${whole}"${A}`],
      ['.gz', 'e.csv.gz', gzipSync(whole).subarray(0, 20_000)],
      ['.zip', 'e.zip', zipped.subarray(0, zipped.length / 2)],
      ['.zip stored', 'e.zip', zipOf('e.csv', whole).subarray(0, whole.length / 2)],
      ['.zip with damaged bytes', 'e.zip', broken],
    ])('%s', async (_what, name, content) => {
      const units = write(
        'u.csv',
        csv(
          UNIT,
          many.map((siret) => unit(siret)),
        ),
      );
      await expect(run([write(name, content), units])).rejects.toMatchObject({
        name: 'ImportError',
        message: expect.stringMatching(/coupé|abîmé|jamais refermé/),
      });
      expect(await structures()).toEqual([]);
    });

    test('by the command: in French, and with an exit code', async () => {
      const list = write('liste.csv', `siret,RAISON_SOCIALE,QUALIOPI\n${A},ORGANISME A,\n${B},ORG`);
      const child = spawn(process.execPath, ['src/structures-import.ts', list, `--rejets=${rejectsPath()}`], {
        cwd: fileURLToPath(new URL('../../../', import.meta.url)),
        env: { PATH: process.env.PATH, ...COMPILED_ONCE, DATABASE_URL: site.url },
      });
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
      });
      const [code] = await once(child, 'exit');
      expect([code, said.trim()]).toEqual([
        1,
        expect.stringMatching(
          /^liste\.csv : lecture interrompue .* \(fichier coupé : la ligne 3 n’est pas finie\)\. Rien n’a été changé\.$/,
        ),
      ]);
      expect(await structures()).toEqual([]);
    });
  });

  test.each([
    ['one of the two alone', () => [files([establishment(A)], [unit(A)])[0] as string]],
    ['another header', () => [write('x.csv', 'a,b\n1,2\n')]],
    ['an empty file', () => [write('x.csv', '')]],
    ['no such file', () => ['/nowhere/x.csv']],
    ['a quote never closed', () => [write('x.csv', `siret,RAISON_SOCIALE\n${A},"X\n${'y,z\n'.repeat(10)}`)]],
  ])('%s: refused in words, nothing changed', async (_what, make) => {
    await expect(run(make())).rejects.toMatchObject({ name: 'ImportError' });
    expect(await structures()).toEqual([]);
  });
});

describe('a simple list', () => {
  test('certified training bodies, without an address; what SIRENE said stays', async () => {
    const list = write(
      'liste.csv',
      `siren;siret;RAISON_SOCIALE;QUALIOPI\n;${A};ORGANISME A;QUALIOPI\n;${B};ORGANISME B;\n`,
    );
    expect(await run([list])).toMatchObject({ added: 2, updated: 0 });
    expect(await structures()).toEqual([
      expect.objectContaining({ name: 'ORGANISME A', is_training_body: true, postcode: '', city: '' }),
      expect.objectContaining({ name: 'ORGANISME B', is_training_body: false }),
    ]);
    expect(await run([list])).toMatchObject({ added: 0, updated: 0 });
    const page = await site.visitor().get('/structures/recherche?q=organisme');
    expect(page.status).toBe(200);
    expect(page.text).toContain('adresse inconnue');
    const { id } = (await structures())[0] as { id: number };
    const { email } = await createUser(site.dependencies.db, { affiliations: { [id]: ['referent'] } });
    const browser = await site.signedIn(email);
    for (const path of [
      '/mes-structures',
      `/mes-structures/${id}`,
      `/account-requests/add?structure=${id}`,
    ]) {
      expect((await browser.get(path)).text, path).toContain('adresse inconnue');
    }
    const official = { name: 'NOM OFFICIEL', city: 'PAU', is_training_body: false };
    await setStructures(site.dependencies.db, official);
    expect(await run([list])).toMatchObject({ added: 0, updated: 1 });
    expect(await structures()).toEqual([
      expect.objectContaining({ name: 'NOM OFFICIEL', city: 'PAU', is_training_body: true }),
      expect.objectContaining({ name: 'NOM OFFICIEL', is_training_body: false }),
    ]);
  });

  const shared = fileURLToPath(
    new URL('../../../../shared/data/organismes-formation-datadock.csv', import.meta.url),
  );
  test.skipIf(!existsSync(shared))(`the real list, where it is at hand (${shared})`, async () => {
    const report = await run([shared]);
    expect(report.added + report.rejected).toBeGreaterThan(4_000);
    expect(await run([shared])).toMatchObject({ added: 0, updated: 0 });
  });
});

test('from a folder where nothing can be written, as in the container, rejects go to the temporary one', async () => {
  const list = write('liste.csv', `siret;RAISON_SOCIALE\n${A};Bonne\n1;Fausse\n`);
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const importFrom = async (cwd: string) => {
    const child = spawn(process.execPath, [path.join(root, 'src/structures-import.ts'), list], {
      cwd,
      env: { PATH: process.env.PATH, ...COMPILED_ONCE, DATABASE_URL: site.url, TMPDIR: directory },
    });
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (text) => {
        said += text;
      });
    }
    const [code] = await once(child, 'exit');
    return [code, said];
  };
  // Nobody may make a file there, not even root.
  const written = path.join(directory, 'structures-rejets.csv');
  expect(await importFrom('/proc')).toEqual([0, expect.stringContaining(`Lignes rejetées : ${written}`)]);
  expect(readFileSync(written, 'utf8')).toContain('liste.csv');
  const own = path.join(directory, 'own');
  mkdirSync(own);
  expect(await importFrom(own)).toEqual([
    0,
    expect.stringContaining('Lignes rejetées : structures-rejets.csv'),
  ]);
  expect(existsSync(path.join(own, 'structures-rejets.csv'))).toBe(true);
});

test('the command killed in the middle has changed nothing, and can be run again', async () => {
  const many = sirets(5000);
  const list = write(
    'liste.csv',
    `siret,RAISON_SOCIALE\n${many.map((siret) => `${siret},NOM ${siret}`).join('\n')}\n`,
  );
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const start = () =>
    spawn(process.execPath, ['src/structures-import.ts', list, `--rejets=${rejectsPath()}`], {
      cwd: root,
      env: { PATH: process.env.PATH, ...COMPILED_ONCE, DATABASE_URL: site.url },
    });
  // Held before its last step by a lock of ours, so that it is surely in the middle when killed.
  const { pool } = site.dependencies;
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('lock table structures in share mode');
  const killed = start();
  const waits = async () =>
    (await pool.query(`select 1 from pg_locks where not granted and relation = 'structures'::regclass`))
      .rowCount;
  while (!(await waits())) {
    if (killed.exitCode !== null) throw new Error('ended before it was killed');
    await delay(20);
  }
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await holder.query('commit');
  holder.release();
  expect(await structures()).toEqual([]);
  const again = start();
  let said = '';
  again.stdout.on('data', (text) => {
    said += text;
  });
  const [code] = await once(again, 'exit');
  expect([code, said]).toEqual([0, expect.stringContaining('5000 structures ajoutées')]);
});

describe('what the agency has corrected', () => {
  test('stays while SIRENE repeats the old value, and follows SIRENE once it says something else', async () => {
    const [siret = ''] = sirets(1);
    const read = (name: string, city: string) =>
      run([
        write(
          'etablissements.csv',
          csv(ESTABLISHMENT, [establishment(siret, { libelleCommuneEtablissement: city })]),
        ),
        write('unites.csv', csv(UNIT, [unit(siret, { denominationUniteLegale: name })])),
      ]);
    const held = async () => {
      const { name, city } = first(await structures());
      return [name, city];
    };
    await read('ATELIER DU PIN', 'PESSAC');
    const corrections = { name: { overruled: 'ATELIER DU PIN', value: 'Atelier du Pin' } };
    await setStructures(site.dependencies.db, { name: 'Atelier du Pin', corrections });
    const again = await read('ATELIER DU PIN', 'PESSAC');
    expect(await held()).toEqual(['Atelier du Pin', 'PESSAC']);
    expect(again.updated).toBe(0);
    // What was not corrected follows as ever.
    await read('ATELIER DU PIN', 'TALENCE');
    expect(await held()).toEqual(['Atelier du Pin', 'TALENCE']);
    await read('ATELIER DU CHENE', 'TALENCE');
    expect(await held()).toEqual(['ATELIER DU CHENE', 'TALENCE']);
    // The correction is spent: SIRENE may even come back to its first word.
    await read('ATELIER DU PIN', 'TALENCE');
    expect(await held()).toEqual(['ATELIER DU PIN', 'TALENCE']);
  });

  const LINES: Row = {
    enseigne1Etablissement: 'MAIRIE',
    enseigne2Etablissement: 'ACCUEIL',
    denominationUsuelleEtablissement: 'COMMUNE DE PAU',
    complementAdresseEtablissement: 'HALL B',
    dernierNumeroVoieEtablissement: '7',
    distributionSpecialeEtablissement: 'BP 12',
  };
  const USUAL: Row = { denominationUsuelle1UniteLegale: 'VILLE DE PAU' };
  const read = (lines: Row = LINES, usual: Row = USUAL) =>
    run([
      write('e.csv', csv([...ESTABLISHMENT, ...Object.keys(LINES)], [establishment(A, lines)])),
      write('u.csv', csv([...UNIT, ...Object.keys(USUAL)], [unit(A, usual)])),
    ]);
  const correct = async (overruled: { brand: string | null; address: string }) => {
    const value = { brand: 'Mairie de Pau', address: '3 rue du Pin' };
    const corrections = {
      brand: { overruled: overruled.brand, value: value.brand },
      address: { overruled: overruled.address, value: value.address },
    };
    await read();
    await setStructures(site.dependencies.db, { ...value, corrections });
  };
  const held = async () => (await structures()).map(({ brand, address }) => [brand, address]);

  test.each([
    ['the first enseigne, the street', LINES, USUAL, 'MAIRIE', '3 RUE DU PIN'],
    [
      'all enseignes, the lines without the last number',
      LINES,
      USUAL,
      'MAIRIE – ACCUEIL',
      'HALL B, 3 RUE DU PIN, BP 12',
    ],
    [
      'the usual name',
      { ...LINES, enseigne1Etablissement: '', enseigne2Etablissement: '' },
      USUAL,
      'COMMUNE DE PAU',
      '3 RUE DU PIN',
    ],
    ['nothing', {}, USUAL, null, '3 RUE DU PIN'],
  ])(
    'stays where a former release read less of the same file: %s',
    async (_what, lines, usual, brand, address) => {
      await correct({ brand, address });
      expect((await read(lines, usual)).updated).toBe(0);
      expect(await held()).toEqual([['Mairie de Pau', '3 rue du Pin']]);
      expect((await read(lines, usual)).updated).toBe(0);
      expect(await held()).toEqual([['Mairie de Pau', '3 rue du Pin']]);
    },
  );

  test('follows what SIRENE says anew, also where a former release would not have read it', async () => {
    await correct({ brand: 'MAIRIE', address: '3 RUE DU PIN' });
    await read();
    await read(
      { ...LINES, complementAdresseEtablissement: 'HALL C' },
      { ...USUAL, denominationUsuelle1UniteLegale: 'PAU' },
    );
    expect(await held()).toEqual([
      ['MAIRIE – ACCUEIL – COMMUNE DE PAU – PAU', 'HALL C, 3-7 RUE DU PIN, BP 12'],
    ]);
    // The same words, corrected since: what SIRENE adds to them is new.
    await correct({ brand: 'MAIRIE', address: '3 RUE DU PIN' });
    await read({ enseigne1Etablissement: 'MAIRIE' }, {});
    expect(await held()).toEqual([['Mairie de Pau', '3 rue du Pin']]);
    await read();
    expect(await held()).toEqual([
      ['MAIRIE – ACCUEIL – COMMUNE DE PAU – VILLE DE PAU', 'HALL B, 3-7 RUE DU PIN, BP 12'],
    ]);
    await correct({ brand: 'HOTEL DE VILLE', address: '5 RUE DU PIN' });
    await read();
    expect(await held()).toEqual([
      ['MAIRIE – ACCUEIL – COMMUNE DE PAU – VILLE DE PAU', 'HALL B, 3-7 RUE DU PIN, BP 12'],
    ]);
  });
});
