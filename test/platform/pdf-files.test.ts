import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MOST_PDF_BYTES, pdfFault, pdfInWords } from '../../src/platform/files/pdf.ts';
import { makePdf } from '../../src/platform/pdf/document.ts';

const real = await makePdf({ title: 'Essai', footer: '', at: new Date(0) }, (pdf) => pdf.paragraph('Essai'));
const bytes = (text: string) => new TextEncoder().encode(text);
const whole = (middle: string) => bytes(`%PDF-1.7\n${middle}\nstartxref\n0\n%%EOF\n`);

/** A PDF whose objects are packed, as most programs have written them since PDF 1.5. */
const packed = (objects: string, dictionary = '/Type /ObjStm') => {
  const stream = deflateSync(Buffer.from(`1 0 ${objects}`));
  return Buffer.concat([
    bytes(
      `%PDF-1.7\n4 0 obj\n<< ${dictionary} /N 1 /First 4 /Filter /FlateDecode /Length ${stream.length} >>\nstream\n`,
    ),
    stream,
    bytes('\nendstream\nendobj\nstartxref\n0\n%%EOF\n'),
  ]);
};

describe('what is a PDF is told by its content', () => {
  test('a real one is taken, also with bytes after its end', async () => {
    expect(await pdfFault(real)).toBeUndefined();
    expect(await pdfFault(Buffer.concat([real, Buffer.from('\r\n')]))).toBeUndefined();
  });

  test.each([
    ['nothing', new Uint8Array(), 'vide'],
    [
      'a page renamed',
      bytes('<!doctype html><script>alert(1)</script>%PDF-1.7 %%EOF startxref'),
      'n’est pas un PDF',
    ],
    ['a page before a PDF', Buffer.concat([bytes('<script>1</script>'), real]), 'n’est pas un PDF'],
    ['an archive', Uint8Array.from([0x50, 0x4b, 3, 4, ...new Uint8Array(40)]), 'n’est pas un PDF'],
    [
      'a picture',
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...new Uint8Array(40)]),
      'n’est pas un PDF',
    ],
    ['a header alone', bytes('%PDF-1.7'), 'pas entier'],
    ['one cut in the middle', real.subarray(0, real.length - 1500), 'pas entier'],
    ['one with another file behind', Buffer.concat([real, new Uint8Array(5000)]), 'pas entier'],
    ['a protected one', whole('trailer << /Encrypt 5 0 R >>'), 'mot de passe'],
    ['one that runs something', whole('<< /S /JavaScript /JS (app.alert(1)) >>'), 'programme'],
    ['one that starts something', whole('<< /S /Launch /F (cmd) >>'), 'programme'],
    ['one that runs something, said last', whole('<</JS(app.alert(1))/S/JavaScript>>'), 'programme'],
    ['one that hides it', whole('<< /S /J#61vaScript /JS (app.alert(1)) >>'), 'programme'],
    ['one that hides it behind a remark', whole('<</S%\n/JavaScript/JS(1)>>'), 'programme'],
    ['one whose catalogue runs something', whole('<</Names<</JavaScript 7 0 R>>>>'), 'programme'],
    ['one that packs it', packed('<</JS(app.alert(1))/S/JavaScript>>'), 'programme'],
    [
      'one that packs it under a hidden name',
      packed('<</S/JavaScript/JS(1)>>', '/Type /Obj#53tm'),
      'programme',
    ],
    ['one that carries files', whole('<</Names<</EmbeddedFiles 3 0 R>>>>'), 'programme'],
    ['one that packs too much', packed(' '.repeat(40_000_000)), 'vérifié'],
    ['one with a file inside', whole('<< /Type /EmbeddedFile >>'), 'programme'],
    ['one too large', new Uint8Array(MOST_PDF_BYTES + 1), '10\u00a0Mo'],
  ])('%s is refused', async (_what, content, why) => {
    expect(await pdfFault(content)).toContain(why);
  });

  test.each([
    ['speaks of it in its title', whole('<< /Title (Cours HTML/JavaScript niveau 2) >>')],
    ['packs harmless objects', packed('<</Title (PHP/JavaScript 2)>>')],
  ])('one that %s is taken', async (_what, content) => {
    expect(await pdfFault(content)).toBeUndefined();
  });

  test('what would take long to read is answered soon', async () => {
    const long = [
      `/Encrypt ${'1'.repeat(2_000_000)}`,
      `/S${' '.repeat(5_000_000)}`,
      '/S % '.repeat(1_000_000),
      'stream\n'.repeat(1_000_000),
      '<</Type/ObjStm/Filter/FlateDecode>>\nstream\n'.repeat(200_000),
    ];
    const before = performance.now();
    for (const one of long) await pdfFault(whole(one));
    expect(performance.now() - before).toBeLessThan(8_000);
  });

  test('its size in words', () => {
    expect([1, 340_200, 999_999, 1_240_000, MOST_PDF_BYTES].map(pdfInWords)).toEqual([
      'PDF, 1\u00a0ko',
      'PDF, 340\u00a0ko',
      'PDF, 1\u202f000\u00a0ko',
      'PDF, 1,2\u00a0Mo',
      'PDF, 10,5\u00a0Mo',
    ]);
  });
});
