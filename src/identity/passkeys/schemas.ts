import { z } from 'zod';
import { text } from '#platform/web/forms/fields.ts';

const bytes = (max = 2000) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]+$/);
const common = { id: bytes(), rawId: bytes(), type: z.literal('public-key') };
const extensions = z.unknown().transform(() => ({}));

const assertion = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes(4000),
    authenticatorData: bytes(),
    signature: bytes(),
    userHandle: bytes(200)
      .nullish()
      .transform((handle) => handle ?? undefined),
  }),
  clientExtensionResults: extensions,
});

const attestation = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes(4000),
    attestationObject: bytes(20_000),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .catch([]),
  }),
  clientExtensionResults: extensions,
});

/** What a browser has to say of a passkey, written as JSON in a hidden field by the page's script. */
const answer = <S extends z.ZodType>(schema: S, refusal: string) =>
  z.unknown().transform((input, context): z.output<S> => {
    const parsed = schema.safeParse(jsonOf(input));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: refusal });
    return z.NEVER;
  });

function jsonOf(input: unknown): unknown {
  try {
    return typeof input === 'string' ? JSON.parse(input) : undefined;
  } catch {
    return undefined;
  }
}

const UNREADABLE =
  'Votre navigateur n’a pas transmis de clé d’accès. Recommencez, ou choisissez une autre façon de faire.';

/** The answer of a passkey, to sign in or to confirm who one is. */
export const useForm = z.object({ cle_verification: answer(assertion, UNREADABLE) });

const name = () => text('Donnez un nom à cette clé, pour la reconnaître.', 60);

/** A passkey that has just been made, and what the person calls it. */
export const newKeyForm = z.object({
  nom: name(),
  reponse: answer(
    attestation,
    'La clé d’accès n’a pas été créée. Choisissez «\u00a0Créer la clé d’accès\u00a0».',
  ),
});

/** Another name for a passkey. */
export const nameForm = z.object({ nom: name() });

/** What a page says of a passkey that was not accepted; the same whatever the reason, but for the delay. */
export const REFUSALS = {
  expired: 'Le délai pour utiliser la clé d’accès est dépassé. Recommencez.',
  refused:
    'Cette clé d’accès n’est pas acceptée\u00a0: elle a peut-être été retirée du compte. Recommencez, ou choisissez une autre façon de faire.',
} as const;
