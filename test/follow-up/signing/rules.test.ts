import { describe, expect, test } from 'vitest';
import {
  areRoomDigits,
  readRoomCode,
  roomCode,
  roomDigits,
  roomKeys,
  STEP_MS,
  stepAt,
} from '#follow-up/signing/room/code.ts';
import { readTicket, writeTicket } from '#follow-up/signing/room/ticket.ts';
import {
  type ChainRow,
  canonical,
  chained,
  checkChain,
  linkHash,
  NO_HEAD,
  sha256,
} from '#follow-up/signing/signatures/chain.ts';
import { readStrokes } from '#follow-up/signing/signatures/strokes.ts';
import {
  changedByHand,
  type SignedHalfDay,
  signingState,
  whyNotOpen,
  windowOf,
} from '#follow-up/signing/windows/rules.ts';

const paris = (time: string, day = '26') => new Date(`2026-11-${day}T${time}:00+01:00`);
const half: SignedHalfDay = {
  startsAt: paris('09:00'),
  endsAt: paris('12:30'),
  opensAt: null,
  closesAt: null,
  isCancelled: false,
  isClosed: false,
};

describe('when a half-day is signed', () => {
  test.each([
    ['08:44', '26', {}, 'before'],
    ['08:45', '26', {}, 'open'],
    ['12:59', '26', {}, 'open'],
    ['13:00', '26', {}, 'late'],
    ['23:59', '27', {}, 'late'],
    ['00:00', '28', {}, 'over'],
    ['10:00', '26', { isCancelled: true }, 'cancelled'],
    ['10:00', '26', { isClosed: true }, 'validated'],
    ['08:00', '26', { opensAt: paris('07:55') }, 'open'],
    ['11:00', '26', { closesAt: paris('10:55') }, 'closed'],
    ['08:55', '26', { opensAt: paris('08:00'), closesAt: paris('08:50') }, 'closed'],
    ['12:29', '26', { closesAt: paris('10:55') }, 'closed'],
    ['12:30', '26', { closesAt: paris('10:55') }, 'late'],
  ] as const)('%s of the %s, %j: %s', (time, day, fields, expected) => {
    const slot = { ...half, ...fields };
    expect(signingState(slot, paris(time, day))).toBe(expected);
    expect(whyNotOpen(slot, paris(time, day)) === undefined).toBe(expected === 'open');
  });

  test('an early one is told when to come back, by the hour of Paris', () => {
    expect(whyNotOpen(half, paris('08:00'))).toMatch(/26\snov\. 2026 à\s08:45/);
  });

  test('the end of the next day is that of Paris, on the night when clocks change too', () => {
    const slot = {
      ...half,
      startsAt: new Date('2026-10-23T07:00:00Z'),
      endsAt: new Date('2026-10-23T10:30:00Z'),
    };
    expect(windowOf(slot).lateUntil).toEqual(new Date('2026-10-24T22:00:00Z'));
    const next = {
      ...half,
      startsAt: new Date('2026-10-24T07:00:00Z'),
      endsAt: new Date('2026-10-24T10:30:00Z'),
    };
    expect(windowOf(next).lateUntil).toEqual(new Date('2026-10-25T23:00:00Z'));
  });

  test.each([
    ['open two hours before', half, 'open', '07:00', { opensAt: paris('07:00'), closesAt: null }],
    ['no earlier', half, 'open', '06:59', /deux heures avant/],
    ['not twice', half, 'open', '09:30', /déjà ouverte/],
    ['close', half, 'close', '10:00', { opensAt: null, closesAt: paris('10:00') }],
    ['nothing to close', half, 'close', '08:00', /n’est pas ouverte/],
    ['open again', { ...half, closesAt: paris('10:00') }, 'open', '10:30', { opensAt: null, closesAt: null }],
    ['not after its end', half, 'open', '13:00', /en retard/],
    ['not once validated', { ...half, isClosed: true }, 'open', '10:00', /validée/],
    ['not of a cancelled session', { ...half, isCancelled: true }, 'close', '10:00', /annulée/],
  ] as const)('by hand: %s', (_name, slot, change, time, expected) => {
    const changed = changedByHand(slot, change, paris(time));
    if (expected instanceof RegExp) expect(changed).toMatch(expected);
    else expect(changed).toEqual(expected);
  });
});

