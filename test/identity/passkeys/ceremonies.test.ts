import Module from 'node:module';
import { expect, test, vi } from 'vitest';

test('a library that cannot be loaded does not look like a wrong answer', async () => {
  // An instance of its own, which has loaded nothing yet.
  const { href } = new URL('../../../src/identity/passkeys/ceremonies.ts?alone', import.meta.url);
  const { challengeIn, verifyCreation, verifyUse }: typeof import('#identity/passkeys/ceremonies.ts') =
    await import(href);
  const loading = vi.spyOn(Module as unknown as { _load(name: string): unknown }, '_load');
  loading.mockImplementation((name) => {
    throw new Error(`no ${name}`);
  });
  try {
    const answer = { response: { clientDataJSON: '' } } as never;
    const key = { credentialId: '', publicKey: Buffer.alloc(0) };
    expect(() => challengeIn(answer)).toThrow('no @simplewebauthn/server');
    await expect(verifyCreation({} as never, answer)).rejects.toThrow('no @simplewebauthn/server');
    await expect(verifyUse({} as never, answer, key)).rejects.toThrow('no @simplewebauthn/server');
  } finally {
    loading.mockRestore();
  }
});
