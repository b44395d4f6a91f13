import { createTransport, type SendMailOptions } from 'nodemailer';

/** The way to the SMTP server. */
export interface MailTransport {
  /** @throws whatever nodemailer says of a failure (see `failureKind`) */
  send(mail: SendMailOptions): Promise<void>;
  /** Whether the server can be talked to: reached, encrypted and signed in to as for an e-mail, of which none is sent. */
  answers(): Promise<boolean>;
  close(): void;
}

/** E-mails sent at once by a process: one to which the server takes its time does not hold up all others. */
export const MAIL_CONNECTIONS = 2;
/** A server that is there says so at once. */
const CONNECT_MS = 5_000;
/**
 * Any silence of the server, hence the longest that the protocol knows: after the last line of an e-mail it may take
 * ten minutes to answer (RFC 5321, 4.5.3.2.6). Whoever gives up earlier sends again what the server has taken.
 */
const SILENCE_MS = 10 * 60_000;
/** As much for a conversation of which no e-mail hangs. */
const PROBE_SILENCE_MS = 10_000;

/**
 * Opens the way to a server; nothing is connected before the first e-mail.
 * @param tls `required`: a server that does not encrypt is given no e-mail nor password (Config.smtpTls)
 * @param smtpUrl `smtp:` or `smtps:`, with the name and the password where the server wants them
 */
export function createMailTransport(
  smtpUrl: string,
  tls: 'required' | 'optional' = 'optional',
): MailTransport {
  // Asked for in the clear, STARTTLS can be taken out on the way; without it nothing is then sent.
  const options = {
    url: smtpUrl,
    requireTLS: tls === 'required',
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
  };
  // Connections are kept: a burst would spend its time on greetings.
  const transport = createTransport({
    ...options,
    socketTimeout: SILENCE_MS,
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
  });
  const probe = createTransport({ ...options, socketTimeout: PROBE_SILENCE_MS });
  return {
    async send(mail) {
      await transport.sendMail(mail);
    },
    answers: () =>
      probe.verify().then(
        () => true,
        () => false,
      ),
    close() {
      transport.close();
      probe.close();
    },
  };
}
