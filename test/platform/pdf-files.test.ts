import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MOST_PDF_BYTES, pdfFault, pdfInWords } from '#platform/files/pdf.ts';
import { makePdf } from '#platform/pdf/document.ts';

const real = await makePdf({ title: 'Essai', footer: '', at: new Date(0) }, (pdf) => pdf.paragraph('Essai'));
const bytes = (text: string) => new TextEncoder().encode(text);
const whole = (middle: string) => bytes(`%PDF-1.7\n${middle}\nstartxref\n0\n%%EOF\n`);
/** A PDF of these objects, numbered from 1: what stands outside of an object is nothing to a reader. */
const holding = (...objects: string[]) =>
  whole(objects.map((one, index) => `${index + 1} 0 obj\n${one}\nendobj`).join('\n'));

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

// Each file is read on a thread of its own: most of the time goes into starting it, and two are started at once.
describe('what is a PDF is told by its content', () => {
  test('a real one is taken, also with bytes after its end', async () => {
    expect(await pdfFault(real)).toBeUndefined();
    expect(await pdfFault(Buffer.concat([real, Buffer.from('\r\n')]))).toBeUndefined();
  });

  test.concurrent.each([
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
    ['a protected one', whole('1 0 obj null endobj trailer << /Encrypt 5 0 R >>'), 'mot de passe'],
    ['one that runs something', holding('<< /S /JavaScript /JS (app.alert(1)) >>'), 'programme'],
    ['one that starts something', holding('<< /S /Launch /F (cmd) >>'), 'programme'],
    ['one that runs something, said last', holding('<</JS(app.alert(1))/S/JavaScript>>'), 'programme'],
    ['one that hides it', holding('<< /S /J#61vaScript /JS (app.alert(1)) >>'), 'programme'],
    ['one that hides it behind a remark', holding('<</S%\n/JavaScript/JS(1)>>'), 'programme'],
    ['one whose catalogue runs something', holding('<</Names<</JavaScript 7 0 R>>>>'), 'programme'],
    ['one that packs it', packed('<</JS(app.alert(1))/S/JavaScript>>'), 'programme'],
    [
      'one that packs it under a hidden name',
      packed('<</S/JavaScript/JS(1)>>', '/Type /Obj#53tm'),
      'programme',
    ],
    ['one that carries files', holding('<</Names<</EmbeddedFiles 3 0 R>>>>'), 'programme'],
    ['one that packs too much', packed(' '.repeat(40_000_000)), 'vérifié'],
    ['one with a file inside', holding('<< /Type /EmbeddedFile >>'), 'programme'],
    ['one too large', new Uint8Array(MOST_PDF_BYTES + 1), '10\u00a0Mo'],
  ])('%s is refused', async (_what, content, why) => {
    expect(await pdfFault(content)).toContain(why);
  });

  test.concurrent.each([
    ['speaks of it in its title', holding('<< /Title (Cours HTML/JavaScript niveau 2) >>')],
    ['packs harmless objects', packed('<</Title (PHP/JavaScript 2)>>')],
  ])('one that %s is taken', async (_what, content) => {
    expect(await pdfFault(content)).toBeUndefined();
  });

  const remark = `%${'x'.repeat(5_000)}\n`;
  test.concurrent.each([
    ['a word kept in another object', holding('<</S 2 0 R/JS 3 0 R>>', '/JavaScript', '(app.alert(1))')],
    ['a start kept in another object', holding('<</S 2 0 R/F(cmd)>>', '/Launch')],
    ['long remarks between the words', holding(`<</S${remark}/JavaScript${remark}/JS(1)>>`)],
    ['every letter in hex', holding('<</S/#4a#61#76#61#53#63#72#69#70#74/#4A#53(1)>>')],
    ['a second value for one key', holding('<</S/Launch/S/URI/F(cmd)>>')],
    ['an object that another of its number covers', whole('1 0 obj<</S/Launch>>endobj 1 0 obj null endobj')],
    ['the text of the program alone', holding('<</S/Rendition/JS(1)>>')],
    ['a form of XFA', holding('<</AcroForm<</XFA 2 0 R>>>>', '[(template) 3 0 R]')],
    ['a form of XFA in hex', holding('<</#58FA[(x)2 0 R]>>')],
    ['a file joined under a name of our own', holding('<</Type/Filespec/EF<</F 2 0 R>>>>')],
    ['a file joined to a note', holding('<</Subtype%\n/File#41ttachment>>')],
    ['a file joined by way of a stream', holding('<</F(\\\\\\\\host\\\\x)/Length 0>>stream\n\nendstream')],
    ['a film', holding('<</Subtype/RichMedia>>')],
    ['another file opened', holding('<</S/GoToE/T<<>>>>')],
    ['packed objects that do not say so', packed('<</S/Launch>>', '')],
    ['packed objects that say so elsewhere', packed('<</S/Launch>>', '/Type 9 0 R')],
  ])('what runs or carries something is found behind %s', async (_what, content) => {
    expect(await pdfFault(content)).toContain('programme');
  });

  test.concurrent.each([
    ['a long remark', whole(`1 0 obj null endobj trailer <</Encrypt${remark}5 0 R>>`)],
    ['a name in hex', whole('1 0 obj null endobj trailer <</#45ncrypt 5 0 R>>')],
    [
      'a table of objects that is packed',
      holding('<</Type/XRef/Encrypt 9 0 R/Size 1/W[1 1 1]/Length 3>>stream\nabc\nendstream'),
    ],
  ])('a protection is found behind %s', async (_what, content) => {
    expect(await pdfFault(content)).toContain('mot de passe');
  });

  // Readers go where the table of objects says, be it into the middle of a picture.
  test.concurrent.each([
    ['a stream', holding('<</Length 40>>stream\n\n9 %\n0 obj<</S/URI/URI(x)>>endobj\n    \nendstream')],
    ['a remark', whole('1 0 obj null endobj\n% 9 0 obj<</S/URI>>endobj\n')],
    ['a text', holding('(9 0 obj<</S/URI>>endobj)')],
    ['packed objects in another packing', packed('<<>>', '/Type/ObjStm/DecodeParms<</Predictor 12>>')],
    ['an object that does not end', holding('<</S [/URI')],
    ['a trailer in a stream', holding('<</Length 20>>stream\n trailer<</Root 9 0 R>>\nendstream')],
    ['arrays in arrays', holding('['.repeat(1_000_000))],
  ])('what may hide in %s is not taken', async (_what, content) => {
    expect(await pdfFault(content)).toContain('vérifié');
  });

  test('what would take long to read is answered soon, and takes no time from the pages', async () => {
    const long = [
      whole(`/Encrypt ${'1'.repeat(2_000_000)}`),
      whole(`/S${' '.repeat(5_000_000)}`),
      whole('/S % '.repeat(1_000_000)),
      whole('stream\n'.repeat(1_000_000)),
      whole('<</Type/ObjStm/Filter/FlateDecode>>\nstream\n'.repeat(200_000)),
      whole(`/S${'%'.repeat(10_000_000)}`),
      bytes(`%PDF-1.7\n/S${' '.repeat(9_900_000)}\nstartxref\n0\n%%EOF\n`),
    ];
    const before = performance.now();
    const cpu = process.threadCpuUsage();
    await Promise.all(long.map((one) => pdfFault(one, 1_000)));
    const { user, system } = process.threadCpuUsage(cpu);
    expect(performance.now() - before).toBeLessThan(15_000);
    expect((user + system) / 1000 / long.length).toBeLessThan(150);
  });

  test('a file that takes for ever is refused at the end of its time', async () => {
    // Each figure might begin an object, and what follows it is one remark up to the end.
    expect(await pdfFault(whole('1%'.repeat(4_000_000)), 1_500)).toContain('vérifié');
    expect(await pdfFault(real)).toBeUndefined();
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
