/** The pages that are measured, by the name under which they are told of. */
export interface MeasuredPage {
  name: string;
  path: string;
  /** Which made-up person opens it; undefined for a visitor. */
  person?: number;
  profile?: 'beneficiary' | 'hr_validator' | 'provider';
}

/** Searches of every sort: none may read a large table through. */
export const searches: readonly string[] = [
  '',
  '?page=40',
  '?q=handicap',
  '?q=formation',
  '?q=formation&tri=date',
  '?q=acompagner+le+projt',
  '?q=%22validation+des+acquis%22+-jeunes',
  '?q=xyzzyx',
  '?lieu=Bordeaux&rayon=50',
  '?lieu=Gironde&places=1',
  '?lieu=%C3%A0+distance',
  '?lieu=libourn',
  '?theme=vae&type=formation&modalite=presentiel&acces=reserve',
  '?organisme=1&passees=1',
  '?du=2026-12-01&au=2027-02-28&q=num%C3%A9rique&lieu=Limoges&rayon=100&places=1',
];

/**
 * « Mon espace personnel » of somebody.
 * @param enrolmentId a request of theirs
 */
export function mySpacePages(person: number, enrolmentId: number): MeasuredPage[] {
  const space = '/parcourspro/mon-espace';
  return [
    '/parcourspro/recherches',
    '/parcourspro/favoris',
    space,
    `${space}/passees`,
    `${space}/informations`,
    `${space}/agenda`,
    `${space}/demandes/${enrolmentId}`,
  ].map((path) => ({ name: `${path} (person ${person})`, path, person, profile: 'beneficiary' }));
}

/** Everything of the catalogue, as visitors and as somebody signed in see it. */
export function cataloguePages(slug: string): MeasuredPage[] {
  const paths = [
    '/parcourspro',
    ...searches.map((query) => `/parcourspro/actions${query}`),
    `/parcourspro/actions/${slug}`,
  ];
  return [undefined, 7].flatMap((person) =>
    paths.map((path) => ({ name: person ? `${path} (signed in)` : path, path, person })),
  );
}
