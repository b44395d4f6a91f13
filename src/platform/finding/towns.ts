/**
 * The towns meant by a city, as the common table expression `towns`: among those that are named (`:named`), of that very
 * name, else of a name that resembles; and within the radius of the town of that name.
 */
export function townsMeant(radius: number | undefined): string {
  const around = `
    select c.department, c.key
      from (select * from communes where key = :city order by department limit 1) centre
      join communes c on c.latitude between centre.latitude - :radius::float / 111
                                        and centre.latitude + :radius::float / 111
       and c.longitude between centre.longitude - :radius::float / (111 * cosd(centre.latitude))
                           and centre.longitude + :radius::float / (111 * cosd(centre.latitude))
     where kilometres(centre.latitude, centre.longitude, c.latitude, c.longitude) <= :radius::float`;
  return `
    named as materialized (
      select department, key from json_to_recordset(:named::json) one(key text, department text)
    ), towns as materialized (
      select department, key from named where key = :city
      union
      select department, key from named
       where not exists (select from named where key = :city) and not exists (select from communes where key = :city)
         and (' ' || key like '% ' || :city || '%' or similarity(key, :city) > 0.5)
      ${radius === undefined ? '' : `union ${around}`}
    )`;
}
