/** SQL of the structures that a person leads as référent. Binds `:userId`. */
export const LED_STRUCTURES = `
  select a.structure_id from affiliations a
    join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
   where a.user_id = :userId`;
