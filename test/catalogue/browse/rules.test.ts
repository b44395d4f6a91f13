import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availabilityOf, type SessionSeats } from '#catalogue/browse/availability.ts';
import { readSearch } from '#catalogue/browse/schemas.ts';
import { searchHref, understandSearch } from '#catalogue/browse/search/search.ts';
import { parsePlace } from '#platform/finding/places.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { descriptionHtml } from '#training/descriptions.ts';

const NBSP = '\u00a0';

describe('where a session stands', () => {
  const now = new Date('2026-11-02T10:00:00Z');
  const open: SessionSeats = {
    startsAt: '2026-12-01T08:00:00Z',
    endsAt: '2026-12-02T16:00:00Z',
    registrationOpensAt: '2026-10-01T08:00:00Z',
    registrationClosesAt: '2026-11-20T08:00:00Z',
    isCancelled: false,
    capacity: 10,
    waitingCapacity: 5,
    seatsHeld: 6,
    live: 6,
  };
  test.each<[string, Partial<SessionSeats>, string, string]>([
    ['places', {}, 'seats_left', `4${NBSP}places restantes`],
    ['one place', { seatsHeld: 9, live: 9 }, 'seats_left', `1${NBSP}place restante`],
    ['no place, a queue', { seatsHeld: 10, live: 12 }, 'waiting_list', 'Complet, liste d’attente ouverte'],
    ['over its capacity', { seatsHeld: 12, live: 12 }, 'waiting_list', 'Complet, liste d’attente ouverte'],
    ['no place, no queue', { seatsHeld: 10, live: 10, waitingCapacity: 0 }, 'full', 'Complet'],
    ['as many requests as it takes', { seatsHeld: 2, live: 15 }, 'full', 'Complet'],
    [
      'not open yet',
      { registrationOpensAt: '2026-11-10T08:00:00Z' },
      'not_open_yet',
      `Inscriptions à partir du 10${NBSP}nov. 2026`,
    ],
    ['closed', { registrationClosesAt: now }, 'closed', 'Inscriptions closes'],
    ['begun', { startsAt: now, seatsHeld: 0, live: 0 }, 'begun', 'Session en cours'],
    ['over', { startsAt: '2026-11-01T08:00:00Z', endsAt: now }, 'over', 'Session terminée'],
    ['cancelled', { isCancelled: true }, 'cancelled', 'Session annulée'],
  ])('%s', (_name, change, code, text) => {
    expect(availabilityOf({ ...open, ...change }, now)).toMatchObject({ code, text });
  });
});

describe('« Localisation »', () => {
  test.each([
    ['33', { kind: 'department', code: '33' }],
    ['33600', { kind: 'department', code: '33' }],
    ['gironde', { kind: 'department', code: '33' }],
    [`Gironde${NBSP}(33)`, { kind: 'department', code: '33' }],
    ['CHARENTE MARITIME', { kind: 'department', code: '17' }],
    ['charente', { kind: 'department', code: '16' }],
    ['pyrenees-atlantiques', { kind: 'department', code: '64' }],
    ['À distance', { kind: 'remote' }],
    ['a  distance', { kind: 'remote' }],
    ['La Rochelle', { kind: 'city', city: 'la rochelle' }],
    ['St-Médard', { kind: 'city', city: 'saint medard' }],
    ['75', { kind: 'city', city: '75' }],
    ['', undefined],
    ['%_\\', undefined],
  ])('%s', (typed, place) => {
    expect(parsePlace(typed)).toEqual(place);
  });
});

