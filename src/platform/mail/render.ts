import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Message } from './message.ts';

const mailViews = fileURLToPath(new URL('../../../views/mail/', import.meta.url));

/**
 * Lays a message out as HTML and as text.
 * @param publicUrl the address that links start with, without a trailing slash
 */
export async function renderMessage(
  message: Message,
  publicUrl: string,
): Promise<{ html: string; text: string }> {
  const locals = { message, publicUrl, url: message.link ? publicUrl + message.link.path : undefined };
  const [html, text] = await Promise.all([
    ejs.renderFile(`${mailViews}message.html.ejs`, locals, { cache: true }),
    ejs.renderFile(`${mailViews}message.txt.ejs`, locals, { cache: true, escape: String }),
  ]);
  return { html, text: `${text.replace(/\n{3,}/g, '\n\n').trim()}\n` };
}
