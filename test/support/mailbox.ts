import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { freePort } from '#demo/ports.ts';

/** An e-mail as it arrived. */
export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** By name, in lower case. */
  headers: Readonly<Record<string, string>>;
  /** A text as such, anything else as its bytes. */
  attachments: Email['attachments'];
}

/** A real SMTP server that keeps what it receives. */
export interface TestMailbox {
  smtpUrl: string;
  readonly mails: ReceivedMail[];
  /** The e-mails to one person, oldest first. */
  to(address: string): ReceivedMail[];
  /** The path of the first link to this site in the latest e-mail to a person. */
  latestLink(address: string): string;
  /** Whether the latest e-mail came encrypted. */
  readonly isLatestEncrypted: boolean;
  /** Asked before the answer to each `RCPT TO`; what it throws (see {@link refusal}) is the answer. */
  beforeRecipient: (address: string) => unknown;
  /** Asked before the answer to each message, which is kept only then; likewise. */
  beforeMessage: (address: string) => unknown;
  clear(): void;
  /** Goes away; `start` comes back on the same port with the same mails. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Greets at once: the library waits for a tenth of a second, to catch whoever talks too soon. */
class PromptServer extends SMTPServer {
  override connect(...[socket, options]: Parameters<SMTPServer['connect']>): void {
    const connection = new PromptConnection(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error) => this.emit('error', error));
    connection.init();
  }
}

class PromptConnection extends SMTPConnection {
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }
}

function readable(attachment: Email['attachments'][0]): Email['attachments'][0] {
  const bytes = new Uint8Array(attachment.content as ArrayBuffer);
  return {
    ...attachment,
    content: attachment.mimeType.startsWith('text/') ? new TextDecoder().decode(bytes) : bytes,
  };
}

/** The answer of a server that refuses. */
export const refusal = (code: number, words: string): Error =>
  Object.assign(new Error(words), { responseCode: code });

/** @param certificate with which the server offers STARTTLS; without, it offers none */
export async function startTestMailbox(certificate?: { key: string; cert: string }): Promise<TestMailbox> {
  const mails: ReceivedMail[] = [];
  // Its own from the start, so that it is still there when the mailbox comes back.
  const port = await freePort();
  let isLatestEncrypted = false;
  let server: SMTPServer | undefined;

  async function start(): Promise<void> {
    const starting = new PromptServer({
      authOptional: true,
      ...certificate,
      disabledCommands: certificate ? ['AUTH'] : ['STARTTLS', 'AUTH'],
      logger: false,
      disableReverseLookup: true,
      closeTimeout: 100,
      async onRcptTo(address, _session, done) {
        done(await refusedBy(() => mailbox.beforeRecipient(address.address)));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', async () => {
          const [first] = session.envelope.rcptTo;
          const refused = await refusedBy(() => mailbox.beforeMessage(first?.address ?? ''));
          if (refused) return done(refused);
          isLatestEncrypted = session.secure;
          const parsed = await PostalMime.parse(Buffer.concat(chunks), { attachmentEncoding: 'arraybuffer' });
          for (const recipient of session.envelope.rcptTo) {
            mails.push({
              to: recipient.address,
              subject: parsed.subject ?? '',
              text: parsed.text ?? '',
              html: parsed.html ?? '',
              messageId: parsed.messageId ?? '',
              headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value])),
              attachments: parsed.attachments.map(readable),
            });
          }
          done();
        });
      },
    });
    starting.on('error', () => {});
    await new Promise<void>((resolve) => starting.listen(port, '127.0.0.1', resolve));
    server = starting;
  }

  const to = (address: string) => mails.filter((mail) => mail.to.toLowerCase() === address.toLowerCase());
  const mailbox: TestMailbox = {
    beforeRecipient: () => {},
    beforeMessage: () => {},
    get smtpUrl() {
      return `smtp://127.0.0.1:${port}`;
    },
    mails,
    to,
    get isLatestEncrypted() {
      return isLatestEncrypted;
    },
    latestLink(address) {
      const text = to(address).at(-1)?.text ?? '';
      const link = /https?:\/\/[^\s/]+(\/[^\s]*)/.exec(text)?.[1];
      if (!link) throw new Error(`no link in the latest e-mail to ${address}: ${text}`);
      return link;
    },
    clear: () => void mails.splice(0),
    start,
    stop: () => new Promise((resolve) => (server ? server.close(() => resolve()) : resolve())),
  };
  await start();
  return mailbox;
}

async function refusedBy(answer: () => unknown): Promise<Error | null> {
  try {
    await answer();
    return null;
  } catch (error) {
    return error as Error;
  }
}
