/** An import that cannot be done; the message is for whoever typed the command. Nothing was changed. */
export class ImportError extends Error {
  override name = 'ImportError';
}
