import type { Knex } from 'knex';

/**
 * The postcodes that serve communes of another département, which was told by its first digits alone: the département
 * of the whole postcode, or of the communes named, as `src/platform/french/departments.ts` had them that day.
 */
const SERVED_FROM_ELSEWHERE: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  '01200': { eloise: '74' },
  '01410': { lajoux: '39' },
  '01590': { chancia: '39', 'lavancia epercy': '39' },
  '05110': { claret: '04', curbans: '04' },
  '05130': { piegut: '04', venterol: '04' },
  '05160': { pontis: '04' },
  '05700': { 'villebois les pins': '26' },
  '06260': { 'la rochette': '04', 'saint pierre': '04' },
  '13780': { riboux: '83' },
  '21340': { change: '71' },
  '33220': { fougueyrolles: '24', 'port sainte foy et ponchapt': '24', 'port sainte foy': '24' },
  '37160': { buxeuil: '86' },
  '42620': { 'saint pierre laval': '03' },
  '43450': { leyvaux: '15' },
  '48250': { laveyrune: '07' },
  '52100': { 'saint eulien': '51', sapignicourt: '51' },
  '94390': '91',
  '97133': '977',
  '97150': '978',
  '98799': '989',
};

interface Placed {
  id: number;
  postcode: string;
  city: string;
  department: string;
}
type Corrections = Record<string, { overruled: string | null; value: string | null }>;

/**
 * Structures and sessions stored in these postcodes by the first digits alone: nobody finds them in their département.
 * One that says anything else has it from the INSEE code of its commune, and keeps it.
 */
export async function up(knex: Knex): Promise<void> {
  const postcodes = Object.keys(SERVED_FROM_ELSEWHERE);
  const structures: (Placed & { corrections: Corrections })[] = await knex('structures')
    .whereIn('postcode', postcodes)
    .select('id', 'postcode', 'city', 'department', 'corrections');
  for (const one of structures) {
    const department = moved(one);
    if (!department) continue;
    const corrections = JSON.stringify(corrected(one, one.corrections, department));
    await knex('structures').where({ id: one.id }).update({ department, corrections });
  }
  // A session is where its first half-day with a town is.
  const { rows: sessions }: { rows: Placed[] } = await knex.raw(
    `select s.id, s.department, place.postcode, place.city
       from sessions s
       join lateral (select postcode, city from slots where session_id = s.id and modality = 'in_person' and city <> ''
                      order by starts_at, id limit 1) place on true
      where s.department is not null and place.postcode = any(?)`,
    [postcodes],
  );
  for (const one of sessions) {
    const department = moved(one);
    if (department) await knex('sessions').where({ id: one.id }).update({ department });
  }
}

/** The former one was wrong. */
export async function down(): Promise<void> {}

function moved({ postcode, city, department }: Placed): string | undefined {
  const ofPostcode = postcode.slice(0, postcode >= '97' ? 3 : 2);
  if (department !== ofPostcode) return undefined;
  const elsewhere = SERVED_FROM_ELSEWHERE[postcode];
  if (!elsewhere || typeof elsewhere === 'string') return elsewhere;
  const key = communeKey(city);
  return Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
}

const communeKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replace(/ cedex( \d+)?$/, '')
    .replace(/\bst(e?)\b/g, 'saint$1');

// Where the agency corrected the place, SIRENE still says the former one: an import would bring its département back.
function corrected(held: Placed, corrections: Corrections, department: string): Corrections {
  const { department: known, ...others } = corrections;
  const isOurs = (['postcode', 'city'] as const).some(
    (column) => corrections[column]?.value === held[column],
  );
  if (known?.value !== held.department && !isOurs) return corrections;
  const overruled = known?.value === held.department ? known.overruled : held.department;
  return overruled === department ? others : { ...others, department: { overruled, value: department } };
}
