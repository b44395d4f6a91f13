import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import type { FieldValues } from '../templates/write.ts';

/** A training body as its documents name it; null for what its profile does not say. */
export type TrainingBodyFacts = {
  name: string;
  siret: string;
  address: string;
  /** « Numéro de déclaration d’activité » (code du travail, L6351-1), eleven digits, and the prefect's region. */
  activityNumber: string | null;
  activityRegion: string | null;
  representative: string | null;
  quality: string | null;
  /** Where documents are made. */
  city: string | null;
};

/** The training body of a session. */
export async function readTrainingBody(db: Knex, sessionId: number): Promise<TrainingBodyFacts> {
  const rows = await query<[TrainingBodyFacts]>(
    db,
    `select pr.name, pr.siret,
            concat_ws(', ', nullif(pr.address, ''), nullif(concat_ws(' ', pr.postcode, pr.city), '')) as address,
            pf.activity_number as "activityNumber", nullif(pf.activity_region, '') as "activityRegion",
            nullif(pf.representative, '') as representative, nullif(pf.representative_quality, '') as quality,
            coalesce(nullif(pf.city, ''), nullif(pr.city, '')) as city
       from sessions s join actions a on a.id = s.action_id join structures pr on pr.id = a.provider_id
       left join training_body_profiles pf on pf.structure_id = pr.id
      where s.id = ?`,
    [sessionId],
  );
  return rows[0];
}

/** The fields of templates that stand for a training body. */
export const trainingBodyFields = {
  organisme: 'Nom de l’organisme de formation',
  siret: 'SIRET de l’organisme',
  adresse: 'Adresse de l’organisme',
  declaration_activite: 'Numéro de déclaration d’activité',
  region_declaration: 'Région du préfet auprès duquel l’activité est déclarée',
  representant: 'Prénom et nom de la personne qui représente l’organisme',
  qualite: 'Qualité de cette personne',
  ville: 'Ville où le document est fait',
} as const;

/** What stands for {@link trainingBodyFields}. */
export const trainingBodyValues = (body: TrainingBodyFacts): FieldValues => ({
  organisme: body.name,
  siret: formatSiret(body.siret),
  adresse: body.address,
  declaration_activite: formatActivityNumber(body.activityNumber ?? ''),
  region_declaration: body.activityRegion ?? '',
  representant: body.representative ?? '',
  qualite: body.quality ?? '',
  ville: body.city ?? '',
});

/** « 75 33 12345 33 »: as prefectures write it. */
export const formatActivityNumber = (number: string): string =>
  number.replace(/^(\d{2})(\d{2})(\d{5})(\d{2})$/, '$1\u00a0$2\u00a0$3\u00a0$4');

/** The head of a document. The wording of the declaration is that of the code du travail (L6352-12, R6351-6). */
export function writeLetterhead(pdf: PdfWriter, body: TrainingBodyFacts): void {
  pdf.paragraph(body.name, { bold: true });
  const declared = body.activityNumber
    ? `Déclaration d’activité enregistrée sous le numéro ${formatActivityNumber(body.activityNumber)}${body.activityRegion ? ` auprès du préfet de région ${body.activityRegion}` : ''}. Cet enregistrement ne vaut pas agrément de l’État.`
    : '';
  const lines = [body.address, `SIRET ${formatSiret(body.siret)}`, declared];
  pdf.paragraph(lines.filter(Boolean).join('\n'), { small: true });
  pdf.space(16);
}

/** What a profile must say before it signs a document; undefined where it says it all. */
export function missingInProfile(body: TrainingBodyFacts): string | undefined {
  const missing = [
    ...(body.activityNumber ? [] : ['le numéro de déclaration d’activité']),
    ...(body.representative ? [] : ['la personne qui représente l’organisme']),
    ...(body.quality ? [] : ['sa qualité']),
  ];
  if (missing.length === 0) return undefined;
  return `Le profil de l’organisme est incomplet. Il manque\u00a0: ${missing.join(', ')}.`;
}

/** The printed fields of a training body, for whoever checks a document. */
export const printedBody = (body: TrainingBodyFacts): [string, string][] => [
  ['Organisme de formation', body.name],
  ['SIRET', formatSiret(body.siret)],
  ['Adresse', body.address],
  ...(body.activityNumber
    ? ([
        [
          'Déclaration d’activité',
          [formatActivityNumber(body.activityNumber), body.activityRegion].filter(Boolean).join(', '),
        ],
      ] as [string, string][])
    : []),
  ...(body.representative
    ? ([['Signataire', [body.representative, body.quality].filter(Boolean).join(', ')]] as [string, string][])
    : []),
];
