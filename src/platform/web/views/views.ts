import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
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
import { icon } from './icons.ts';

const viewsDirectory = fileURLToPath(new URL('../../../../views/', import.meta.url));

/**
 * Pages are EJS files; each is rendered first, then laid into `views/layouts/<layout>.ejs` as `body`.
 * The layout is `res.locals.layout`, set by each site; `false` renders the bare file.
 * @param shared what every page may use, besides the formats of dates and words
 */
export function setUpViews(app: Express, assets: Assets, shared: Record<string, unknown>): void {
  const ejsOptions = { root: viewsDirectory, cache: app.get('env') !== 'development' };
  app.set('views', viewsDirectory);
  app.set('view engine', 'ejs');
  app.engine('ejs', (file, locals, done) => {
    const { layout } = locals as { layout?: string | false };
    render(file, locals)
      .then((body) => (layout ? render(`${viewsDirectory}layouts/${layout}.ejs`, { ...locals, body }) : body))
      .then(
        (html) => done(null, html),
        (error) => done(error),
      );
  });
  const render = (file: string, locals: object) => ejs.renderFile(file, locals, ejsOptions);

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
