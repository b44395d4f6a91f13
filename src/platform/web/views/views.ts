import path from 'node:path';
import type { Express } from 'express';
import {
  formatDateTime,
  formatDay,
  formatPeriod,
  formatSlot,
  formatTime,
  formatWeekday,
  isoDay,
} from '../../french/time.ts';
import {
  deName,
  formatDuration,
  formatHours,
  formatPhone,
  formatSiret,
  placeOf,
  plural,
} from '../../french/words.ts';
import { addressOf } from './address.ts';
import type { Assets } from './assets.ts';
import { fillIn, viewsDirectory, withMore } from './compile.ts';
import { icon } from './icons.ts';

/**
 * Pages are EJS files; each is rendered first, then laid into `views/layouts/<layout>.ejs` as `body`.
 * The layout is `res.locals.layout`, set by each site; `false` renders the bare file.
 * @param shared what every page may use, besides the formats of dates and words
 */
export function setUpViews(app: Express, assets: Assets, shared: Record<string, unknown>): void {
  app.set('views', viewsDirectory);
  app.set('view engine', 'ejs');
  app.engine('ejs', (file, locals, done) => {
    const { layout } = locals as { layout?: string | false };
    const body = fillIn(path.relative(viewsDirectory, file).slice(0, -'.ejs'.length), locals);
    done(null, layout ? fillIn(`layouts/${layout}`, withMore(locals, { body })) : body);
  });

  Object.assign(app.locals, shared, {
    layout: 'portal',
    asset: assets.url,
    addressOf,
    icon,
    formatSiret,
    formatPhone,
    formatDuration,
    formatHours,
    placeOf,
    plural,
    deName,
    dates: {
      day: formatDay,
      dateTime: formatDateTime,
      weekday: formatWeekday,
      time: formatTime,
      slot: formatSlot,
      period: formatPeriod,
      iso: isoDay,
    },
  });
}
