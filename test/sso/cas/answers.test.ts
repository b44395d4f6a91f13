import { describe, expect, test } from 'vitest';
import { asJson, asText, asXml, type CasAnswer, type Success } from '#sso/cas/answers.ts';
import { isTicket, newTicket } from '#sso/cas/tickets.ts';
import { faultsOf, hasSchema, valuesOf } from '../../support/cas.ts';

const success: Success = {
  user: 'camille@structure.example',
  authenticatedAt: new Date('2026-12-01T09:00:00.123Z'),
  isFromNewLogin: true,
  attributes: [
    ['sn', ['O’Brien & <b> "]]>']],
    ['siret', ['11111111111111', '22222222222222']],
  ],
  proxies: [],
};

const ANSWERS: Record<string, CasAnswer> = {
  'a person with attributes': { success },
  'a person without': { success: { ...success, attributes: undefined } },
  'a person with no attribute of this service': { success: { ...success, attributes: [] } },
  'a person who came through others': {
    success: {
      ...success,
      pgtIou: newTicket('PGTIOU'),
      proxies: ['https://b.example/p', 'https://a.example/p?x=1&y=2'],
    },
  },
  'a failure': { failure: { code: 'INVALID_TICKET', description: 'Ce n’est <pas> un & ticket' } },
  'a ticket for the next': { proxyTicket: newTicket('PT') },
  'no ticket for the next': { proxyFailure: { code: 'UNAUTHORIZED_SERVICE', description: 'Non' } },
};

describe.skipIf(!hasSchema)('in XML, as the schema of the protocol has it', () => {
  test.each(Object.entries(ANSWERS))('%s', async (_, answer) => {
    expect(await faultsOf(asXml(answer))).toEqual([]);
  });
  test('whatever a person is called', async () => {
    const names = ['\u0000\u0001\u001f', '\ud800', '\ufffe\uffff', '😀', '\r\n\t', '</cas:user><cas:user>x'];
    const xml = asXml({ success: { ...success, user: names.join(''), attributes: [['sn', names]] } });
    expect(await faultsOf(xml)).toEqual([]);
    expect(valuesOf(xml, 'user')).toHaveLength(1);
  });
  test('and an answer that is otherwise is found out', async () => {
    const xml = asXml({ success });
    expect(
      await faultsOf(xml.replace('cas:user', 'cas:users').replace('/cas:user>', '/cas:users>')),
    ).not.toEqual([]);
    expect(await faultsOf(xml.replace('&#38;', '&'))).not.toEqual([]);
  });
});

test('in XML, several values are as many elements', () => {
  expect(valuesOf(asXml({ success }), 'siret')).toEqual(['11111111111111', '22222222222222']);
});

test('in JSON, one value stands alone and several in a list', () => {
  expect(asJson({ success: { ...success, pgtIou: 'PGTIOU-1', proxies: ['https://a.example/p'] } })).toEqual({
    serviceResponse: {
      authenticationSuccess: {
        user: 'camille@structure.example',
        attributes: {
          authenticationDate: '2026-12-01T09:00:00Z',
          longTermAuthenticationRequestTokenUsed: false,
          isFromNewLogin: true,
          sn: 'O’Brien & <b> "]]>',
          siret: ['11111111111111', '22222222222222'],
        },
        proxyGrantingTicket: 'PGTIOU-1',
        proxies: ['https://a.example/p'],
      },
    },
  });
  const failure = { code: 'INVALID_REQUEST', description: 'Non' } as const;
  expect(asJson({ failure })).toEqual({ serviceResponse: { authenticationFailure: failure } });
  expect(asJson({ proxyFailure: failure })).toEqual({ serviceResponse: { proxyFailure: failure } });
  expect(asJson({ proxyTicket: 'PT-1' })).toEqual({
    serviceResponse: { proxySuccess: { proxyTicket: 'PT-1' } },
  });
});

test('in text, two lines', () => {
  expect(asText({ success })).toBe('yes\ncamille@structure.example\n');
  expect(asText({ failure: { code: 'INVALID_TICKET', description: 'Non' } })).toBe('no\n\n');
});

describe('a ticket', () => {
  test.each([
    ['ST', 32],
    ['PT', 32],
    ['PGT', 64],
    ['PGTIOU', 64],
  ] as const)(
    '%s is %d signs long, of those that services take, and no two are the same',
    (prefix, length) => {
      const tickets = Array.from({ length: 200 }, () => newTicket(prefix));
      expect(new Set(tickets).size).toBe(200);
      for (const ticket of tickets) {
        expect(ticket).toMatch(new RegExp(`^${prefix}-[A-Za-z0-9]{${length - prefix.length - 1}}$`));
        expect(isTicket(ticket, prefix)).toBe(true);
      }
    },
  );
  test.each([
    '',
    'ST-',
    `ST-${'a'.repeat(28)}`,
    `ST-${'a'.repeat(28)}é`,
    `st-${'a'.repeat(29)}`,
    `PT-${'a'.repeat(29)}`,
  ])('is not %j', (text) => expect(isTicket(text, 'ST')).toBe(false));
});
