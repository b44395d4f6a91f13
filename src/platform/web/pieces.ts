import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
  async function* all() {
    if (!first.done) yield first.value;
    yield* pieces;
  }
  begin();
  try {
    await pipeline(Readable.from(all(), { objectMode: false }), res);
  } catch (error) {
    // Whoever closes the window is no failure of ours.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
