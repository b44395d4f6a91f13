import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkEmailAddress } from './mail/address.ts';
import { readSeal, type SealKey, UnusableSeal } from './pdf/seal.ts';

/** The secret of a start without configuration; production refuses it. */
export const DEMO_SECRET = 'demo-secret-for-this-computer-only-0000';
/** The placeholder of `.env.example`; production refuses it. */
const EXAMPLE_SECRET = 'change-me-change-me-change-me-change-me';
/** The password of every demo account (domain.md §11). */
export const DEMO_PASSWORD = 'Parcours-Demo-2026';
/** Addresses of demo people all end so. */
export const DEMO_EMAIL_DOMAIN = '@demo.example';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);

const emailAddress = z.string().transform((typed, context) => {
  const checked = checkEmailAddress(typed.trim());
  if ('address' in checked) return checked.address;
  context.addIssue({ code: 'custom', message: checked.problem });
  return z.NEVER;
});

/** « Name <address> » or an address alone, as e-mails bear their sender. */
const sender = z.string().transform((typed, context) => {
  const [, name, bracketed, alone] = /^(?:([^<>]*)<([^<>]*)>|([^<>]*))$/.exec(typed.trim()) ?? [];
  const checked = checkEmailAddress((bracketed ?? alone ?? '').trim());
  if ('address' in checked) return name?.trim() ? `${name.trim()} <${checked.address}>` : checked.address;
  context.addIssue({ code: 'custom', message: `attendu «\u00a0Nom <adresse>\u00a0». ${checked.problem}` });
  return z.NEVER;
});

// Drawn at random, 32 characters have 16 different ones or more; « aaaa… » and « motmotmot… » do not.
const looksRandom = (secret: string): boolean => new Set(secret).size >= 10 && !/^(.{1,16})\1+$/.test(secret);

// Without blanks: they stand between the secrets of APP_SECRET_PREVIOUS, where this one goes when it is changed.
const secret = z
  .string()
  .min(32, 'au moins 32 caractères')
  .regex(/^\S*$/, 'sans espace ni retour à la ligne, à tirer au hasard (openssl rand -base64 48)')
  .refine(looksRandom, 'trop simple, à tirer au hasard (openssl rand -base64 48)');

const formerSecrets = z
  .string()
  .transform((written) => written.split(/\s+/).filter(Boolean))
  .refine(
    (former) => former.every((one) => secret.safeParse(one).success),
    'des valeurs qui conviendraient à APP_SECRET (au moins 32 caractères tirés au hasard), une espace entre deux',
  );

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(3000),
  DATABASE_URL: z.string().min(1).optional(),
  DATABASE_OWNER_URL: z.string().min(1).optional(),
  DATABASE_JOBS_URL: z.string().min(1).optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  APP_SECRET: secret.default(DEMO_SECRET),
  APP_SECRET_PREVIOUS: formerSecrets.default([]),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_TLS: z.enum(['required', 'optional']).optional(),
  MAIL_FROM: sender.default('Cap Métiers Nouvelle-Aquitaine <noreply@cap-metiers.example>'),
  CONTACT_EMAIL: emailAddress.default('parcourspro@cap-metiers.pro'),
  ACCOUNT_CONTACT_EMAIL: emailAddress.default('tus@cap-metiers.pro'),
  PROCONNECT_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  PROCONNECT_CLIENT_ID: z.string().min(1).optional(),
  PROCONNECT_CLIENT_SECRET: z.string().min(1).optional(),
  SSO_PRIVATE_NETWORK: z.enum(['allowed', 'refused']).default('refused'),
  SERVICE_PORT: port(3080),
  COMPANY_SEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  AGENCY_SECOND_FACTOR: z.enum(['required', 'optional']).optional(),
  DOCUMENT_SEAL_P12: z.string().min(1).optional(),
  DOCUMENT_SEAL_PASSWORD: z.string().default(''),
  TRAINING_RECORD_YEARS: z.coerce.number().int().min(0).max(50).default(6),
  DECISION_UNDO_SECONDS: z.coerce.number().int().min(0).max(3600).default(30),
  VISITOR_PAGES_MS: z.coerce.number().int().min(0).max(2000).optional(),
  PAGES_PER_MINUTE: z.coerce.number().int().min(0).max(100_000).default(600),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  DEMO_DIR: z.string().default('.demo'),
  MAILBOX_PORT: port(1080),
  MAILBOX_SMTP_PORT: port(1025),
});
type Environment = z.infer<typeof environmentSchema>;

