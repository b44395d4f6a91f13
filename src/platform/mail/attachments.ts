import type { Knex } from 'knex';
import { Undeliverable } from './failures.ts';
import type { Attachment, Message } from './message.ts';

/** Reads a stored file; undefined once it is there no more. */
export type ReadStoredFile = (db: Knex, id: number) => Promise<Uint8Array | undefined>;

declare module '../dependencies.ts' {
  interface Feature {
    /** The files that it keeps and e-mails bring along, by kind: how each is read. */
    storedFiles?: Readonly<Record<string, ReadStoredFile>>;
  }
}

/** A file as the mail server is handed it. */
interface CarriedFile {
  filename: string;
  contentType: string;
  content: string | Buffer;
}

/**
 * The files of an e-mail that is about to leave, one after the other: one e-mail alone fits in the memory.
 * @throws Undeliverable for a file that is there no more, or that no capability reads: trying again would not bring it back
 */
export async function carriedFiles(
  {
    db,
    features,
  }: { db: Knex; features: readonly { storedFiles?: Readonly<Record<string, ReadStoredFile>> }[] },
  { attachments = [] }: Pick<Message, 'attachments'>,
): Promise<CarriedFile[]> {
  const files: CarriedFile[] = [];
  for (const attachment of attachments) {
    const { filename, contentType } = attachment;
    if ('content' in attachment) {
      const { content } = attachment;
      files.push({
        filename,
        contentType,
        content: typeof content === 'string' ? content : Buffer.from(content),
      });
      continue;
    }
    const { kind, id } = attachment.stored;
    const read = features.map(({ storedFiles = {} }) => storedFiles[kind]).find(Boolean);
    const content = await read?.(db, id);
    if (!content) throw new Undeliverable(`Le fichier joint «\u00a0${filename}\u00a0» n’existe plus.`);
    files.push({ filename, contentType, content: Buffer.from(content) });
  }
  return files;
}

/** Of the bytes of one file that an e-mail carries itself; more would make the rows of the queue slow to move. */
const MOST_CARRIED = 100_000;

type Packed = Omit<Message, 'attachments'> & {
  attachments?: (Attachment | { filename: string; contentType: string; base64: string })[];
};

/**
 * A message as a text, for the queue.
 * @throws Error for a file of more bytes than an e-mail carries itself: it is to be attached by where it is stored
 */
export function packedMessage(message: Message): string {
  const attachments = message.attachments?.map((file) => {
    if (!('content' in file) || typeof file.content === 'string') return file;
    const { content, ...rest } = file;
    if (content.length > MOST_CARRIED)
      throw new Error(`${rest.filename} is too large to be queued: store it`);
    return { ...rest, base64: Buffer.from(content).toString('base64') };
  });
  return JSON.stringify({ ...message, attachments } satisfies Packed);
}

/** The message that {@link packedMessage} packed. */
export function unpackedMessage(text: string): Message {
  const { attachments, ...message } = JSON.parse(text) as Packed;
  if (!attachments) return message;
  return {
    ...message,
    attachments: attachments.map((file) => {
      if (!('base64' in file)) return file;
      const { base64, ...rest } = file;
      return { ...rest, content: Buffer.from(base64, 'base64') };
    }),
  };
}
