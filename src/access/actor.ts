import type { Request } from 'express';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Right } from './rights.ts';

/** A structure that the person belongs to, with what they may do for it. */
export interface ActorAffiliation {
  structureId: number;
  structureName: string;
  isTrainingBody: boolean;
  /** Those given to the person, and « Valideur RH » while they stand in for one. */
  rights: Right[];
  /** For whom they decide as Valideur RH, without the right of their own; null for everybody else. */
  standsIn: StandIn | null;
}

/** The absence of a Valideur RH, for whoever decides meanwhile. */
export interface StandIn {
  /** The name of whom they decide for. */
  forName: string;
  /** The last day (`YYYY-MM-DD`). */
  until: string;
  /** The numbers of all those they stand in for today; the name and the day are of the one away for longest. */
  forIds: number[];
}

/** The rights that can be acted under in ParcoursPro, in the order of the switcher (guide 003, step 4). */
export const PROFILE_RIGHTS = ['beneficiary', 'hr_validator', 'provider'] as const;
export type ProfileRight = (typeof PROFILE_RIGHTS)[number];

/** Under which right, and for which structure, the person acts in ParcoursPro. */
export interface Profile {
  right: ProfileRight;
  structureId: number;
  structureName: string;
  /** Where it is somebody else's, who is absent. */
  standsIn?: StandIn;
}

/** The names of the profiles in ParcoursPro (domain.md §2: « Valideur RH » there, « Employeur (ValideurRH) » in the portal). */
export const profileLabels: Readonly<Record<ProfileRight, string>> = Object.freeze({
  beneficiary: 'Bénéficiaire',
  hr_validator: 'Valideur RH',
  provider: 'Prestataire',
});

/** Who makes a request: loaded once per request, never kept in the session. */
export interface Actor {
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  isAgencyManager: boolean;
  /** Whether a code is asked for at sign-in besides the password. */
  hasSecondFactor: boolean;
  /** Whether they have a passkey; that it was used is told by the session (`Assurance.withFactor`). */
  hasPasskey: boolean;
  /** A session of another generation opens nothing: what ends the sessions of a person raises it. */
  sessionGeneration: number;
  affiliations: ActorAffiliation[];
  /** The active profile; null for a person without a structure. */
  profile: Profile | null;
}

interface ActorRow {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  is_agency_manager: boolean;
  has_second_factor: boolean;
  has_passkey: boolean;
  session_generation: number;
  affiliations: ActorAffiliation[];
}

/**
 * Loads a person with their structures and rights, in one statement.
 * @param preferred the profile chosen in the switcher; one that is no longer held gives way to the first held
 * @returns undefined when the person no longer exists, or when their account is closed
 */
export async function findActor(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  userId: number,
  preferred?: { right: string; structureId: number },
): Promise<Actor | undefined> {
  const rows = await query<ActorRow[]>(
    db,
    `select u.id, u.email, u.first_name, u.last_name, u.is_agency_manager, u.session_generation,
            exists (select from second_factors f where f.user_id = u.id and f.enabled_at is not null)
              as has_second_factor,
            exists (select from passkeys k where k.user_id = u.id) as has_passkey,
            coalesce((
              select json_agg(json_build_object(
                       'structureId', s.id, 'structureName', s.name, 'isTrainingBody', s.is_training_body,
                       'rights', (select coalesce(json_agg(r."right"), '[]')
                                    from affiliation_rights r where r.affiliation_id = a.id),
                       'standsIn', (select json_build_object('forName', full_name(o),
                                             'until', v.until_day, 'forIds', json_agg(v.for_user_id) over ())
                                      from acting_validators v join users o on o.id = v.for_user_id
                                     where v.user_id = a.user_id and v.structure_id = a.structure_id
                                       and cast(:today as date) between v.from_day and v.until_day
                                     order by v.until_day desc, v.delegation_id limit 1))
                     order by s.name, s.id)
                from affiliations a join structures s on s.id = a.structure_id
               where a.user_id = u.id), '[]') as affiliations
       from users u where u.id = :userId and u.closed_at is null`,
    { userId, today: parisDay(clock.now()).toString() },
  );
  const row = rows[0];
  if (!row) return undefined;
  const actor: Actor = {
    userId: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    isAgencyManager: row.is_agency_manager,
    hasSecondFactor: row.has_second_factor,
    hasPasskey: row.has_passkey,
    sessionGeneration: row.session_generation,
    affiliations: row.affiliations.map(withStandIn),
    profile: null,
  };
  const profiles = profilesOf(actor);
  actor.profile =
    profiles.find((p) => p.right === preferred?.right && p.structureId === preferred.structureId) ??
    profiles[0] ??
    null;
  return actor;
}

/** Somebody who has the right needs nobody else's; whoever has not holds it for the days of the absence. */
function withStandIn(one: ActorAffiliation): ActorAffiliation {
  if (!one.standsIn) return one;
  if (one.rights.includes('hr_validator')) return { ...one, standsIn: null };
  return { ...one, rights: [...one.rights, 'hr_validator'] };
}

/** Who makes a request behind a policy that lets nobody in without an account. */
export function actorOf(req: Request): Actor {
  if (!req.user) throw new Error(`no actor at ${req.path}: the policy of this route lets visitors in`);
  return req.user;
}

/** Every profile that the person may take, structure by structure. */
export function profilesOf(actor: Actor): Profile[] {
  return actor.affiliations.flatMap(({ structureId, structureName, rights, standsIn }) =>
    PROFILE_RIGHTS.filter((right) => rights.includes(right)).map((right) => ({
      right,
      structureId,
      structureName,
      ...(standsIn && right === 'hr_validator' ? { standsIn } : {}),
    })),
  );
}

/** The person may do this, but not under the profile that is active: the page offers to switch. */
export class WrongProfile extends DomainError {
  override name = 'WrongProfile';
  /** @param offers the profiles under which it can be done */
  constructor(offers: Profile[]) {
    const labels = [...new Set(offers.map(({ right }) => `«\u00a0${profileLabels[right]}\u00a0»`))].join(
      ' ou ',
    );
    super(403, 'Changez de profil pour continuer', `Cette page s’ouvre avec le profil ${labels}.`, {
      offers: offers.map((offer) => ({ ...offer, label: profileLabels[offer.right] })),
    });
  }
}

/** Whether the person holds a right for a structure. */
export function holds(actor: Actor, right: Right, structureId: number): boolean {
  return actor.affiliations.some((a) => a.structureId === structureId && a.rights.includes(right));
}

declare global {
  namespace Express {
    // passport declares Express.User; here the user of a request is the actor.
    interface User extends Actor {}
  }
}
