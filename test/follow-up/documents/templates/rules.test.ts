import { describe, expect, test } from 'vitest';
import { templateFields, templateKinds } from '#follow-up/documents/templates/fields.ts';
import {
  activityDeclaration,
  lockedPassages,
  withLockedPassages,
} from '#follow-up/documents/templates/locked.ts';
import { heldBack, missingFor } from '#follow-up/documents/templates/needs.ts';
import {
  changedPassages,
  comparedLines,
  namesOf,
  templateFaults,
} from '#follow-up/documents/templates/rules.ts';

/** As little as a kind can be published with. */
const least = (kind: (typeof templateKinds)[number]) =>
  namesOf(kind)
    .required.map((name) => `{${name}}`)
    .join('\n\n');

describe('a template', () => {
  test.each(templateKinds)('of %s may name its fields, and must name what it cannot go without', (kind) => {
    const { texts, required } = namesOf(kind);
    const whole = `${texts.map((name) => `{${name}}`).join(' ')}\n\n${least(kind)}`;
    expect(templateFaults(kind, whole)).toEqual([]);
    expect(required).toContain('verification');
    for (const name of required) {
      expect(templateFaults(kind, whole.replace(`{${name}}`, ''))).toEqual([
        { line: 0, message: `Il manque {${name}}, seul sur une ligne.` },
      ]);
    }
  });

  test.each([
    ['{inconnu}', '{inconnu} n’est pas un champ de ce modèle.'],
    ['{Personne}', '{Personne} n’est pas un champ de ce modèle.'],
    ['{personne }', '{personne } n’est pas un champ de ce modèle.'],
    ['{}', '{} n’est pas un champ de ce modèle.'],
    ['{constructor}', '{constructor} n’est pas un champ de ce modèle.'],
    // Of another kind.
    ['{annexe_participants}', '{annexe_participants} n’est pas un champ de ce modèle.'],
    ['<script>alert(1)</script>', 'Le HTML n’est pas admis\u00a0: écrivez < autrement.'],
    ['![](http://x)', 'Une image n’est pas admise.'],
    ['[lien](javascript:alert)', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['[lien](http://x)', 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.'],
    ['**{personne}**s', 'Ces ** ne mettent rien en gras\u00a0: placez-les au bord des mots.'],
    ['{personne', 'Une accolade est sans sa pareille.'],
    ['- {tableau_demi_journees}', '{tableau_demi_journees} se place seul sur sa ligne.'],
    ['{tableau_demi_journees}\n{tableau_demi_journees}', '{tableau_demi_journees} figure déjà plus haut.', 4],
  ])('« %s » is refused with its line', (text, message, line = 3) => {
    expect(templateFaults('participation', `# Titre\n\n${text}\n\n{verification}`)).toEqual([
      { line, message },
    ]);
  });

  test('what is wrong is told from top to bottom', () => {
    const faults = templateFaults('participation', 'a {x}\nb {verification}\n{y}');
    expect(faults.map(({ line }) => line)).toEqual([1, 2, 3]);
  });
});

describe('the words that the law fixes', () => {
  test('stand in the certificate whole, whatever the agency writes around', () => {
    const source = withLockedPassages('certificate', '# Titre\n\n{texte_certificat}\n\n{verification}');
    for (const words of [
      'Je soussigné(e) **{representant}**, {qualite_representant}, représentant légal du dispensateur de l’action concourant au développement des compétences',
      'Nature de l’action concourant au développement des compétences',
      'pendant une durée de 3\u00a0ans à compter de la fin de l’année du dernier paiement',
      'conformément aux obligations conventionnelles spécifiques',
    ])
      expect(source).toContain(words);
    expect(source).not.toContain('{texte_certificat}');
  });

  test('cannot be left out, nor come twice', () => {
    const messages = (body: string) => templateFaults('certificate', body).map(({ message }) => message);
    expect(messages('# Certificat\n\n{verification}')).toEqual([
      'Il manque {texte_certificat}, seul sur une ligne.',
    ]);
    expect(messages('{texte_certificat}\n\n{texte_certificat}\n\n{verification}')).toEqual([
      '{texte_certificat} figure déjà plus haut.',
    ]);
    expect(messages('Avant {texte_certificat}\n\n{verification}')).toEqual([
      '{texte_certificat} se place seul sur sa ligne.',
    ]);
  });

  test.each(Object.keys(lockedPassages) as (keyof typeof lockedPassages)[])(
    'of %s name fields of the kind only',
    (kind) => {
      const { texts, blocks } = templateFields[kind];
      for (const [name, { text }] of Object.entries(lockedPassages[kind] ?? {})) {
        expect(templateFaults(kind, `${text}\n\n{verification}`)).toEqual([
          { line: 0, message: `Il manque {${name}}, seul sur une ligne.` },
        ]);
        const named = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
        expect(named.length).toBeGreaterThan(0);
        expect(Object.keys({ ...texts, ...blocks })).toEqual(expect.arrayContaining(named));
      }
    },
  );

  test.each([
    [
      '75331234533',
      'Nouvelle-Aquitaine',
      'Déclaration d’activité enregistrée sous le numéro 75\u00a033\u00a012345\u00a033 auprès du préfet de région de Nouvelle-Aquitaine. Cet enregistrement ne vaut pas agrément de l’État.',
    ],
    [
      '75331234533',
      null,
      'Déclaration d’activité enregistrée sous le numéro 75\u00a033\u00a012345\u00a033. Cet enregistrement ne vaut pas agrément de l’État.',
    ],
    [null, 'Nouvelle-Aquitaine', ''],
  ])('give the number %s of %s', (number, region, sentence) => {
    expect(activityDeclaration(number, region)).toBe(sentence);
  });
});

describe('what a training body has not said', () => {
  const empty = {
    activityNumber: null,
    activityRegion: null,
    representative: null,
    representativeQuality: null,
    city: null,
    phone: null,
    email: null,
    administrativeContact: null,
    disabilityContact: null,
    qualiopiNumber: null,
  };

  test('holds back the documents that would be void, and no other', () => {
    expect(heldBack(empty).map(({ document }) => document)).toEqual([
      'Convention de formation',
      'Attestation de fin de formation',
      'Certificat de réalisation',
    ]);
    expect(missingFor('convocation', empty)).toEqual([]);
    const signed = { ...empty, representative: 'R', representativeQuality: 'Q', city: 'V' };
    expect(missingFor('certificate', signed)).toEqual([]);
    expect(missingFor('convention', signed)).toEqual([
      'Numéro de déclaration d’activité',
      'Région de la déclaration d’activité',
    ]);
  });
});

describe('what changes between two versions', () => {
  const shown = (before: string, after: string) =>
    comparedLines(before, after).map(
      ({ change, text }) => `${{ kept: ' ', removed: '-', added: '+' }[change]}${text}`,
    );

  test.each([
    ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a\nb\nc\nd', 'b\nx\nd', ['-a', ' b', '-c', '+x', ' d']],
    ['a', 'a\n\n', [' a']],
  ])('%j to %j', (before, after, lines) => {
    expect(shown(before, after)).toEqual(lines);
  });

  test('gives back both texts, whatever they are', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const text = () => Array.from({ length: 1 + random(12) }, () => 'abc'[random(3)]).join('\n');
    for (let round = 0; round < 500; round += 1) {
      const [before, after] = [text(), text()];
      const lines = comparedLines(before, after);
      const without = (change: string) =>
        lines
          .filter((line) => line.change !== change)
          .map((line) => line.text)
          .join('\n');
      expect(without('added')).toBe(before);
      expect(without('removed')).toBe(after);
    }
  });

  test('of two long texts without a common line takes no time', () => {
    const before = Array.from({ length: 10_000 }, (_, index) => `a${index}`).join('\n');
    const after = Array.from({ length: 10_000 }, (_, index) => `b${index}`).join('\n');
    const started = performance.now();
    expect(comparedLines(before, after)).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('is shown with the lines around it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `ligne ${index}`).join('\n');
    const after = before.replace('ligne 3', 'autre 3').replace('ligne 15', 'autre 15');
    const passages = changedPassages(comparedLines(before, after), 1);
    expect(passages.map((lines) => lines.map(({ text }) => text))).toEqual([
      ['ligne 2', 'ligne 3', 'autre 3', 'ligne 4'],
      ['ligne 14', 'ligne 15', 'autre 15', 'ligne 16'],
    ]);
  });
});
