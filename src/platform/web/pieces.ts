import { once } from 'node:events';
import type { Response } from 'express';

/**
 * Sends a text as it is made: neither its length nor a slow reader costs memory, and other requests have their turn
 * between two pieces. A failure before the first is a page as any other; later, the download breaks off, which the
 * browser says.
 * @param pieces asked for as fast as the reader takes them, and no faster
 * @param begin says what it is, once there is something to send
 * @throws whatever `pieces` throws
 */
export async function sendPieces(
  res: Response,
  pieces: AsyncGenerator<string, void, undefined>,
  begin: () => void,
): Promise<void> {
  const first = await pieces.next();
  if (res.destroyed) {
    // The reader left before the first piece. The answer is over all the same, for whoever waits for its end.
    await pieces.return();
    res.end();
    return;
  }
  begin();
  const left = new AbortController();
  res.once('close', () => left.abort());
  try {
    if (!first.done) await send(res, first.value, left.signal);
    for await (const piece of pieces) await send(res, piece, left.signal);
    res.end();
  } catch (error) {
    // Whoever closes the window is no failure of ours.
    if (left.signal.aborted) return;
    // What was given before goes out; the download then breaks off.
    await new Promise<void>((sent) => res.write('', () => sent()));
    res.destroy();
    throw error;
  } finally {
    await pieces.return();
  }
}

/** Sends a piece, and waits until the reader takes more. @throws AbortError when the reader has left */
async function send(res: Response, piece: string, left: AbortSignal): Promise<void> {
  left.throwIfAborted();
  if (!res.write(piece)) await once(res, 'drain', { signal: left });
}
