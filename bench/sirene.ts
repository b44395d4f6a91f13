import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { type Made, makeStructures } from './structures.ts';

const address = (two: '' | '2') =>
  [
    ...['complementAdresse', 'numeroVoie', 'indiceRepetition', 'typeVoie', 'libelleVoie', 'codePostal'],
    ...['libelleCommune', 'libelleCommuneEtranger', 'distributionSpeciale', 'codeCommune', 'codeCedex'],
    ...['libelleCedex', 'codePaysEtranger', 'libellePaysEtranger'],
  ].map((name) => `${name}${two}Etablissement`);

/** The columns of the official files, in their order. */
const ESTABLISHMENT = [
  ...['siren', 'nic', 'siret', 'statutDiffusionEtablissement', 'dateCreationEtablissement'],
  ...['trancheEffectifsEtablissement', 'anneeEffectifsEtablissement'],
  ...['activitePrincipaleRegistreMetiersEtablissement', 'dateDernierTraitementEtablissement'],
  ...['etablissementSiege', 'nombrePeriodesEtablissement', ...address('')],
  ...['identifiantAdresseEtablissement', 'coordonneeLambertAbscisseEtablissement'],
  ...[
    'coordonneeLambertOrdonneeEtablissement',
    ...address('2'),
    'dateDebut',
    'etatAdministratifEtablissement',
  ],
  ...['enseigne1Etablissement', 'enseigne2Etablissement', 'enseigne3Etablissement'],
  ...['denominationUsuelleEtablissement', 'activitePrincipaleEtablissement'],
  ...['nomenclatureActivitePrincipaleEtablissement', 'caractereEmployeurEtablissement'],
];
const UNIT = [
  ...['siren', 'statutDiffusionUniteLegale', 'unitePurgeeUniteLegale', 'dateCreationUniteLegale'],
  ...[
    'sigleUniteLegale',
    'sexeUniteLegale',
    'prenom1UniteLegale',
    'prenom2UniteLegale',
    'prenom3UniteLegale',
  ],
  ...['prenom4UniteLegale', 'prenomUsuelUniteLegale', 'pseudonymeUniteLegale'],
  ...['identifiantAssociationUniteLegale', 'trancheEffectifsUniteLegale', 'anneeEffectifsUniteLegale'],
  ...['dateDernierTraitementUniteLegale', 'nombrePeriodesUniteLegale', 'categorieEntreprise'],
  ...['anneeCategorieEntreprise', 'dateDebut', 'etatAdministratifUniteLegale', 'nomUniteLegale'],
  ...['nomUsageUniteLegale', 'denominationUniteLegale', 'denominationUsuelle1UniteLegale'],
  ...['denominationUsuelle2UniteLegale', 'denominationUsuelle3UniteLegale', 'categorieJuridiqueUniteLegale'],
  ...['activitePrincipaleUniteLegale', 'nomenclatureActivitePrincipaleUniteLegale', 'nicSiegeUniteLegale'],
  ...['economieSocialeSolidaireUniteLegale', 'societeMissionUniteLegale', 'caractereEmployeurUniteLegale'],
];

/**
 * Writes a pair of stock files as SIRENE publishes them, all their columns, with so many establishments of the region.
 * @returns the two paths and how many units there are
 */
export async function writeSirenePair(
  directory: string,
  establishments: number,
): Promise<{ files: [string, string]; units: number }> {
  const files: [string, string] = [
    path.join(directory, 'StockEtablissement_utf8.csv'),
    path.join(directory, 'StockUniteLegale_utf8.csv'),
  ];
  const establishmentRows = openRows(files[0], ESTABLISHMENT);
  const unitRows = openRows(files[1], UNIT);
  const seen = new Set<number>();
  for (const one of makeStructures(establishments)) {
    await establishmentRows.write(establishmentCells(one));
    const siren = Number(one.siret.slice(0, 9));
    if (seen.has(siren)) continue;
    seen.add(siren);
    await unitRows.write(unitCells(one));
  }
  await Promise.all([establishmentRows.end(), unitRows.end()]);
  return { files, units: seen.size };
}

const establishmentCells = (one: Made): Record<string, string> => ({
  siren: one.siret.slice(0, 9),
  nic: one.siret.slice(9),
  siret: one.siret,
  statutDiffusionEtablissement: 'O',
  dateCreationEtablissement: '2008-03-01',
  trancheEffectifsEtablissement: 'NN',
  dateDernierTraitementEtablissement: '2026-03-28T18:56:18',
  etablissementSiege: String(one.isHeadOffice),
  nombrePeriodesEtablissement: '3',
  numeroVoieEtablissement: one.siret.slice(10, 12),
  typeVoieEtablissement: 'RUE',
  libelleVoieEtablissement: 'DES PINS MARITIMES',
  codePostalEtablissement: one.postcode,
  libelleCommuneEtablissement: one.city,
  codeCommuneEtablissement: one.postcode,
  identifiantAdresseEtablissement: `${one.postcode}0042_B`,
  coordonneeLambertAbscisseEtablissement: '417241.123456',
  coordonneeLambertOrdonneeEtablissement: '6421813.654321',
  dateDebut: one.closedOn || '2015-01-01',
  etatAdministratifEtablissement: one.closedOn ? 'F' : 'A',
  enseigne1Etablissement: one.brand,
  activitePrincipaleEtablissement: '85.59A',
  nomenclatureActivitePrincipaleEtablissement: 'NAFRev2',
  caractereEmployeurEtablissement: 'N',
});

const unitCells = (one: Made): Record<string, string> => ({
  siren: one.siret.slice(0, 9),
  statutDiffusionUniteLegale: 'O',
  dateCreationUniteLegale: '2008-03-01',
  sigleUniteLegale: one.acronym,
  dateDernierTraitementUniteLegale: '2026-03-28T18:56:18',
  nombrePeriodesUniteLegale: '4',
  categorieEntreprise: 'PME',
  dateDebut: '2015-01-01',
  etatAdministratifUniteLegale: 'A',
  denominationUniteLegale: one.name,
  categorieJuridiqueUniteLegale: '5499',
  activitePrincipaleUniteLegale: '85.59A',
  nomenclatureActivitePrincipaleUniteLegale: 'NAFRev2',
  nicSiegeUniteLegale: '00012',
  economieSocialeSolidaireUniteLegale: 'N',
  caractereEmployeurUniteLegale: 'N',
});

interface RowWriter {
  write(cells: Record<string, string>): Promise<void> | undefined;
  end(): Promise<void>;
}

function openRows(file: string, columns: string[]): RowWriter {
  const stream = createWriteStream(file);
  let buffer = `${columns.join(',')}\n`;
  const flush = async () => {
    const text = buffer;
    buffer = '';
    if (!stream.write(text)) await once(stream, 'drain');
  };
  return {
    write(cells) {
      buffer += `${columns.map((name) => quoted(cells[name] ?? '')).join(',')}\n`;
      return buffer.length > 1 << 16 ? flush() : undefined;
    },
    async end() {
      stream.end(buffer);
      await finished(stream);
    },
  };
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
