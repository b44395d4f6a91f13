import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatPeriod,
  formatSlot,
  parisDay,
  parisMoment,
  parisYear,
  parisYearBounds,
} from '#platform/french/time.ts';
import { deName, formatDuration, formatPhone, plural } from '#platform/french/words.ts';
import { publicPath } from '#platform/log.ts';
import { renderMessage } from '#platform/mail/render.ts';
import { deriveKeys, seal, sign, unseal, verifySigned } from '#platform/security/secrets.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { pageOf } from '#platform/web/forms/pages.ts';

describe('time is Paris time', () => {
  test.each([
    ['2026-12-31T22:59:59Z', 2026],
    ['2026-12-31T23:00:00Z', 2027],
    ['2026-06-30T22:30:00Z', 2026],
  ])('%s is in %d', (moment, year) => expect(parisYear(moment)).toBe(year));

  test('the bounds of a year are its two midnights in Paris', () => {
    const { from, until } = parisYearBounds(2026);
    expect(from.toISOString()).toBe('2025-12-31T23:00:00.000Z');
    expect(until.toISOString()).toBe('2026-12-31T23:00:00.000Z');
  });

  test('a wall clock keeps its hour over the change to summer time', () => {
    expect(parisMoment('2026-03-28', '09:00').toISOString()).toBe('2026-03-28T08:00:00.000Z');
    expect(parisMoment('2026-03-29', '09:00').toISOString()).toBe('2026-03-29T07:00:00.000Z');
  });

  test('any moment of a day of Paris is in that day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (date) => {
          const day = parisDay(date);
          const start = parisMoment(day, '00:00').getTime();
          expect(date.getTime()).toBeGreaterThanOrEqual(start);
          expect(date.getTime()).toBeLessThan(parisMoment(day.add({ days: 1 }), '00:00').getTime());
        },
      ),
    );
  });

  test('slots and periods read as in the guides', () => {
    const plain = (text: string) =>
      text.replaceAll(/[\u00a0\u2060]/g, (character) => (character === '\u2060' ? '' : ' '));
    expect(plain(formatSlot('2026-11-20T08:00:00Z', '2026-11-20T16:00:00Z'))).toBe(
      'vendredi 20 nov. 2026, 09:00 – 17:00',
    );
    expect(plain(formatPeriod('2026-09-01T07:00:00Z', '2026-12-31T16:00:00Z', '2026-08-01T00:00:00Z'))).toBe(
      '1 sept. - 31 déc.',
    );
    expect(plain(formatPeriod('2027-02-10T08:00:00Z', '2027-02-11T16:00:00Z', '2026-11-20T00:00:00Z'))).toBe(
      '10 févr. - 11 févr. 2027',
    );
    expect(plain(formatPeriod('2026-12-20T08:00:00Z', '2027-01-08T16:00:00Z', '2026-11-20T00:00:00Z'))).toBe(
      '20 déc. 2026 - 8 janv. 2027',
    );
    expect(plain(formatPeriod('2026-11-20T08:00:00Z', '2026-11-20T16:00:00Z', '2027-01-01T12:00:00Z'))).toBe(
      '20 nov. 2026',
    );
  });
});

describe('words', () => {
  test.each([
    ['Inès Martin', 'd’Inès Martin'],
    ['Élodie', 'd’Élodie'],
    ['Émile', 'd’Émile'],
    ['e\u0301lodie', 'd’e\u0301lodie'],
    ['Œuvre des jeunes', 'd’Œuvre des jeunes'],
    ['Æther', 'd’Æther'],
    ['ADIE', 'd’ADIE'],
    ['Ünal', 'd’Ünal'],
    ['Paul', 'de Paul'],
    ['Hélène', 'de Hélène'],
    ['Yves', 'de Yves'],
    ['Ça marche', 'de Ça marche'],
    ['1901', 'de 1901'],
    ['« Avenir »', 'de « Avenir »'],
    ['', 'de '],
  ])('« de » before %s', (name, words) => {
    expect(deName(name)).toBe(words);
  });

  test.each([
    [0, '0 place restante'],
    [1, '1 place restante'],
    [2, '2 places restantes'],
    [1234, '1 234 places restantes'],
  ])('%d', (count, words) => {
    expect(plural(count, 'place restante', 'places restantes').replaceAll(/\s/g, ' ')).toBe(words);
  });
  test.each([
    [0.2, 'remote', '0.2 jour (distanciel)'],
    [1, 'in_person', '1 jour (présentiel)'],
    [1.5, 'in_person', '1.5 jours (présentiel)'],
    [2, 'mixed', '2 jours (mixte)'],
  ])('%d %s', (days, modality, words) =>
    expect(formatDuration(days, modality).replaceAll(/\s/g, ' ')).toBe(words),
  );
  test('a French number is read in pairs, another as it is', () => {
    expect(formatPhone('+33556000000').replaceAll(/\s/g, ' ')).toBe('05 56 00 00 00');
    expect(formatPhone('+32470000000')).toBe('+32470000000');
    expect(formatPhone(null)).toBe('');
  });
});

describe('after sign-in, only an address of this site', () => {
  test.each([
    '/mes-structures',
    '/parcourspro/actions?q=a&page=2',
    `/cas/login?service=${encodeURIComponent(`https://rafael.example/${'é'.repeat(600)}`)}`,
  ])('%s', (path) => expect(localPath(path)).toBe(path));
  test.each([
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/..//evil.example/x',
    '/parcourspro/..//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/ /x',
    `/${'x'.repeat(4096)}`,
  ])('%s is not followed', (path) => expect(localPath(path)).toBe('/'));
  test('whatever is typed, the browser stays here', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', '.', '..', '\\', '\t', '%2f', '@', ':', 'evil.example', '?'), {
          maxLength: 8,
        }),
        (parts) => {
          const target = new URL(localPath(`/${parts.join('')}`), 'https://site.example');
          expect(target.origin).toBe('https://site.example');
        },
      ),
    );
  });
});