/** The checked environment. `databaseUrl` and `smtpUrl` are unset only where the embedded demo provides them. */
export interface Config {
  environment: 'development' | 'test' | 'production';
  host: string;
  port: number;
  databaseUrl: string | undefined;
  /** The same database as the owner of its tables, who migrates it; the application’s own role when unset. */
  databaseOwnerUrl: string | undefined;
  /** The same database for the jobs, where `databaseUrl` leads to a pooler that shares connections out by transaction. */
  databaseJobsUrl: string | undefined;
  publicUrl: string;
  secret: string;
  /** The same, then those that were used before and are still read (`APP_SECRET_PREVIOUS`). */
  secrets: readonly [string, ...string[]];
  smtpUrl: string | undefined;
  /** Whether e-mails leave only over an encrypted connection. */
  smtpTls: 'required' | 'optional';
  mailFrom: string;
  contactEmail: string;
  accountContactEmail: string;
  /** Whether services on the own network are told of ended sessions; this computer itself is, outside production. */
  ssoPrivateNetwork: 'allowed' | 'refused';
  /** The State’s federation of professional accounts; undefined while it is off. */
  proconnect: { issuer: string; clientId: string; clientSecret: string } | undefined;
  /** « API Recherche d’entreprises »; unset, people type what it would have filled in. */
  companySearchUrl: string | undefined;
  /** Whether agency managers must have a second factor. */
  agencySecondFactor: 'required' | 'optional';
  /** The certificate that seals conventions and attendance sheets, and whom it names; undefined where none is configured. */
  documentSeal: { key: SealKey; name: string } | undefined;
  /** How many years a training record keeps its name, from the end of the civil year of the session. */
  trainingRecordYears: number;
  /** How long a decision of the agency may be undone before anything is sent; 0 applies it at once. */
  decisionUndoSeconds: number;
  /** How long visitors share one page of the catalogue, in milliseconds; 0 makes one for each. */
  visitorPagesMs: number;
  /** Searches, lists and exports of one person, or of one place where nobody is signed in, in a minute; 0 for no limit. */
  pagesPerMinute: number;
  trustProxy: number;
  logLevel: string;
  demo: { directory: string; mailboxPort: number; smtpPort: number; servicePort: number };
}

/** Secrets that anybody can read in the source are none, be it to write or only to read. */
function publicSecretFaults(env: Pick<Environment, 'APP_SECRET' | 'APP_SECRET_PREVIOUS'>): string[] {
  const isPublic = (one: string) => one === DEMO_SECRET || one === EXAMPLE_SECRET;
  const faults: string[] = [];
  if (isPublic(env.APP_SECRET)) {
    faults.push('APP_SECRET : à remplacer par une valeur aléatoire (openssl rand -base64 48)');
  }
  if (env.APP_SECRET_PREVIOUS.some(isPublic)) {
    faults.push('APP_SECRET_PREVIOUS : à laisser vide, la valeur d’exemple ou de démonstration est publique');
  }
  return faults;
}

/** A configuration that cannot be started with; `message` lists each variable at fault, in French. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the environment once.
 * @param environment usually `process.env`
 * @returns the checked configuration
 * @throws ConfigError naming every variable at fault; in production also for demo settings (domain.md §11)
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(
    Object.entries(withSecretFiles(environment)).filter(([, value]) => value !== ''),
  );
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} : ${issue.message}`).join('\n'),
    );
  }
  const env = parsed.data;
  if (env.NODE_ENV === 'production') refuseDemoSettings(env);
  const isHttps = env.PUBLIC_URL?.startsWith('https:') ?? false;
  const faults = isHttps ? publicSecretFaults(env) : [];
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  // TLS ends at a proxy: without its word on the protocol no cookie would leave, and all would share one address.
  if (isHttps && env.TRUST_PROXY === 0) {
    throw new ConfigError(
      'TRUST_PROXY : en https, indiquez le nombre de mandataires devant l’application (1 le plus souvent)',
    );
  }
  for (const name of ['DATABASE_OWNER_URL', 'DATABASE_JOBS_URL'] as const) {
    if (env[name] && !env.DATABASE_URL) {
      throw new ConfigError(`${name} : ne va pas sans DATABASE_URL, l’adresse de l’application`);
    }
  }
  if (env.DATABASE_URL && !env.SMTP_URL) {
    throw new ConfigError(
      'SMTP_URL : à renseigner quand DATABASE_URL l’est (par exemple smtp://localhost:1025)',
    );
  }
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    databaseOwnerUrl: env.DATABASE_OWNER_URL,
    databaseJobsUrl: env.DATABASE_JOBS_URL,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, ''),
    secret: env.APP_SECRET,
    secrets: [env.APP_SECRET, ...env.APP_SECRET_PREVIOUS],
    smtpUrl: env.SMTP_URL,
    smtpTls: env.SMTP_TLS ?? (env.SMTP_URL && !isLoopback(env.SMTP_URL) ? 'required' : 'optional'),
    mailFrom: env.MAIL_FROM,
    contactEmail: env.CONTACT_EMAIL,
    accountContactEmail: env.ACCOUNT_CONTACT_EMAIL,
    ssoPrivateNetwork: env.SSO_PRIVATE_NETWORK,
    proconnect: proconnectOf(env),
    companySearchUrl: env.COMPANY_SEARCH_URL,
    agencySecondFactor: env.AGENCY_SECOND_FACTOR ?? (env.NODE_ENV === 'production' ? 'required' : 'optional'),
    documentSeal: documentSealOf(env),
    trainingRecordYears: env.TRAINING_RECORD_YEARS,
    decisionUndoSeconds: env.DECISION_UNDO_SECONDS,
    // Tests look at what they have changed a moment ago.
    visitorPagesMs: env.VISITOR_PAGES_MS ?? (env.NODE_ENV === 'test' ? 0 : 1000),
    pagesPerMinute: env.PAGES_PER_MINUTE,
    trustProxy: env.TRUST_PROXY ?? (isHttps ? 1 : 0),
    logLevel: env.LOG_LEVEL ?? (env.NODE_ENV === 'production' ? 'info' : 'warn'),
    demo: {
      directory: env.DEMO_DIR,
      mailboxPort: env.MAILBOX_PORT,
      smtpPort: env.MAILBOX_SMTP_PORT,
      servicePort: env.SERVICE_PORT,
    },
  };
}

/** @throws ConfigError where a part of it is missing, or it is not reached by https in production */
function proconnectOf(env: Environment): Config['proconnect'] {
  const {
    PROCONNECT_ISSUER: issuer,
    PROCONNECT_CLIENT_ID: clientId,
    PROCONNECT_CLIENT_SECRET: clientSecret,
  } = env;
  if (!issuer && !clientId && !clientSecret) return undefined;
  if (!issuer || !clientId || !clientSecret) {
    throw new ConfigError(
      'PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET : à renseigner tous les trois, ou aucun',
    );
  }
  if (env.NODE_ENV === 'production' && !issuer.startsWith('https:')) {
    throw new ConfigError('PROCONNECT_ISSUER : https:// est obligatoire en production');
  }
  // Written one way, whichever way it was typed: accounts are linked under it.
  return { issuer: issuer.replace(/\/+$/, ''), clientId, clientSecret };
}

