import { z } from 'zod';
import { plainWords, structureName } from '#platform/web/forms/names.ts';

/** What the public company search service knows of an establishment; empty texts where it is silent. */
export interface Company {
  name: string;
  apeCode: string;
  address: string;
  postcode: string;
  city: string;
}

/** The service is a comfort: nobody waits for it longer than this. */
const TIMEOUT_MS = 3_000;
/** Several times the longest real answer. */
const LARGEST_ANSWER = 1_000_000;

const word = z
  .string()
  .nullish()
  .transform((value) =>
    (value ?? '')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 200),
  );
const establishment = z.object({
  siret: z.string(),
  adresse: word,
  code_postal: word,
  libelle_commune: word,
  activite_principale: word,
});
const answerSchema = z.object({
  results: z.array(
    z.object({
      nom_complet: word,
      nom_raison_sociale: word,
      siege: establishment.nullish().catch(null),
      matching_etablissements: z.array(establishment).nullish().catch(null),
    }),
  ),
});

/**
 * Asks « API Recherche d’entreprises » for one establishment.
 * @param baseUrl address of the service; undefined where it is switched off
 * @param siret 14 digits, already checked
 * @returns undefined whenever the service does not give that very establishment in time: people then type
 */
export async function findCompany(baseUrl: string | undefined, siret: string): Promise<Company | undefined> {
  if (!baseUrl) return undefined;
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/search?q=${siret}`, {
      headers: { accept: 'application/json' },
      // The deadline holds for the body too, which can trickle.
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return companyOf(JSON.parse(await boundedText(response)), siret);
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST_ANSWER) throw new Error('answer too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function companyOf(answer: unknown, siret: string): Company | undefined {
  for (const result of answerSchema.parse(answer).results) {
    const places = [...(result.matching_etablissements ?? []), ...(result.siege ? [result.siege] : [])];
    const place = places.find((one) => one.siret === siret);
    if (!place) continue;
    const { code_postal: postcode, libelle_commune: city } = place;
    return {
      name: acceptable(structureName(''), result.nom_raison_sociale || result.nom_complet),
      apeCode: place.activite_principale,
      address: acceptable(plainWords('', 250), streetOf(place.adresse, postcode, city)),
      postcode,
      city: acceptable(plainWords('', 100), city),
    };
  }
  return undefined;
}

// What the form would refuse is not put into it: the person types it.
const acceptable = (field: z.ZodType<string>, value: string): string => field.safeParse(value).data ?? '';

// The service writes the whole address on one line; postcode and city have boxes of their own.
function streetOf(address: string, postcode: string, city: string): string {
  const end = `${postcode} ${city}`.trim();
  return end !== '' && address.endsWith(end) ? address.slice(0, -end.length).trim() : address;
}
