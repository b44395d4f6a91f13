import { fillIn } from '../web/views/compile.ts';
import type { Message } from './message.ts';

/**
 * Lays a message out as HTML and as text.
 * @param publicUrl the address that links start with, without a trailing slash
 */
export function renderMessage(message: Message, publicUrl: string): { html: string; text: string } {
  const locals = {
    message: typeset(message),
    publicUrl,
    url: message.link ? publicUrl + message.link.path : undefined,
  };
  const html = fillIn('mail/message.html', locals);
  const text = fillIn('mail/message.txt', locals);
  return { html, text: `${text.replace(/\n{3,}/g, '\n\n').trim()}\n` };
}

/** French typography for texts written in the code: a sign of two parts keeps to its word. Addresses are left alone. */
export function typesetText(text: string): string {
  return text.replace(/ (?=[:;!?»])/g, '\u00a0').replace(/« /g, '«\u00a0');
}

function typeset(message: Message): Message {
  return {
    ...message,
    subject: typesetText(message.subject),
    paragraphs: message.paragraphs.map(typesetText),
    details: message.details?.map(([label, value, href]) => [typesetText(label), typesetText(value), href]),
    footnote: message.footnote && typesetText(message.footnote),
  };
}
