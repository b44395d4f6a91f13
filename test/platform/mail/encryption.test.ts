import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { createMailTransport } from '#platform/mail/transport.ts';
import { startTestMailbox, type TestMailbox } from '../../support/mailbox.ts';

/** A server's own certificate, for this computer, until 2126; it proves nothing to anybody and protects nothing. */
const CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdaxcAZTy5jtVRFSa
XZp/rWwJDygIYdycCyfYGAWj59mhRANCAASZp2ql55GI2V+iD7QjIODWgrRPScpY
k8aBCwouow31vggpsrRvzUBRVzulY+TnoOtUThAB+LS5fGFzjchnnGe0
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUFS+imfSrXYhfeH0BIoWVispTsoowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDA3MzA1NloYDzIxMjYxMTA2
MDczMDU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASZp2ql55GI2V+iD7QjIODWgrRPScpYk8aBCwouow31vggpsrRvzUBR
VzulY+TnoOtUThAB+LS5fGFzjchnnGe0o28wbTAdBgNVHQ4EFgQUxswDzuHGoWXV
hEdJV0S7QpBFk6IwHwYDVR0jBBgwFoAUxswDzuHGoWXVhEdJV0S7QpBFk6IwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgArbaFcoCPXINi19GJpusAlwQFGMbeS8hDWo6PAeWUfcCIEW6
vpX+OkAWhe5uNKJl/rSoWntT9p/Jr58CNersWBod
-----END CERTIFICATE-----`,
};
const MAIL = { from: 'agence@pro.example', to: 'alain@pro.example', subject: 'Essai', text: 'Secret.' };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function opened(
  certificate: typeof CERTIFICATE | undefined,
  setting: 'required' | 'optional',
): Promise<{ mailbox: TestMailbox; sent: () => Promise<string>; answers: () => Promise<boolean> }> {
  const mailbox = await startTestMailbox(certificate);
  cleanups.push(() => mailbox.stop());
  const transport = createMailTransport(mailbox.smtpUrl.replace('127.0.0.1', 'localhost'), setting);
  cleanups.push(() => transport.close());
  const sent = () =>
    transport.send(MAIL).then(
      () => 'sent',
      ({ code }: { code: string }) => code,
    );
  return { mailbox, sent, answers: () => transport.answers() };
}

/** For this process, as `NODE_EXTRA_CA_CERTS` does from its start. */
function trust(certificate: string): void {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, certificate]);
  cleanups.push(() => tls.setDefaultCACertificates(before));
}

test('a server that offers no encryption is given nothing, unless told otherwise', async () => {
  const strict = await opened(undefined, 'required');
  expect(await strict.sent()).toBe('ETLS');
  expect(await strict.answers()).toBe(false);
  expect(strict.mailbox.mails).toEqual([]);
  const lenient = await opened(undefined, 'optional');
  expect(await lenient.sent()).toBe('sent');
  expect(lenient.mailbox.isLatestEncrypted).toBe(false);
});

test.each(['required', 'optional'] as const)(
  'TLS %s: one whose certificate nobody vouches for is given nothing',
  async (setting) => {
    const { mailbox, sent, answers } = await opened(CERTIFICATE, setting);
    expect(await sent()).toBe('ESOCKET');
    expect(await answers()).toBe(false);
    expect(mailbox.mails).toEqual([]);
  },
);

test.each(['required', 'optional'] as const)(
  'TLS %s: one that is vouched for takes e-mails, encrypted',
  async (setting) => {
    trust(CERTIFICATE.cert);
    const { mailbox, sent, answers } = await opened(CERTIFICATE, setting);
    expect(await answers()).toBe(true);
    expect(await sent()).toBe('sent');
    expect(mailbox.mails).toHaveLength(1);
    expect(mailbox.isLatestEncrypted).toBe(true);
  },
);
