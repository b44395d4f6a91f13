import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { auditWords } from '#audit/declaration.ts';
import { sendCsv } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { boundsOf, journalForm } from './schemas.ts';
import {
  exportJournal,
  type JournalPage,
  type JournalSearch,
  MOST_EXPORTED,
  readJournal,
} from './service.ts';

const PAGE = '/agence/journal';
const PER_PAGE = 50;
const NOTHING: JournalPage = { lines: [], last: null, tooManyPeople: false };

/** « Journal »: who did what to whom, from where. Looking at it leaves no entry, taking it away does. */
export function agencyJournalSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);
  const words = auditWords(dependencies.features);
  const groups = [...Map.groupBy(words.values(), ({ group }) => group)];
  const form = journalForm(words);
  const read = (fields: unknown) => readSearch(form, fields);

  const show = (res: Response, form: FormState, journal: JournalPage, before?: number) =>
    render(res.status(Object.keys(form.errors).length > 0 ? 422 : 200), 'spaces/agency/journal/list', {
      title: 'Journal',
      section: 'agency',
      form,
      groups,
      journal,
      isFirst: before === undefined,
      hrefOf: (entry: number | null) => addressOf(form, entry),
      isFiltered: Object.values(form.values).some(Boolean),
      mostExported: MOST_EXPORTED,
    });

  site.get(PAGE, agency, counted, async (req, res) => {
    const submitted = read(req.query);
    if (!submitted.ok) return show(res, submitted.form, NOTHING);
    const before = entryOf(req);
    const journal = await readJournal(dependencies, submitted.search, { limit: PER_PAGE, before });
    show(res, submitted.form, journal, before);
  });

  site.post(`${PAGE}/export.csv`, recentlyConfirmed(agency), counted, async (req, res) => {
    const submitted = read(req.body);
    if (!submitted.ok) return show(res, submitted.form, NOTHING);
    const { columns, parts } = exportJournal(dependencies, submitted.search);
    await sendCsv(res, `journal-${isoDay(dependencies.clock.now())}.csv`, columns, parts);
  });

  return site;
}

function readSearch(
  wanted: ReturnType<typeof journalForm>,
  fields: unknown,
): { ok: true; form: FormState; search: JournalSearch } | { ok: false; form: FormState } {
  const submitted = readForm(wanted, fields as Fields);
  if (!submitted.ok) return submitted;
  const { quoi: actions, personne: person, structure, ip, ...days } = submitted.data;
  return { ok: true, form: submitted.form, search: { ...boundsOf(days), actions, person, structure, ip } };
}

/** The entry that a page comes after; whatever is no number is the first page. */
function entryOf(req: Request): number | undefined {
  const typed = firstOf((req.query as Fields).avant);
  return /^[1-9]\d{0,14}$/.test(typed) ? Number(typed) : undefined;
}

function addressOf({ values }: FormState, entry: number | null): string {
  const address = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  if (entry !== null) address.set('avant', String(entry));
  return `${PAGE}?${address}`;
}