describe('the code of a room', () => {
  const keys = roomKeys(['a secret of thirty-two characters']);
  const now = paris('09:00');
  const step = stepAt(now);

  test('serves now and for the two steps after; never before, nor later', () => {
    const code = roomCode(keys, 42, step);
    const stepsOn = (steps: number) => new Date(now.getTime() + steps * STEP_MS);
    expect([0, 1, 2].map((steps) => readRoomCode(keys, code, stepsOn(steps)))).toEqual(
      Array(3).fill({ slotId: 42 }),
    );
    expect(readRoomCode(keys, code, stepsOn(3))).toBe('expired');
    expect(readRoomCode(keys, code, stepsOn(-1))).toBe('expired');
    const digits = roomDigits(keys, 42, step);
    expect(digits).toMatch(/^\d{6}$/);
    expect([-1, 0, 1, 2, 3].map((steps) => areRoomDigits(keys, 42, digits, stepsOn(steps)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(areRoomDigits(keys, 43, digits, now)).toBe(false);
  });

  test('no letter of it can be another', () => {
    const code = roomCode(keys, 42, step);
    for (let at = 0; at < code.length; at += 1) {
      const forged = code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1);
      expect(readRoomCode(keys, forged, now), forged).toBeUndefined();
    }
    for (const odd of ['', 'A', `${code}A`, code.slice(0, -1), `${code}=`, '../..', 'é'.repeat(24)])
      expect(readRoomCode(keys, odd, now), odd).toBeUndefined();
  });

  test('of a former secret is read, and of another is not', () => {
    const code = roomCode(keys, 7, step);
    const both = roomKeys(['a newer secret of thirty-two signs', 'a secret of thirty-two characters']);
    expect(readRoomCode(both, code, now)).toEqual({ slotId: 7 });
    expect(readRoomCode(roomKeys(['quite another secret, as long too']), code, now)).toBeUndefined();
  });

  test('a ticket is good for ten minutes, as it was written', () => {
    const secrets = ['a secret of thirty-two characters'] as const;
    const signed = writeTicket(secrets, 7, 'digits', now);
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    expect(readTicket(secrets, signed, later(9.99))).toMatchObject({ slotId: 7, method: 'digits', at: now });
    expect(readTicket(secrets, signed, later(10))).toBeUndefined();
    expect(readTicket(secrets, signed.replace('7:', '8:'), now)).toBeUndefined();
    expect(writeTicket(secrets, 7, 'digits', now)).not.toBe(signed);
  });
});

describe('a chain', () => {
  const rowAt = (seq: number, fields: Partial<ChainRow> = {}): ChainRow => ({
    sessionId: 3,
    seq,
    kind: 'participant',
    startsAt: half.startsAt,
    endsAt: half.endsAt,
    enrolmentId: seq,
    userId: seq + 100,
    linkId: null,
    method: 'qr',
    signedAt: new Date(half.startsAt.getTime() + seq),
    statementSha256: sha256('statement'),
    evidenceSha256: sha256(`evidence ${seq}`),
    ...fields,
  });
  function chainOf(length: number) {
    let prev = NO_HEAD;
    return Array.from({ length }, (_, index) => {
      const row = rowAt(index + 1);
      const linked = { ...row, prev, hash: linkHash(prev, chained(row)) };
      prev = linked.hash;
      return linked;
    });
  }

  test('a row is one text, whatever the order of its keys', () => {
    expect(canonical({ b: 1, a: 'é"' })).toBe('{"a":"é\\"","b":1}');
    expect(canonical({ a: 'é"', b: 1 })).toBe('{"a":"é\\"","b":1}');
  });

  test('what is whole has a head, and none has none', () => {
    const rows = chainOf(5);
    expect(checkChain(rows)).toEqual({ head: rows[4]?.hash });
    expect(checkChain([])).toEqual({ head: NO_HEAD });
  });

  test.each([
    ['another person', { enrolmentId: 99 }],
    ['another account', { userId: 99 }],
    ['another moment', { signedAt: paris('10:00') }],
    ['other hours', { endsAt: paris('13:00') }],
    ['another way', { method: 'digits' as const }],
    ['another statement', { statementSha256: sha256('other') }],
    ['other evidence', { evidenceSha256: sha256('other') }],
  ])('%s is found where it was changed', (_name, fields) => {
    for (const at of [1, 3, 5]) {
      const rows = chainOf(5).map((row) => (row.seq === at ? { ...row, ...fields } : row));
      expect(checkChain(rows)).toEqual({ brokenAt: at });
    }
  });

  test('a row taken out, put in twice or exchanged is found', () => {
    const rows = chainOf(4);
    expect(checkChain(rows.toSpliced(1, 1))).toEqual({ brokenAt: 2 });
    expect(checkChain(rows.toSpliced(1, 0, rows[0] as (typeof rows)[0]))).toEqual({ brokenAt: 2 });
    expect(checkChain([...rows].reverse())).toEqual({ brokenAt: 1 });
  });
});

test.each([
  ['', ''],
  ['[[[0,0],[1000,400]]]', '[[[0,0],[1000,400]]]'],
  ['[[[1,1]],[[2,2]]]', '[[[1,1]],[[2,2]]]'],
  // What a cleared or resized sheet sends though its browser believes that it holds something.
  ['[]', undefined],
  ['[[]]', undefined],
  ['[[[5,5]]]', undefined],
  ['[[[0,0],[1001,0]]]', undefined],
  ['[[[0,0],[0.5,0]]]', undefined],
  ['[[[0,0,0],[1,1,1]]]', undefined],
  ['{"a":1}', undefined],
  ['nothing', undefined],
  [`[[${Array(2000).fill('[100,100]').join(',')}]]`, undefined],
])('the drawing %.40s is kept as %s', (sent, kept) => {
  expect(readStrokes(sent)).toBe(kept);
});