describe('the address of a search', () => {
  const lists = {
    themes: [{ id: 1, code: 'vae', label: 'Faciliter les parcours / VAE' }],
    kinds: [{ id: 5, code: 'webinaire', label: 'Webinaire', reserved: false }],
    cities: [],
    departments: [],
  };
  const read = (search: string) => readSearch(fieldsOf(search));

  test('says again what it said', () => {
    const search =
      'q=bilan&lieu=Pessac&theme=vae&type=webinaire&modalite=mixte&acces=ouvert&tri=date&places=1&page=3';
    expect(searchHref(read(search))).toBe(`/parcourspro/actions?${search}`);
    expect(searchHref(read(''))).toBe('/parcourspro/actions');
  });

  test('leaves out what it does not understand', () => {
    const query = read(
      'modalite=autre&acces=1&tri=prix&page=-2&places=oui&theme=nul&theme=vae&lieu=%00%FF&x=1',
    );
    expect(query).toMatchObject({
      modalite: undefined,
      acces: undefined,
      tri: undefined,
      page: 1,
      places: false,
    });
    const { criteria, chips } = understandSearch(query, lists);
    expect(criteria).toMatchObject({ place: undefined, themeId: undefined, reserved: undefined });
    expect(chips).toEqual([]);
  });

  test('each criterion can be taken away, and the page starts again', () => {
    const { chips, criteria } = understandSearch(
      read('q=vae&theme=vae&type=webinaire&acces=ouvert&page=4'),
      lists,
    );
    expect(chips).toEqual([
      { label: '« vae »', removeHref: '/parcourspro/actions?theme=vae&type=webinaire&acces=ouvert' },
      {
        label: 'Faciliter les parcours / VAE',
        removeHref: '/parcourspro/actions?q=vae&type=webinaire&acces=ouvert',
      },
      { label: 'Webinaire', removeHref: '/parcourspro/actions?q=vae&theme=vae&acces=ouvert' },
      { label: 'Ouvert à tous', removeHref: '/parcourspro/actions?q=vae&theme=vae&type=webinaire' },
    ]);
    expect(criteria).toMatchObject({ themeId: 1, kindId: 5, reserved: false, sort: 'relevance' });
  });

  test('a sigle is left as typed: the database cuts it as it cut the titles', () => {
    expect(understandSearch(read('q=la+V.A.E.+et+l’A.F.P.A'), lists).criteria.words).toBe(
      'la V.A.E. et l’A.F.P.A',
    );
  });
});

describe('descriptions', () => {
  test('bullets make a list, other lines keep their ends', () => {
    expect(descriptionHtml('Au choix :\n- un\n• deux\n\nEnfin,\nla suite.')).toBe(
      '<p>Au choix :</p>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n<p>Enfin,<br>\nla suite.</p>',
    );
  });

  test('objectives are a list even without bullets, unless there is only one', () => {
    expect(descriptionHtml('Savoir lire\nSavoir écrire', true)).toBe(
      '<ul>\n<li>Savoir lire</li>\n<li>Savoir écrire</li>\n</ul>',
    );
    expect(descriptionHtml('Savoir lire', true)).toBe('<p>Savoir lire</p>');
    expect(descriptionHtml('**Lire**\n\n1. un\n2. deux', true)).toContain('<ol>\n<li>un</li>');
    expect(descriptionHtml('  \n', true)).toBe('');
  });

  test('headings go under those of the page, and links lead there', () => {
    expect(descriptionHtml('# Un\n## Deux\n##### Cinq')).toBe('<h3>Un</h3>\n<h4>Deux</h4>\n<h5>Cinq</h5>');
    expect(descriptionHtml('[voir](https://x.example)')).toBe('<p><a href="https://x.example">voir</a></p>');
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](&#106;avascript:alert(1))',
    '[a](data:text/html,x)',
    '[a](//evil.example)',
    '![a](https://x.example/a.png)',
    '<javascript:alert(1)>',
    '[a]: javascript:alert(1)\n[a]',
    '<a href="x" onclick="y">z</a>',
  ])('%s does nothing', (source) => {
    const html = descriptionHtml(source);
    expect(html).not.toMatch(/<(?!\/?(p|a|br|ul|li)\b)|<a[^>]* (on|href="(?!https:\/\/x\.example))/);
  });

  test('no text makes a tag but ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.boolean(), (text, asList) => {
        const tags = descriptionHtml(text, asList).match(/<\/?([a-z0-9]+)/gi) ?? [];
        for (const tag of tags)
          expect(tag).toMatch(
            /^<\/?(p|br|ul|ol|li|h[3-6]|em|strong|s|code|pre|hr|blockquote|a|div|table|thead|tbody|tr|th|td)$/,
          );
      }),
    );
  });
});