describe('secrets', () => {
  const keys = deriveKeys('a secret', 'test');
  test('what is sealed opens with its key only, and not when altered', () => {
    const sealed = seal(keys, 'été');
    expect(sealed).not.toContain('été');
    expect(unseal(keys, sealed)).toBe('été');
    expect(() => unseal(deriveKeys('a secret', 'other'), sealed)).toThrow();
    const [id, text = ''] = sealed.split('.');
    const altered = Buffer.from(text, 'base64');
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    expect(() => unseal(keys, `${id}.${altered.toString('base64')}`)).toThrow();
    // The first four bytes of a good tag: so short a one is found by trying.
    const empty = Buffer.from(seal(keys, '').split('.')[1] ?? '', 'base64');
    expect(() => unseal(keys, `${id}.${empty.subarray(0, 16).toString('base64')}`)).toThrow();
  });
  test('a secret is changed with the old one still read, and what is sealed anew bears the new one', () => {
    const before = deriveKeys('old', 'test');
    const after = deriveKeys(['new', 'old'], 'test');
    expect(unseal(after, seal(before, 'été'))).toBe('été');
    expect(unseal(after, seal(after, 'été'))).toBe('été');
    expect(() => unseal(before, seal(after, 'été'))).toThrow('no longer read');
    expect(verifySigned(after, sign(before, 'bonjour'))).toBe('bonjour');
    expect(verifySigned(before, sign(after, 'bonjour'))).toBeUndefined();
    // As texts were sealed before keys had an id.
    const bare = seal(before, 'été').split('.')[1] ?? '';
    expect(unseal(after, bare)).toBe('été');
    expect(unseal(before, bare)).toBe('été');
    for (const former of [
      ['old', 'older'],
      ['older', 'old'],
    ]) {
      expect(unseal(deriveKeys(['new', ...former], 'test'), bare)).toBe('été');
    }
    expect(() => unseal(deriveKeys(['new', 'older'], 'test'), bare)).toThrow('no longer read');
    const altered = Buffer.from(bare, 'base64');
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    expect(() => unseal(after, altered.toString('base64'))).toThrow('no longer read');
  });
  test('a signed value cannot be forged', () => {
    expect(verifySigned(keys, sign(keys, 'bonjour'))).toBe('bonjour');
    for (const forged of ['bonjour', 'bonjour.', `bonsoir.${sign(keys, 'bonjour').split('.')[1]}`]) {
      expect(verifySigned(keys, forged)).toBeUndefined();
    }
  });
  test('the log shows neither tokens nor what was searched for', () => {
    expect(publicPath('/parcourspro/validation/6ZxnYkq0vF4kq7cJt1mPzR2sT3uV4wX5yZ6aB7cD8eF')).toBe(
      '/parcourspro/validation/:token',
    );
    expect(publicPath('/structures/recherche?q=proviste')).toBe('/structures/recherche');
  });
});

describe('what a browser sends', () => {
  test('fields stay flat, repeated ones are lists, nothing reaches a prototype', () => {
    expect({ ...fieldsOf('a=1&b=2&b=3&c[d]=4&__proto__=5') }).toEqual({
      a: '1',
      b: ['2', '3'],
      'c[d]': '4',
      ['__proto__']: '5',
    });
    expect(Object.getPrototypeOf(fieldsOf('a=1'))).toBeNull();
  });
  test('any bytes are read without an exception', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void fieldsOf(Buffer.from(bytes).toString('latin1'))));
  });
  test.each([
    ['2', 20],
    ['0', 0],
    ['-1', 0],
    ['1e3', 0],
    ['99999999999999', 0],
  ])('page %s starts at row %d', (page, offset) => expect(pageOf({ page }, 20).offset).toBe(offset));
});

test('an e-mail says the same in HTML and in text, and escapes what people wrote in HTML only', async () => {
  const { html, text } = renderMessage(
    {
      kind: 'test',
      to: 'a@structure.example',
      subject: 'Essai',
      recipientName: 'Ada <b>L’Essai</b>',
      paragraphs: ['Une phrase & une autre.'],
      details: [
        ['Action', '« Titre » <script>'],
        ['9 h', 'À distance', 'https://visio.example/a?b=1&c="2"'],
        ['10 h', 'À distance', 'javascript:alert(1)'],
      ],
      quote: { label: 'Motif', text: 'Ligne 1\nLigne <2>' },
      link: { label: 'Ouvrir', path: '/chemin?a=1&b=2' },
    },
    'https://pro.example',
  );
  expect(html).toContain('https://pro.example/chemin?a=1&amp;b=2');
  expect(html).toContain('<a href="https://visio.example/a?b=1&amp;c=&#34;2&#34;"');
  expect(html).not.toContain('href="javascript:');
  expect(text).toContain('À distance : https://visio.example/a?b=1&c="2"');
  expect(html).not.toContain('<script>');
  expect(html).not.toContain('<b>L’Essai');
  expect(text).toContain('https://pro.example/chemin?a=1&b=2');
  expect(text).toContain('Ligne <2>');
  expect(text).toContain('Une phrase & une autre.');
});
