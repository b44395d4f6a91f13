import { createRequire } from 'node:module';
import type forge from 'node-forge';
import { lazily } from '../lazily.ts';

/** The certificate with which documents are sealed, with its key: a PKCS#12 file. */
export interface SealKey {
  p12: Uint8Array;
  password: string;
}

/** What a seal says of who seals. */
export interface SealHolder {
  /** The organisation or the person that the certificate names. */
  name: string;
  /** The last moment of the certificate. */
  until: Date;
}

/** No seal can be made with this file. The message says why, in French. */
export class UnusableSeal extends Error {
  override name = 'UnusableSeal';
}

// 300 KB that most installations never need.
const library = lazily(() => createRequire(import.meta.url)('node-forge') as typeof forge);

/** What a PKCS#12 file holds. */
interface Opened {
  key: forge.pki.rsa.PrivateKey;
  certificate: forge.pki.Certificate;
  /** That of the key, and those above it. */
  chain: forge.pki.Certificate[];
}

/** @throws UnusableSeal where the file is none, the password is wrong, or it holds no RSA key with its certificate */
function open({ p12, password }: SealKey): Opened {
  const { asn1, pkcs12, pki, util } = library();
  const bagsOf = (store: forge.pkcs12.Pkcs12Pfx, bagType = '') => store.getBags({ bagType })[bagType] ?? [];
  try {
    const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(util.createBuffer(binary(p12))), password);
    const key = bagsOf(store, pki.oids.pkcs8ShroudedKeyBag)[0]?.key as forge.pki.rsa.PrivateKey | undefined;
    const chain = bagsOf(store, pki.oids.certBag).flatMap(({ cert }) => cert ?? []);
    const certificate = chain.find(
      ({ publicKey }) => key?.n && (publicKey as forge.pki.rsa.PublicKey).n?.compareTo(key.n) === 0,
    );
    if (key && certificate) return { key, certificate, chain };
  } catch (error) {
    const isPassword = error instanceof Error && /password|MAC/i.test(error.message);
    throw new UnusableSeal(
      isPassword ? 'le mot de passe n’est pas le bon' : 'ce n’est pas un fichier PKCS#12 (.p12)',
    );
  }
  throw new UnusableSeal('il n’y a pas de clé RSA avec son certificat');
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('binary');

/**
 * Reads the certificate of a seal, and tries it.
 * @throws UnusableSeal where no seal can be made with it at this moment
 */
export function readSeal(seal: SealKey, now: Date): SealHolder {
  const { certificate } = open(seal);
  const { notBefore, notAfter } = certificate.validity;
  if (now < notBefore) throw new UnusableSeal('le certificat n’est pas encore valable');
  if (now > notAfter) throw new UnusableSeal('le certificat est expiré');
  const named = (field: string) =>
    library().util.decodeUtf8(String(certificate.subject.getField(field)?.value ?? ''));
  return { name: named('O') || named('CN'), until: notAfter };
}

/** The CMS of a detached signature of these bytes. */
function signatureOf(bytes: Buffer, { key, certificate, chain }: Opened, at: Date): Buffer {
  const { asn1, pkcs7, pki, util } = library();
  const message = pkcs7.createSignedData();
  message.content = util.createBuffer(binary(bytes));
  for (const one of chain) message.addCertificate(one);
  message.addSigner({
    key,
    certificate: certificate as never,
    digestAlgorithm: pki.oids.sha256 as string,
    authenticatedAttributes: [
      { type: pki.oids.contentType as string, value: pki.oids.data as string },
      { type: pki.oids.signingTime as string, value: at as never },
      { type: pki.oids.messageDigest as string },
    ],
  });
  // The signer is found by the name of its issuer, which the library would encode twice where it has an accent.
  for (const signer of (message as never as { signers: { issuer: forge.pki.CertificateField[] }[] })
    .signers) {
    signer.issuer = signer.issuer.map((field) =>
      (field.valueTagClass as unknown) === asn1.Type.UTF8
        ? { ...field, value: util.decodeUtf8(String(field.value)) }
        : field,
    );
  }
  message.sign({ detached: true });
  return Buffer.from(asn1.toDer(message.toAsn1()).getBytes(), 'binary');
}

/**
 * Seals a document in which room was left (`leaveRoomForSeal`), as CAdES within the PDF. It takes some 20 ms of a processor.
 * @param at the moment that the seal tells: the installation's own word, no authority of time is asked
 */
export async function sealPdf(document: Uint8Array, seal: SealKey, at: Date): Promise<Buffer> {
  // Loaded by the first seal: most installations make none.
  const [{ SignPdf }, { Signer }] = await Promise.all([import('@signpdf/signpdf'), import('@signpdf/utils')]);
  const opened = open(seal);
  class Sealer extends Signer {
    override async sign(bytes: Buffer): Promise<Buffer> {
      return signatureOf(bytes, opened, at);
    }
  }
  return new SignPdf().sign(Buffer.from(document), new Sealer(), at);
}
