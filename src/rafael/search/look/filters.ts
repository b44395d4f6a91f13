import type { Criteria } from '../criteria.ts';
import type { Stock } from '../memory/stock.ts';
import type { PlaceTest } from './meant.ts';

/** The filters, one bit each: what a session misses of them. */
export const MISSED = Object.freeze({
  domains: 1,
  levels: 2,
  certifying: 4,
  bodies: 8,
  departments: 16,
  modes: 32,
  entries: 64,
  programmes: 128,
  publics: 256,
  conventioned: 512,
  place: 1024,
  dates: 2048,
  places: 4096,
  meetings: 8192,
});

/** That nothing is missed, among the bits of what was seen to be missed. */
export const NOTHING = 1 << 20;

/** Whether no more than one filter is missed. */
export const isOneAtMost = (missed: number): boolean => (missed & (missed - 1)) === 0;

/** The number of a text that is asked for; -1, which no row has, where nobody has it. */
const numberOf = (names: Stock['domains'], text: string | number) => names.find(String(text)) ?? -1;

/** What a formation misses of the filters that are about it. */
export function offerFilters(stock: Stock, criteria: Criteria): (offer: number) => number {
  const { offers } = stock;
  const [levels, certifying, bodies] = [offers.level.values, offers.certifying.values, offers.body.values];
  const domain = criteria.domain === undefined ? undefined : numberOf(stock.domains, criteria.domain);
  const body = criteria.bodyId === undefined ? undefined : numberOf(stock.bodies, criteria.bodyId);
  return (offer) => {
    let missed = 0;
    if (domain !== undefined && !isAmong(offers.domains, offer, domain)) missed |= MISSED.domains;
    if (criteria.level !== undefined && levels[offer] !== criteria.level) missed |= MISSED.levels;
    if (criteria.certifyingOnly && certifying[offer] !== 1) missed |= MISSED.certifying;
    if (body !== undefined && bodies[offer] !== body) missed |= MISSED.bodies;
    return missed;
  };
}

/** What an action misses of the filters that are about it. */
export function actionFilters(
  stock: Stock,
  criteria: Criteria,
  { isThere }: PlaceTest,
): (action: number) => number {
  const { actions } = stock;
  const [departments, modes, entries] = [
    actions.department.values,
    actions.mode.values,
    actions.entry.values,
  ];
  const [programmes, conventioned] = [actions.programme.values, actions.conventioned.values];
  const department =
    criteria.department === undefined ? undefined : numberOf(stock.departments, criteria.department);
  const programme =
    criteria.programmeId === undefined ? undefined : numberOf(stock.programmes, criteria.programmeId);
  const isProgramme = (action: number) =>
    programme !== undefined && programme >= 0 && programmes[action] === programme;
  const code = criteria.publicCode === undefined ? undefined : numberOf(stock.publics, criteria.publicCode);
  return (action) => {
    let missed = 0;
    if (department !== undefined && departments[action] !== department) missed |= MISSED.departments;
    if (criteria.mode !== undefined && modes[action] !== criteria.mode) missed |= MISSED.modes;
    if (criteria.entry !== undefined && entries[action] !== criteria.entry) missed |= MISSED.entries;
    if (programme !== undefined && !isProgramme(action)) missed |= MISSED.programmes;
    if (code !== undefined && !isAmong(actions.publics, action, code)) missed |= MISSED.publics;
    if (criteria.conventionedOnly && conventioned[action] !== 1) missed |= MISSED.conventioned;
    if (criteria.place && !isThere(action)) missed |= MISSED.place;
    return missed;
  };
}

function isAmong(lists: Stock['offers']['domains'], row: number, value: number): boolean {
  const end = lists.start(row + 1);
  for (let at = lists.start(row); at < end; at += 1) if (lists.values[at] === value) return true;
  return false;
}
