/**
 * SQL of the seats that the structure of an enrolment holds in its action, over all sessions, where they are its share
 * or more; null where it may have another (domain.md §7 rule 2). Reads the kind `k`.
 * @param enrolment its alias
 */
export const shareReached = (enrolment: string): string => `
  (select count(*) from enrolments h
    where h.action_id = ${enrolment}.action_id and h.structure_id = ${enrolment}.structure_id and holds_seat(h.state)
   having k.counts_as_formation
      and count(*) >= (select structure_seats_per_formation from enrolment_settings where id = 1))`;
