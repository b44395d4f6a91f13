import type { Message } from './message.ts';

/**
 * The headers with which mailboxes show their own « Se désabonner » (RFC 2369), in one click (RFC 8058): they post
 * `List-Unsubscribe=One-Click` to the address, without cookies.
 * @param publicUrl without a trailing slash
 */
export function unsubscribeHeaders({ unsubscribePath }: Message, publicUrl: string): Record<string, string> {
  if (!unsubscribePath) return {};
  return {
    'List-Unsubscribe': `<${publicUrl}${unsubscribePath}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