/** @throws ConfigError where the file cannot be read, or no seal can be made with it today */
function documentSealOf(env: Environment): Config['documentSeal'] {
  const { DOCUMENT_SEAL_P12: path, DOCUMENT_SEAL_PASSWORD: password } = env;
  if (!path) return undefined;
  let p12: Uint8Array;
  try {
    p12 = new Uint8Array(readFileSync(path));
  } catch {
    throw new ConfigError(`DOCUMENT_SEAL_P12 : le fichier ${path} ne peut pas être lu`);
  }
  try {
    const key = { p12, password };
    return { key, name: readSeal(key, new Date()).name };
  } catch (error) {
    if (!(error instanceof UnusableSeal)) throw error;
    throw new ConfigError(`DOCUMENT_SEAL_P12 : ${error.message}`);
  }
}

function refuseDemoSettings(env: Environment): void {
  const faults: string[] = [];
  if (!env.DATABASE_URL) faults.push('DATABASE_URL : obligatoire en production (pas de base embarquée)');
  if (!env.SMTP_URL) faults.push('SMTP_URL : obligatoire en production');
  if (!env.PUBLIC_URL)
    faults.push('PUBLIC_URL : obligatoire en production (les liens des courriels en partent)');
  else if (!isSecureOrigin(env.PUBLIC_URL))
    faults.push('PUBLIC_URL : https:// est obligatoire en production');
  faults.push(...publicSecretFaults(env));
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
}

// Browsers treat localhost as a secure origin, so that the shipped compose file can be tried without a certificate.
function isSecureOrigin(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === 'localhost';
}

// What goes to this computer itself crosses no network.
const isLoopback = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** Variables that can be given as `…_FILE`, the path of a file that holds them, as orchestrators hand secrets over. */
const FROM_FILES = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'DATABASE_JOBS_URL',
  'SMTP_URL',
  'APP_SECRET',
  'APP_SECRET_PREVIOUS',
  'PROCONNECT_CLIENT_SECRET',
  'DOCUMENT_SEAL_PASSWORD',
];

/**
 * The address of the database for a command: its owner's, or the only one that there is.
 * @returns undefined where the environment gives none
 * @throws ConfigError as {@link readConfig}, where its file cannot be read or it is given both ways
 */
export function ownerDatabaseUrl(environment: Record<string, string | undefined>): string | undefined {
  const read = withSecretFiles(environment, ['DATABASE_OWNER_URL', 'DATABASE_URL']);
  return read.DATABASE_OWNER_URL || read.DATABASE_URL || undefined;
}

/** @throws ConfigError where a file cannot be read, or a variable is given both ways */
function withSecretFiles(
  environment: Record<string, string | undefined>,
  names: readonly string[] = FROM_FILES,
): Record<string, string | undefined> {
  const read = { ...environment };
  for (const name of names) {
    const path = environment[`${name}_FILE`];
    if (!path) continue;
    if (environment[name])
      throw new ConfigError(`${name}_FILE : ne va pas avec ${name}, choisissez l’un ou l’autre`);
    try {
      read[name] = readFileSync(path, 'utf8').trim();
    } catch {
      throw new ConfigError(`${name}_FILE : le fichier ${path} ne peut pas être lu`);
    }
  }
  return read;
}
