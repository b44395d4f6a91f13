import { createHash, createVerify, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

/** The password of the file that {@link createSeal} makes. */
export const SEAL_PASSWORD = 'mot de passe du cachet';

/** A PKCS#12 file with a key and a certificate that it signed itself. @param until the last day of the certificate */
export function createSeal({
  name = 'Cap Métiers Nouvelle-Aquitaine',
  from = new Date('2020-01-01T00:00:00Z'),
  until = new Date('2090-01-01T00:00:00Z'),
} = {}): Uint8Array {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = until;
  const named = [
    { name: 'commonName', value: 'Cachet de ParcoursPro' },
    { name: 'organizationName', value: name, valueTagClass: forge.asn1.Type.UTF8 as never },
  ];
  certificate.setSubject(named);
  certificate.setIssuer(named);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  const store = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], SEAL_PASSWORD, {
    algorithm: '3des',
  });
  return new Uint8Array(Buffer.from(forge.asn1.toDer(store).getBytes(), 'binary'));
}

/** What is found of the seal of a file. */
export interface FoundSeal {
  /** Whether all of the file but the seal itself is what was sealed. */
  coversAll: boolean;
  /** Whether what was sealed is unchanged, and was sealed by the key of the certificate. */
  isIntact: boolean;
  /** Whether the seal names its certificate as the certificate itself is named, byte for byte. */
  namesItsCertificate: boolean;
  certificate: X509Certificate;
}

/** The seal of a PDF as a reader checks it; undefined where it bears none. */
export function sealOf(pdf: Buffer): FoundSeal | undefined {
  const range = /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(pdf.toString('latin1'))?.slice(1).map(Number);
  if (!range) return undefined;
  const [start = 0, length = 0, after = 0, rest = 0] = range;
  const sealed = Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(after, after + rest)]);
  const hex = pdf.subarray(length + 1, after - 1).toString('latin1');
  const der = Buffer.from(hex, 'hex');
  const asn1 = forge.asn1.fromDer(der.toString('binary'), { parseAllBytes: false } as never);
  const message = forge.pkcs7.messageFromAsn1(asn1) as unknown as {
    certificates: forge.pki.Certificate[];
    rawCapture: {
      authenticatedAttributes: forge.asn1.Asn1[];
      signature: string;
      issuer: forge.asn1.Asn1;
      certificates: forge.asn1.Asn1;
    };
  };
  const { authenticatedAttributes, signature } = message.rawCapture;
  const attributes = forge.asn1.create(
    forge.asn1.Class.UNIVERSAL,
    forge.asn1.Type.SET,
    true,
    authenticatedAttributes,
  );
  const digest = authenticatedAttributes
    .map((one) => one.value as forge.asn1.Asn1[])
    .find(([type]) => forge.asn1.derToOid(String(type?.value)) === forge.pki.oids.messageDigest);
  const [told] = (digest?.[1]?.value ?? []) as forge.asn1.Asn1[];
  const said = String(told?.value ?? '');
  const certificate = new X509Certificate(
    forge.pki.certificateToPem(message.certificates[0] as forge.pki.Certificate),
  );
  const verify = createVerify('sha256').update(
    Buffer.from(forge.asn1.toDer(attributes).getBytes(), 'binary'),
  );
  return {
    coversAll: start === 0 && after + rest === pdf.length,
    isIntact:
      createHash('sha256').update(sealed).digest('binary') === said &&
      verify.verify(certificate.publicKey, Buffer.from(signature, 'binary')),
    namesItsCertificate:
      derOf([issuerOf(message.rawCapture.certificates)]) === derOf([message.rawCapture.issuer]),
    certificate,
  };
}

const derOf = (parts: forge.asn1.Asn1[]): string =>
  parts.map((part) => forge.asn1.toDer(part).toHex()).join();

/** The names of the issuer of the first certificate: the fourth part of what it certifies. */
function issuerOf(certificates: forge.asn1.Asn1): forge.asn1.Asn1 {
  const inside = (one: forge.asn1.Asn1 | undefined) => (one?.value ?? []) as forge.asn1.Asn1[];
  const [first] = inside(certificates);
  const [certified] = inside(first);
  return inside(certified)[3] as forge.asn1.Asn1;
}
