import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { findKinds, readFilter } from '../filter.ts';
import { asValidator, profileOf } from '../profile.ts';
import { monthLabel, parseMonth, WEEKDAYS, weeksOf } from './month.ts';
import { findMonth } from './repository.ts';

const PATH = '/parcourspro/valideur/qui-part-ou/mois';

/** « Qui part où », as the calendar of a month. */
export function monthRoutes({ db, clock, config }: Dependencies, site: GatedRouter): void {
  const counted = costlyPages(config);
  site.get(PATH, asValidator, counted, async (req, res) => {
    const today = parisDay(clock.now());
    const { mois, q, type } = req.query as Fields;
    const month = parseMonth(firstOf(mois)) ?? today.toPlainYearMonth();
    // A month is its own period.
    const read = readFilter({ q, type });
    const next = month.add({ months: 1 });
    const bounds = {
      begins: parisMoment(month.toPlainDate({ day: 1 }), '00:00'),
      ends: parisMoment(next.toPlainDate({ day: 1 }), '00:00'),
    };
    const [sessions, kinds] = await Promise.all([
      read.ok ? findMonth(db, profileOf(req).structureId, read.filter, bounds) : [],
      findKinds(db),
    ]);
    const { values } = read.form;
    const hrefOf = (wanted: Temporal.PlainYearMonth) => {
      const address = new URLSearchParams({ mois: wanted.toString() });
      for (const name of ['q', 'type']) if (values[name]) address.set(name, values[name]);
      return `${PATH}?${address}`;
    };
    const neighbour = (wanted: Temporal.PlainYearMonth) => ({
      href: hrefOf(wanted),
      label: monthLabel(wanted),
    });
    render(res, 'spaces/employer/month', {
      title: `Qui part où en ${monthLabel(month)} – Valideur RH`,
      section: 'hr',
      styles: ['css/spaces.css'],
      tab: 'schedule',
      base: PATH,
      form: { ...read.form, values: { ...values, mois: month.toString() } },
      label: monthLabel(month),
      weekdays: WEEKDAYS,
      weeks: weeksOf(month).map((week) =>
        week.map((day) => {
          const date = day?.toString();
          const here = sessions.filter((one) => one.day !== null && one.day === date);
          return (
            day && {
              date,
              number: day.day,
              weekday: day.dayOfWeek - 1,
              isToday: day.equals(today),
              sessions: here,
            }
          );
        }),
      ),
      long: sessions.filter(({ day }) => day === null),
      count: sessions.length,
      previous:
        parseMonth(month.subtract({ months: 1 }).toString()) && neighbour(month.subtract({ months: 1 })),
      next: parseMonth(next.toString()) && neighbour(next),
      present: month.equals(today.toPlainYearMonth()) ? undefined : neighbour(today.toPlainYearMonth()),
      kinds,
    });
  });
}
