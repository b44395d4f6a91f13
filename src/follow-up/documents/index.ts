import type { Request } from 'express';
import { defineFeature } from '#platform/feature.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { audit } from './audit.ts';
import { readContent } from './issued/repository.ts';
import { forgetContents } from './issued/service.ts';
import { followed, followJob } from './issuing/follow.ts';
import { documentsMails } from './issuing/mails.ts';
import { parseCode } from './issuing/numbers.ts';
import { attestation, participation } from './kinds/attestation.ts';
import { certificate } from './kinds/certificate.ts';
import { roster } from './kinds/roster.ts';
import { personalData } from './personal-data.ts';
import { documentsSite } from './routes.ts';
import { verificationSite } from './verification/routes.ts';

/** A file that somebody compares with what was issued. */
const MOST_COMPARED_BYTES = 5_242_880;
const COMPARED = /^\/verifier\/[^/]+\/fichier$/;

/** Anybody may compare a file, with what has a code. The address is all in `baseUrl` where what reads the form runs. */
const comparesFile = ({ method, baseUrl }: Pick<Request, 'method' | 'baseUrl'>): boolean =>
  method === 'POST' && parseCode(baseUrl.split('/')[2] ?? '') !== undefined;

export default defineFeature({
  name: 'follow-up/documents',
  audit,
  personalData,
  sites: [documentsSite, verificationSite],
  uploads: [
    {
      path: COMPARED,
      read: filesBody(MOST_COMPARED_BYTES, comparesFile, { perPlace: 1, seconds: 20 }),
    },
  ],
  documentKinds: [attestation, certificate, participation, roster],
  on: followed,
  jobs: [followJob],
  mails: documentsMails,
  storedFiles: { issued_document: readContent },
  forget: [forgetContents],
});
