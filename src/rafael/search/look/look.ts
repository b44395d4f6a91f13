import type { Criteria, Looked } from '../criteria.ts';
import type { Stock } from '../memory/stock.ts';
import { actionFilters, isOneAtMost, offerFilters } from './filters.ts';
import { hitsOf } from './likeness.ts';
import { Order } from './order.ts';
import { type Asked, sessionLook } from './sessions.ts';
import { Tally } from './tally.ts';

/**
 * Looks through the whole offer: which formations a search finds, and how many each value of a filter would leave. A
 * session answers with all of its filters, of its action and of its formation. What misses one filter counts among the
 * values of that one; what misses two is out.
 */
export function lookThrough(stock: Stock, criteria: Criteria, asked: Asked): Looked {
  const { offers } = stock;
  const tally = new Tally(stock);
  const found = new Order(criteria.sort, asked.today);
  const hitOf = hitsOf(stock, criteria, asked.said);
  const offerMisses = offerFilters(stock, criteria);
  const actionMisses = actionFilters(stock, criteria, asked.place);
  const look = sessionLook(stock, criteria, asked);
  const isLive = offers.isLive.values;
  const firstActions = offers.actions.values;
  const actionCount = stock.actions.town.length;

  for (let offer = 0; offer < stock.length; offer += 1) {
    if (isLive[offer] === 0) continue;
    const hit = hitOf(offer);
    if (hit.group < 0) continue;
    const ofOffer = offerMisses(offer);
    if (!isOneAtMost(ofOffer)) continue;
    look.begin();
    const end = offer + 1 < stock.length ? (firstActions[offer + 1] as number) : actionCount;
    for (let action = firstActions[offer] as number; action < end; action += 1) {
      const missed = ofOffer | actionMisses(action);
      if (!isOneAtMost(missed)) continue;
      const seen = look.at(action, missed);
      if (seen !== 0) tally.countAction(action, offer, hit.group, seen);
    }
    if (look.seen === 0) continue;
    tally.countOffer(offer, hit.group, look);
    if (look.isFound) found.add(hit, offer, look);
  }

  const { perPage } = criteria;
  const { total } = found;
  const page = Math.min(criteria.page, Math.max(1, Math.ceil(total / perPage)));
  const shown = found.slice((page - 1) * perPage, perPage, (row) => offers.id.values[row] as number);
  return {
    total,
    page,
    matches: shown.map(({ row, ...match }) => ({ offerId: offers.id.values[row] as number, ...match })),
    isApproximate: total > 0 && !found.isExact,
    counts: tally.counts(found.groups),
  };
}
