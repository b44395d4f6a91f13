import { recordAudit } from '#audit/service.ts';
import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';
import { findWish } from './asking/repository.ts';
import { deleteContents, findGoodBadges, insertRevocation } from './issuing/repository.ts';

export const personalData: PersonalData = {
  exported: {
    badgeRequests: {
      rows: `
        select a.title as action, v.name as badge, q.state, q.asked_at as "askedAt", q.evidence,
               q.shows_certificate as "showsCertificate", q.decided_at as "decidedAt",
               q.refusal_reason as "refusalReason", q.revocation_words as "revocationWords"
          from badge_requests q
          join enrolments e on e.id = q.enrolment_id
          join actions a on a.id = e.action_id
          join lateral (select name from badge_model_versions v where v.model_id = q.model_id
                         order by v.version desc limit 1) v on true
         where q.user_id = u.id order by q.asked_at, q.id`,
    },
    badges: {
      rows: `
        select b.code, v.name, b.awarded_at as "awardedAt", b.issued_at as "issuedAt", r.at as "revokedAt",
               r.cause as "revocationCause", c.jws as signed
          from badges b
          join badge_requests q on q.id = b.request_id
          join badge_model_versions v on v.model_id = b.model_id and v.version = b.model_version
          left join badge_contents c on c.code = b.code
          left join badge_revocations r on r.code = b.code
         where q.user_id = u.id order by b.issued_at, b.code`,
    },
    badgesOnDeletion: {
      value: `(select h.on_deletion from badge_holders h where h.user_id = u.id)`,
    },
  },
  people: {
    'badge_requests.user_id': 'kept',
    'badge_requests.decided_by': 'kept',
    'badge_model_versions.published_by': 'kept',
    'badges.issued_by': 'kept',
    'badge_revocations.by': 'kept',
    'badge_holders.user_id': 'deleted',
  },
  // A badge is what its holder shows to others, and outlives the account, where they have not said otherwise.
  async erase(trx, { id, at }) {
    if ((await findWish(trx, id)) === 'revoke') {
      for (const { code, requestId } of await findGoodBadges(trx, id)) {
        await insertRevocation(trx, { code, at, by: null, cause: 'account_deleted' });
        await recordAudit(trx, {
          action: 'badge.revoked',
          at,
          bySystem: true,
          personId: id,
          subject: { kind: 'badge_request', id: requestId },
          details: { cause: 'account_deleted' },
        });
      }
    }
    await deleteContents(trx, id);
    await forgetRequests(trx, 'badge_request', trx('badge_requests').where({ user_id: id }), {
      evidence: '',
      revocation_words: null,
    });
  },
  erased: {
    'badge_requests.evidence': 'badgeRequests.evidence',
    'badge_requests.refusal_reason': 'badgeRequests.refusalReason',
    'badge_requests.revocation_words': 'badgeRequests.revocationWords',
    'badge_holders.on_deletion': 'badgesOnDeletion',
  },
  kept: {
    'badge_contents.salt':
      'of badges that their holder keeps verifiable; deleted with those that are revoked, before the account goes or after',
    'badge_contents.identity_hash': 'the same',
    'badge_contents.jws':
      'the same; where the holder wished so it names their certificate, whose page has their full name, as they are told',
  },
  impersonal: {
    badge_requests: 'state',
    badge_model_versions: 'name description criteria image',
    badge_keys: 'public_jwk sealed_private_jwk',
    badges: 'code sha256 replaces_code',
    badge_contents: 'code',
    badge_revocations: 'code cause',
  },
};
