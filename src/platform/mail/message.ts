/** Where a file is kept: a kind that a capability declares (`attachments.ts`), and the number that it knows it by. */
export interface StoredFile {
  kind: string;
  id: number;
}

/** A file sent along: what it holds, or where that is read when the e-mail leaves, which keeps the queue small. */
export type Attachment = { filename: string; contentType: string } & (
  | { content: string | Uint8Array }
  | { stored: StoredFile }
);

/**
 * What an e-mail says, before it is laid out. The same message is rendered as HTML and as text
 * (`views/mail/`), so the two never differ.
 */
export interface Message {
  /** What sort of e-mail it is, one that a capability declares: `account-request.confirm`… */
  kind: string;
  to: string;
  subject: string;
  /** « Bonjour Alain Proviste, » when known. */
  recipientName?: string;
  paragraphs: string[];
  /** Label and value, shown as a list: the action, its dates, the structure… `href` follows: where to connect. */
  details?: [label: string, value: string, href?: string][];
  /** Several things of one sort, each with its own way in. */
  entries?: { title: string; lines: string[]; link: { label: string; path: string } }[];
  /** Somebody's own words (a motivation, a reason), shown set apart. */
  quote?: { label: string; text: string };
  /** The one thing to do, as a button; `path` starts with `/` and is completed with the public address. */
  link?: { label: string; path: string };
  /** Shown small, after the button. */
  footnote?: string;
  attachments?: Attachment[];
  /** Of what comes again and again without being asked each time: the path that ends it, opened or posted to. */
  unsubscribePath?: string;
  /** Whoever an answer goes to, where it is somebody: the foot of the e-mail then says so. */
  replyTo?: { name: string; address: string };
}
