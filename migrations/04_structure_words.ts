import { baseline } from '#platform/database/baseline.ts';

/** The apostrophe keeps a letter at the end of one from those at the beginning of the next. */
const NAMED = `name || coalesce(' '' ' || acronym, '') || coalesce(' '' ' || brand, '')`;

/**
 * What makes the search of structures answer at once among a million (see `src/structures/search/repository.ts`):
 * columns to begin with, an inverted index of words, a dictionary of words for infixes and typos.
 */
export const { up, down } = baseline(`
  -- The words of a name as they are; those of its place after « @ », its département after « @= ».
  create function structure_words_of(name text, city text, postcode text, department text)
    returns tsvector language plpgsql immutable parallel safe strict as $$
    begin
      return array_to_tsvector(array_remove(string_to_array(
        public.findable_words(name) || ' @' || replace(public.plain_words(city), ' ', ' @')
        || ' @' || postcode || ' @=' || department, ' '), ''));
    end $$;

  alter table structures
    add search_text text not null generated always as (plain_words(${NAMED})) stored,
    add search_acronym text generated always as (plain_words(acronym)) stored,
    add search_brand text generated always as (plain_words(brand)) stored,
    add search_words tsvector not null generated always as (
      structure_words_of(${NAMED}, city, postcode, department)) stored;
  create index structures_name_prefix on structures (search_rank, search_text text_pattern_ops);
  create index structures_brand_prefix on structures (search_rank, search_brand text_pattern_ops)
    where search_brand is not null;
  create index structures_acronym on structures (search_rank, search_acronym text_pattern_ops)
    where search_acronym is not null;

  -- A first look at one in sixteen shows enough of what is very common; the others are looked at only for more.
  create index structures_few_heads on structures using gin (search_words) with (fastupdate = off)
    where closed_on is null and is_head_office and id % 16 = 0;
  create index structures_heads on structures using gin (search_words) with (fastupdate = off)
    where closed_on is null and is_head_office;
  create index structures_few_others on structures using gin (search_words) with (fastupdate = off)
    where not (closed_on is null and is_head_office) and id % 16 = 0;
  create index structures_others on structures using gin (search_words) with (fastupdate = off)
    where not (closed_on is null and is_head_office);

  -- Every four digits in a row of a SIRET, by which any part of it is found.
  create function siret_parts(siret bpchar) returns integer[]
    language plpgsql immutable parallel safe strict cost 5000 as $$
    begin
      return array[cast(substr(siret, 1, 4) as integer), cast(substr(siret, 2, 4) as integer),
                   cast(substr(siret, 3, 4) as integer), cast(substr(siret, 4, 4) as integer),
                   cast(substr(siret, 5, 4) as integer), cast(substr(siret, 6, 4) as integer),
                   cast(substr(siret, 7, 4) as integer), cast(substr(siret, 8, 4) as integer),
                   cast(substr(siret, 9, 4) as integer), cast(substr(siret, 10, 4) as integer),
                   cast(substr(siret, 11, 4) as integer)];
    end $$;
  create index structures_siret_part on structures using gin (siret_parts(siret)) with (fastupdate = off);
  create index structures_few_siret_part on structures using gin (siret_parts(siret)) with (fastupdate = off)
    where id % 16 = 0;

  -- Every word without one of its first letters: two words one letter apart share one of these. « ph » is heard « f ».
  create function one_letter_less(word text) returns text[]
    language plpgsql immutable parallel safe strict as $$
    declare
      beginning text := left(replace(word, 'ph', 'f'), 8);
      variants text[] := array[beginning];
    begin
      for at in 1 .. length(beginning) loop
        variants := variants || (left(beginning, at - 1) || substr(beginning, at + 1));
      end loop;
      return variants;
    end $$;

  -- Words of letters alone, of names and towns: codes are not misspelt.
  -- « uses » says which words are common, not how many structures bear them to the unit.
  create table structure_words (word text collate "C" primary key, uses integer not null);
  create index structure_words_part on structure_words using gin (word gin_trgm_ops) with (fastupdate = off);
  create index structure_words_typo on structure_words using gin (one_letter_less(word)) with (fastupdate = off);

  -- Words are only ever added: one that no structure bears any more finds nothing, and harms nothing. Known words
  -- are counted again only with many rows at once, so that people who add a structure do not wait for each other.
  create function learn_structure_words() returns trigger language plpgsql as $$
    declare
      are_many boolean := (select count(*) >= 1000 from (select from changed limit 1000) first_ones);
    begin
      insert into structure_words as known (word, uses)
      select term, count(*)
        from (select ltrim(unnest(tsvector_to_array(search_words)), '@') collate "C" as term from changed) terms
       group by term
      having term ~ '^[a-z]{2,40}$'
         and (are_many or not exists (select from structure_words k where k.word = term))
       -- In one order for all, so that two at once wait for each other and never in a circle.
       order by term
      on conflict (word) do update set uses = known.uses + excluded.uses where are_many;
      return null;
    end $$;
  create trigger learn_words_of_new after insert on structures
    referencing new table as changed for each statement execute function learn_structure_words();
  create trigger learn_words_of_changed after update on structures
    referencing new table as changed for each statement execute function learn_structure_words();

  -- All of them at once: after many rows, cheaper than by the trigger.
  create function count_structure_words() returns void language sql as $$
    truncate structure_words;
    insert into structure_words
    select ltrim(word, '@') collate "C" as term, sum(ndoc)
      from ts_stat('select search_words from structures')
     group by term
    having ltrim(word, '@') collate "C" ~ '^[a-z]{2,40}$';
  $$;
`);
