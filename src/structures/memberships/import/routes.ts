import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { emptyForm, type FormState, firstOf } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { MOST_LINES, readMemberships } from './file.ts';
import { type CheckedLine, FIRST_YEAR, statusLabels } from './rules.ts';
import { checkImport, countStatuses, importMemberships } from './service.ts';

const PAGE = '/agence/adhesions/import';
const SAVE = `${PAGE}/enregistrer`;
/** Lines that the page shows: a file of thousands is read in its counts and its faults. */
const MOST_SHOWN = 200;

/** Memberships from a CSV file (domain.md §5): first what it would do, then doing it. */
export function membershipImportSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  const show = (res: Response, form: FormState, status = 200) => {
    render(res.status(status), 'structures/memberships/import', {
      title: 'Importer des adhésions',
      section: 'agency',
      form,
      page: PAGE,
      mostLines: MOST_LINES,
      year: parisYear(dependencies.clock.now()),
      firstYear: FIRST_YEAR,
    });
  };

  // Asked here rather than once a file is chosen, which would have to be chosen again.
  site.get(PAGE, recentlyConfirmed(agency), (_req, res) => show(res, emptyForm()));

  site.post(PAGE, recentlyConfirmed(agency), async (req, res) => {
    const [file, pasted] = [firstOf(req.body.fichier), firstOf(req.body.texte)];
    const refuse = (field: 'fichier' | 'texte', problem: string) =>
      show(res, { values: { texte: pasted.replaceAll('\ufffd', '') }, errors: { [field]: problem } }, 422);
    if (file.trim() === '' && pasted.trim() === '') {
      return refuse('fichier', 'Choisissez un fichier, ou collez ses lignes.');
    }
    if (file.trim() !== '' && pasted.trim() !== '') {
      return refuse('texte', 'Un fichier est choisi et des lignes sont collées\u00a0: gardez l’un des deux.');
    }
    const read = await readMemberships(file.trim() === '' ? pasted : file);
    if ('problem' in read) return refuse(file.trim() === '' ? 'texte' : 'fichier', read.problem);
    const lines = await checkImport(dependencies, read.lines, actorOf(req).userId);
    const kept = lines.filter(({ status }) => status === 'to_record');
    const faults = lines.filter(({ status }) => status !== 'to_record');
    render(res, 'structures/memberships/import-check', {
      title: 'Vérifier les adhésions',
      section: 'agency',
      page: PAGE,
      save: SAVE,
      total: lines.length,
      kept,
      counts: countStatuses(lines),
      statusLabels,
      sections: [
        {
          id: 'ignored',
          title: 'Lignes laissées de côté',
          lines: faults.slice(0, MOST_SHOWN),
          all: faults.length,
        },
        { id: 'kept', title: 'Adhésions à enregistrer', lines: kept.slice(0, MOST_SHOWN), all: kept.length },
      ].filter(({ all }) => all > 0),
      csv: csvOf(kept),
    });
  });

  site.post(SAVE, recentlyConfirmed(agency), async (req, res) => {
    const read = await readMemberships(firstOf(req.body.lignes));
    if ('problem' in read) {
      return show(
        res,
        { values: {}, errors: { fichier: `${read.problem} Choisissez de nouveau le fichier.` } },
        422,
      );
    }
    const { userId } = actorOf(req);
    const { recorded, skipped, accepted, told } = await importMemberships(dependencies, read.lines, userId);
    const said = [
      `${plural(recorded, 'adhésion enregistrée', 'adhésions enregistrées')}.`,
      accepted > 0
        ? `${plural(accepted, 'demande en attente est acceptée', 'demandes en attente sont acceptées')}, ${told > 0 ? `${plural(told, 'référent est prévenu', 'référents sont prévenus')}` : 'sans référent à prévenir'}.`
        : '',
      skipped > 0
        ? `${plural(skipped, 'ligne n’était plus à enregistrer', 'lignes n’étaient plus à enregistrer')}.`
        : '',
    ];
    res.flash(said.filter(Boolean).join(' '), recorded > 0 ? 'success' : 'warning');
    res.redirect(303, '/agence/adhesions?etat=toutes');
  });

  return site;
}

/** The lines to record, for the form that confirms: checked again when they come back. */
const csvOf = (lines: readonly CheckedLine[]): string =>
  ['siret;annee', ...lines.map(({ structure, year }) => `${structure?.siret};${year}`)].join('\n');
