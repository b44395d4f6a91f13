import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an authenticator or a browser gets wrong, on purpose. */
export interface Faults {
  /** The address of the page that asks, as the browser tells it. */
  origin?: string;
  /** The site that the authenticator signs for. */
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  /** Whether the person was there, and whether it was verified who they are. */
  present?: boolean;
  verified?: boolean;
  signCount?: number;
  userHandle?: string | null;
  /** The name that the answer gives the credential. */
  id?: string;
  /** Breaks the signature. */
  forged?: boolean;
  /** An attestation that nobody asked for. */
  attestation?: Map<string, unknown>;
}

interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string };
}
interface RequestOptions {
  challenge: string;
  rpId?: string;
}

const ORIGIN = 'http://localhost:3000';
const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

/** A passkey in software (ES256), with the browser around it; what it signs is what a real one would. */
export class TestPasskey {
  readonly credentialId = randomBytes(32);
  userHandle = randomBytes(16).toString('base64url');
  signCount = 0;
  private readonly privateKey: KeyObject;
  private readonly coordinates: { x: Buffer; y: Buffer };

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    this.coordinates = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  get id(): string {
    return this.credentialId.toString('base64url');
  }

  /** What a browser sends after `navigator.credentials.create`. */
  create(options: CreationOptions, faults: Faults = {}): string {
    this.userHandle = options.user.id;
    const publicKey = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, this.coordinates.x],
      [-3, this.coordinates.y],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.credentialId.length);
    const authData = Buffer.concat([
      this.head(options.rp.id, FLAGS.attested, faults),
      Buffer.alloc(16),
      length,
      this.credentialId,
      cbor(publicKey),
    ]);
    const statement = faults.attestation ?? new Map();
    const object = new Map<string, unknown>([
      ['fmt', faults.attestation ? 'packed' : 'none'],
      ['attStmt', statement],
      ['authData', authData],
    ]);
    return this.answer(faults, {
      clientDataJSON: this.clientData('webauthn.create', options.challenge, faults),
      attestationObject: cbor(object).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** What a browser sends after `navigator.credentials.get`. */
  get(options: RequestOptions, faults: Faults = {}): string {
    this.signCount += 1;
    const clientDataJSON = this.clientData('webauthn.get', options.challenge, faults);
    const authenticatorData = this.head(options.rpId ?? '', 0, { signCount: this.signCount, ...faults });
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    const signature = sign('sha256', Buffer.concat([authenticatorData, hash]), this.privateKey);
    if (faults.forged)
      signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
    const userHandle = faults.userHandle === undefined ? this.userHandle : faults.userHandle;
    return this.answer(faults, {
      clientDataJSON,
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle,
    });
  }

  private head(rpId: string, extraFlags: number, faults: Faults): Buffer {
    const { present = true, verified = true, signCount = 0 } = faults;
    const flags = (present ? FLAGS.present : 0) | (verified ? FLAGS.verified : 0) | extraFlags;
    const tail = Buffer.alloc(5);
    tail.writeUInt8(flags);
    tail.writeUInt32BE(signCount, 1);
    return Buffer.concat([
      createHash('sha256')
        .update(faults.rpId ?? rpId)
        .digest(),
      tail,
    ]);
  }

  private clientData(type: string, challenge: string, faults: Faults): string {
    const data = {
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? ORIGIN,
      crossOrigin: faults.crossOrigin ?? false,
    };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  private answer(faults: Faults, response: object): string {
    const id = faults.id ?? this.id;
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}

/** The part of CBOR that authenticators need: integers, bytes, texts, lists and maps (RFC 8949). */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([cborHead(3, bytes.length), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([cborHead(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) {
    return Buffer.concat([cborHead(5, value.size), ...[...value].flat().map(cbor)]);
  }
  throw new Error(`no CBOR for ${typeof value}`);
}

function cborHead(major: number, count: number): Buffer {
  const type = major << 5;
  if (count < 24) return Buffer.from([type | count]);
  if (count < 256) return Buffer.from([type | 24, count]);
  return Buffer.from([type | 25, count >> 8, count & 255]);
}
