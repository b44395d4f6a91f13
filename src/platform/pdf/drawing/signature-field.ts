import { ANNOTATION_FLAGS, SIG_FLAGS, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import type PDFDocument from 'pdfkit';

/** Room for the signature, in bytes: a key of 4096 bits with three certificates takes some 6,000. */
const ROOM = 12_288;
/** What `@signpdf` looks for, and writes over once it knows where the signature stands. */
const LATER = '**********';

/** Of a seal, as a reader of the file is told it. */
export interface SealWords {
  /** Who seals. */
  name: string;
  reason: string;
  at: Date;
}

interface Reference {
  end(): void;
}

/** What pdfkit keeps of a document and does not type. */
interface Inside {
  ref(data: Record<string, unknown>): Reference;
  initForm(): void;
  _root: { data: { AcroForm?: { data: Record<string, unknown> } } };
  page: { dictionary: { data: { Annots?: unknown[] } } };
}

/**
 * Leaves room for an electronic seal, which shows nowhere on the page: `seal.ts` fills it. Drawn into the document rather than added
 * to the finished file, so that what is sealed is one whole.
 * @param doc on its last page, with a font set
 */
export function leaveRoomForSeal(doc: typeof PDFDocument.prototype, { name, reason, at }: SealWords): void {
  const inside = doc as unknown as Inside;
  const signature = inside.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: SUBFILTER_ETSI_CADES_DETACHED,
    ByteRange: [0, LATER, LATER, LATER],
    Contents: Buffer.alloc(ROOM),
    Name: new String(name),
    Reason: new String(reason),
    M: at,
  });
  const widget = inside.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    Rect: [0, 0, 0, 0],
    V: signature,
    T: new String('Cachet'),
    // Hidden: nothing of it is on the page, and whoever has the page read out is not stopped by it.
    F: ANNOTATION_FLAGS.HIDDEN,
    P: inside.page.dictionary,
  });
  inside.page.dictionary.data.Annots = [...(inside.page.dictionary.data.Annots ?? []), widget];
  inside.initForm();
  Object.assign(inside._root.data.AcroForm?.data ?? {}, {
    SigFlags: SIG_FLAGS.SIGNATURES_EXIST + SIG_FLAGS.APPEND_ONLY,
    Fields: [widget],
    // Nothing of it is shown: no reader has to draw it anew, which would break the seal.
    NeedAppearances: false,
  });
  signature.end();
  widget.end();
}
