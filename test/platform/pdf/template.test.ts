import { describe, expect, test } from 'vitest';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import { templateFaults } from '#platform/pdf/template/faults.ts';
import { writeTemplate } from '#platform/pdf/template/write.ts';

const fields = { texts: ['nom', 'lieu'], blocks: ['tableau'] };

describe('what keeps a template from being used, with its line', () => {
  test.each([
    ['{inconnu}', '{inconnu} n’est pas un champ de ce modèle.'],
    ['{Nom}', '{Nom} n’est pas un champ de ce modèle.'],
    ['{nom }', '{nom } n’est pas un champ de ce modèle.'],
    ['{}', '{} n’est pas un champ de ce modèle.'],
    ['{constructor}', '{constructor} n’est pas un champ de ce modèle.'],
    ['**{inconnu}**', '{inconnu} n’est pas un champ de ce modèle.'],
    ['- {inconnu}', '{inconnu} n’est pas un champ de ce modèle.'],
    ['{nom', 'Une accolade est sans sa pareille.'],
    ['{no**m}**', 'Une accolade est sans sa pareille.', 2],
    ['Voici {tableau}', '{tableau} se place seul sur sa ligne.'],
    ['- {tableau}', '{tableau} se place seul sur sa ligne.'],
    ['## {tableau}', '{tableau} se place seul sur sa ligne.'],
    ['**{tableau}**', '{tableau} se place seul sur sa ligne.'],
    ['<script>alert(1)</script>', 'Le HTML n’est pas admis\u00a0: écrivez < autrement.'],
    ['Un <b>mot</b>', 'Le HTML n’est pas admis\u00a0: écrivez < autrement.', 2],
    ['<!-- caché -->', 'Le HTML n’est pas admis\u00a0: écrivez < autrement.'],
    ['![](http://x)', 'Une image n’est pas admise.'],
    ['![{nom}][a]\n\n[a]: http://x', 'Une image n’est pas admise.'],
    ['[ici](http://x)', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['[ici](javascript:alert)', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['[ici](/aide)', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['[ici](https://x/{nom})', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    [
      '[ici][a]\n\n[a]: data:text/html,x',
      'Un lien commence par https:// ou mailto:, sans champ dans son adresse.',
    ],
    ['<ftp://x>', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['Un *mot*', 'L’italique n’est pas imprimé\u00a0: mettez en gras, entre deux **.'],
    ['#### Quatre', 'Un titre commence par #, ## ou ###.'],
  ] as [string, string, number?][])('%j', (text, message, times = 1) => {
    const faults = templateFaults(`# Titre de {nom}\n\nUn paragraphe\n\n${text}\n\n{tableau}`, fields);
    expect(faults).toEqual(Array.from({ length: times }, () => ({ line: 5, message })));
  });

  test('is counted within a paragraph and a list', () => {
    const source = 'Un {nom}\nDeux {x}\nTrois <i>\n\n- a\n- {y}\n  {z}\n';
    expect(templateFaults(source, fields).map(({ line }) => line)).toEqual([2, 3, 6, 7]);
  });

  test('is a list within a list', () => {
    expect(templateFaults('- un\n  - deux', fields)).toEqual([
      { line: 2, message: 'Une liste ne contient pas d’autre liste.' },
    ]);
  });

  test.each([
    '# {nom}\n\n## Deux\n\n### Trois',
    'Né à {lieu}\n{tableau}\nSuite',
    'Un\n\n  {tableau}  \n\nDeux',
    '**Gras {nom}**, 3 < 4 et 5 > 4, a & b, « x »',
    '- un {nom}\n- **deux**\n\n3. trois',
    '[la charte](https://x.example) [écrire](mailto:a@b.example) <https://x.example>',
    'snake_case_ici et 3 * 4 * 5 et | tube |\n\n    en retrait\n\n---\n\n> cité',
  ])('is nothing in %j', (source) => expect(templateFaults(source, fields)).toEqual([]));
});

/** What is written, as steps. */
function written(source: string, texts: Record<string, string> = {}): unknown[][] {
  const steps: unknown[][] = [];
  const pdf = new Proxy({} as PdfWriter, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        steps.push([name, ...args]),
  });
  writeTemplate(pdf, source, { texts, blocks: { tableau: () => pdf.space(1) } });
  return steps;
}

describe('a template written', () => {
  test('part by part', () => {
    const source =
      '# Titre de {nom}\n\nJe soussigné **{nom}**,\né**cri**s.\n{tableau}\nFin.\n\n- un\n- **deux**\n\n3. trois\n4. quatre\n\n### Bas';
    expect(written(source, { nom: 'Zoé' })).toEqual([
      ['heading', 'Titre de Zoé', 1],
      [
        'paragraph',
        [
          { text: 'Je soussigné ' },
          { text: 'Zoé', bold: true },
          { text: ',' },
          { text: '\n' },
          { text: 'é' },
          { text: 'cri', bold: true },
          { text: 's.' },
        ],
      ],
      ['space', 1],
      ['paragraph', 'Fin.'],
      ['list', ['un', [{ text: 'deux', bold: true }]], undefined],
      ['list', ['trois', 'quatre'], 3],
      ['heading', 'Bas', 3],
    ]);
  });

  test.each(['**A** {nom} # <b>', '# x', '- x', '{tableau}', '$& $1', '![](http://x)', '&amp;', '\\*'])(
    'prints a person called %j as they are called',
    (nom) => {
      expect(written('{nom}', { nom })).toEqual([['paragraph', nom]]);
      expect(written('# {nom}', { nom })).toEqual([['heading', nom, 1]]);
      expect(written('- a {nom}', { nom })).toEqual([['list', [`a ${nom}`], undefined]]);
    },
  );

  test('leaves out what has nothing to say', () => {
    expect(written('{nom}\n\nUn\n\n**{nom}**', { nom: '' })).toEqual([['paragraph', 'Un']]);
  });

  test('says where a link leads', () => {
    expect(written('Voir [la charte](https://x.example/a), <a@b.example> ou <https://y.example>.')).toEqual([
      ['paragraph', 'Voir la charte (https://x.example/a), a@b.example ou https://y.example.'],
    ]);
  });

  test('stops at a field that is not filled in', () => {
    expect(() => written('{nom}')).toThrow('nom');
    expect(() => written('{constructor}')).toThrow('constructor');
  });
});
