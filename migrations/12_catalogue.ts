import { baseline } from '#platform/database/baseline.ts';

/** Finding: the words that a search looks in, the towns around which it looks, and what somebody keeps of it. */
export const { up, down } = baseline(String.raw`
  -- The words of kinds, themes and providers are kept with those of each action, so that a search reads indexes alone.
  create function keep_action_document() returns trigger language plpgsql as $$
  declare
    labels text;
  begin
    select k.label || ' '' ' || t.label || ' '' ' || p.name || ' '' ' || coalesce(p.acronym, '') into labels
      from action_kinds k, themes t, structures p
     where k.id = new.kind_id and t.id = new.theme_id and p.id = new.provider_id;
    new.search_document :=
      setweight(to_tsvector('french_unaccent', document_words(new.title)), 'A') ||
      setweight(to_tsvector('french_unaccent', document_words(new.objectives)), 'B') ||
      setweight(to_tsvector('french_unaccent',
        document_words(new.audience || ' '' ' || new.programme || ' '' ' || new.trainer)), 'C') ||
      to_tsvector('french_unaccent', document_words(coalesce(labels, '')));
    return new;
  end $$;
  create trigger actions_document
    before insert or update of title, objectives, audience, programme, trainer, kind_id, theme_id, provider_id on actions
    for each row execute function keep_action_document();

  -- Every word of a title or label, once: what somebody mistyped is looked for here, then where it is used.
  create table catalogue_words (word text primary key);
  create table action_words (
    action_id integer not null references actions on delete cascade,
    word text not null references catalogue_words,
    in_title boolean not null,
    primary key (word, action_id)
  );
  create index action_words_action on action_words (action_id);
  create index catalogue_words_letters on catalogue_words using gin (word gin_trgm_ops);

  create function catalogue_words_of(value text) returns setof text
    language sql immutable parallel safe as $$
    select distinct word from unnest(string_to_array(plain_words(value), ' ')) word where length(word) > 2 $$;

  create function keep_action_words() returns trigger language plpgsql as $$
  begin
    delete from action_words where action_id = new.id;
    -- In one order for all: two actions that bring the same new words must not wait for each other.
    with found as (
      select word, bool_or(in_title) as in_title from (
        select catalogue_words_of(new.title) as word, true as in_title
        union all
        select catalogue_words_of(k.label || ' ' || t.label), false from action_kinds k, themes t
         where k.id = new.kind_id and t.id = new.theme_id) one
       group by word
    ), known as (
      insert into catalogue_words select word from found order by word on conflict do nothing
    )
    insert into action_words (action_id, word, in_title) select new.id, word, in_title from found;
    return null;
  end $$;
  create trigger actions_words after insert or update of title, kind_id, theme_id on actions
    for each row execute function keep_action_words();

  -- A label that changes is found at once under its new words.
  create function renew_documents() returns trigger language plpgsql as $$
  begin
    if tg_table_name = 'action_kinds' then update actions set kind_id = kind_id where kind_id = new.id;
    elsif tg_table_name = 'themes' then update actions set theme_id = theme_id where theme_id = new.id;
    else update actions set provider_id = provider_id where provider_id = new.id;
    end if;
    return null;
  end $$;
  create trigger kinds_documents after update of label on action_kinds
    for each row when (old.label is distinct from new.label) execute function renew_documents();
  create trigger themes_documents after update of label on themes
    for each row when (old.label is distinct from new.label) execute function renew_documents();
  create trigger providers_documents after update of name, acronym on structures
    for each row when ((old.name, old.acronym) is distinct from (new.name, new.acronym))
    execute function renew_documents();

  -- The words of the catalogue that resemble one, the closest first.
  create function resembling_words(term text) returns table (word text, likeness real)
    language sql stable rows 10 set pg_trgm.word_similarity_threshold = 0.38
    as $$ select w.word, word_similarity(term, w.word) as likeness from catalogue_words w where term <% w.word
           order by likeness desc, w.word limit 40 $$;

  -- By the index of words whatever their number: a word that half of the catalogue holds is no reason to read it all.
  create function matching_actions(words tsquery) returns setof integer
    language sql stable rows 500 set enable_seqscan = off
    as $$ select id from actions where search_document @@ words $$;

  create table communes (
    department text not null,
    name text not null,
    -- As in sessions.city_key, so that « St-Médard » finds « Saint-Médard ».
    key text not null generated always as (place_key(name)) stored,
    latitude double precision not null check (latitude between -90 and 90),
    longitude double precision not null check (longitude between -180 and 180),
    primary key (department, name)
  );
  create index communes_key on communes (key);
  create index communes_position on communes (latitude, longitude);

  -- Kilometres between two points, as the crow flies (haversine, mean radius of the Earth).
  create function kilometres(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
    returns double precision language sql immutable parallel safe strict as $$
    select 2 * 6371.0088 * asin(sqrt(least(1, sind((lat2 - lat1) / 2) ^ 2
           + cosd(lat1) * cosd(lat2) * sind((lon2 - lon1) / 2) ^ 2)))
  $$;

  create table favourites (
    user_id integer not null references users on delete cascade,
    action_id integer not null references actions on delete cascade,
    added_at timestamptz not null,
    primary key (user_id, action_id)
  );
  create index favourites_action on favourites (action_id);

  create table saved_searches (
    id integer generated always as identity primary key,
    user_id integer not null references users on delete cascade,
    name text not null,
    -- The search as its address writes it, without the page; a search is saved once.
    query text not null,
    has_alert boolean not null,
    created_at timestamptz not null,
    -- Actions published until then have been told of, or were there already.
    looked_until timestamptz not null,
    -- What was there before is no news; null: since it was saved.
    alert_since timestamptz,
    unique (user_id, query)
  );
  create index saved_searches_alerts on saved_searches (user_id) where has_alert;

  -- « Être prévenu d'une place »: told once, then forgotten.
  create table seat_watches (
    session_id integer not null references sessions on delete cascade,
    user_id integer not null references users on delete cascade,
    asked_at timestamptz not null,
    primary key (session_id, user_id)
  );
  create index seat_watches_user on seat_watches (user_id);

  -- Whom the alert of a saved search has told of an action with this session already.
  create table new_session_notices (
    user_id integer not null references users on delete cascade,
    session_id integer not null references sessions on delete cascade,
    primary key (session_id, user_id)
  );
  create index new_session_notices_user on new_session_notices (user_id);

  -- People who want no e-mail about the new dates of the actions that they follow.
  create table new_date_stops (
    user_id integer primary key references users on delete cascade,
    since timestamptz not null
  );

  -- The secret address under which a person's calendar application reads their sessions: one per person.
  create table calendar_feeds (
    user_id integer primary key references users on delete cascade,
    token_hash text not null unique,
    -- When the present address was made; renewing replaces it.
    created_at timestamptz not null
  );

  -- Towns of the region: name, latitude and longitude of the town hall's surroundings, in degrees (WGS 84), to about a
  -- kilometre.
  insert into communes (department, name, latitude, longitude)
  select department, part[1], cast(part[2] as double precision), cast(part[3] as double precision)
    from (values
    ('16', 'Angoulême 45.65 0.16, Cognac 45.70 -0.33, Soyaux 45.64 0.20, La Couronne 45.61 0.10, Ruelle-sur-Touvre 45.68 0.23, Saint-Yrieix-sur-Charente 45.68 0.13, Gond-Pontouvre 45.68 0.17, L’Isle-d’Espagnac 45.66 0.20, Confolens 46.01 0.67, Ruffec 46.03 0.20, Barbezieux-Saint-Hilaire 45.47 -0.15, Jarnac 45.68 -0.17, La Rochefoucauld-en-Angoumois 45.74 0.39, Chasseneuil-sur-Bonnieure 45.82 0.45, Roumazières-Loubert 45.88 0.57, Chalais 45.27 0.04, Châteauneuf-sur-Charente 45.60 -0.05, Mansle-les-Fontaines 45.88 0.18'),
    ('17', 'La Rochelle 46.16 -1.15, Saintes 45.75 -0.63, Rochefort 45.94 -0.96, Royan 45.62 -1.03, Aytré 46.13 -1.11, Périgny 46.15 -1.10, Tonnay-Charente 45.94 -0.89, Saint-Jean-d’Angély 45.94 -0.52, Surgères 46.11 -0.75, Marennes-Hiers-Brouage 45.82 -1.11, Jonzac 45.45 -0.43, Pons 45.58 -0.55, Lagord 46.19 -1.15, Marans 46.31 -0.99, Saujon 45.67 -0.93, Châtelaillon-Plage 46.07 -1.09, Saint-Pierre-d’Oléron 45.94 -1.31, Montendre 45.28 -0.41, Puilboreau 46.19 -1.12, Saint-Martin-de-Ré 46.20 -1.37'),
    ('19', 'Brive-la-Gaillarde 45.16 1.53, Tulle 45.27 1.77, Ussel 45.55 2.31, Malemort 45.17 1.56, Égletons 45.41 2.05, Objat 45.26 1.41, Uzerche 45.42 1.56, Argentat-sur-Dordogne 45.09 1.94, Bort-les-Orgues 45.40 2.50, Meymac 45.54 2.15, Saint-Pantaléon-de-Larche 45.14 1.44, Allassac 45.26 1.48, Treignac 45.54 1.80'),
    ('23', 'Guéret 46.17 1.87, La Souterraine 46.24 1.49, Aubusson 45.96 2.17, Bourganeuf 45.95 1.76, Sainte-Feyre 46.14 1.92, Felletin 45.89 2.17, Boussac 46.35 2.21, Bonnat 46.33 1.90, Auzances 46.03 2.50, Gouzon 46.19 2.24, Dun-le-Palestel 46.31 1.67'),
    ('24', 'Périgueux 45.18 0.72, Bergerac 44.85 0.48, Boulazac Isle Manoire 45.18 0.77, Sarlat-la-Canéda 44.89 1.22, Coulounieix-Chamiers 45.15 0.69, Trélissac 45.20 0.78, Terrasson-Lavilledieu 45.13 1.30, Montpon-Ménestérol 45.01 0.16, Nontron 45.53 0.66, Ribérac 45.25 0.34, Thiviers 45.42 0.92, Saint-Astier 45.15 0.53, Mussidan 45.04 0.36, Le Bugue 44.92 0.93, Prigonrieux 44.85 0.40, Chancelade 45.21 0.67, Neuvic 45.10 0.47, Excideuil 45.34 1.05'),
    ('33', 'Bordeaux 44.84 -0.58, Mérignac 44.84 -0.65, Pessac 44.81 -0.63, Talence 44.81 -0.59, Villenave-d’Ornon 44.78 -0.57, Saint-Médard-en-Jalles 44.90 -0.72, Bègles 44.81 -0.55, La Teste-de-Buch 44.63 -1.15, Gradignan 44.77 -0.61, Cenon 44.86 -0.53, Libourne 44.92 -0.24, Eysines 44.88 -0.65, Lormont 44.88 -0.52, Le Bouscat 44.87 -0.60, Gujan-Mestras 44.64 -1.07, Floirac 44.84 -0.53, Blanquefort 44.91 -0.64, Ambarès-et-Lagrave 44.92 -0.49, Bruges 44.88 -0.61, Arcachon 44.66 -1.17, Le Haillan 44.87 -0.68, Cestas 44.74 -0.68, Andernos-les-Bains 44.74 -1.10, Langon 44.55 -0.25, Biganos 44.64 -0.98, Artigues-près-Bordeaux 44.86 -0.49, Parempuyre 44.95 -0.60, Saint-André-de-Cubzac 44.99 -0.45, Léognan 44.73 -0.60, Coutras 45.04 -0.13, Carbon-Blanc 44.90 -0.50, Lesparre-Médoc 45.31 -0.94, Pauillac 45.20 -0.75, Blaye 45.13 -0.66, Bazas 44.43 -0.21, La Réole 44.58 -0.04, Sainte-Foy-la-Grande 44.84 0.22, Cadillac-sur-Garonne 44.64 -0.32, Créon 44.77 -0.35, Castillon-la-Bataille 44.85 -0.04, Saint-Laurent-Médoc 45.15 -0.82, Marcheprime 44.69 -0.85, Le Barp 44.61 -0.77, Salles 44.55 -0.87, Lacanau 44.98 -1.08, Martignas-sur-Jalle 44.84 -0.78, Bassens 44.90 -0.52, Le Taillan-Médoc 44.91 -0.67'),
    ('40', 'Mont-de-Marsan 43.89 -0.50, Dax 43.71 -1.05, Saint-Paul-lès-Dax 43.73 -1.05, Biscarrosse 44.39 -1.16, Tarnos 43.54 -1.46, Saint-Vincent-de-Tyrosse 43.66 -1.31, Parentis-en-Born 44.35 -1.07, Saint-Pierre-du-Mont 43.88 -0.52, Capbreton 43.64 -1.43, Soustons 43.75 -1.33, Mimizan 44.20 -1.23, Hagetmau 43.65 -0.59, Aire-sur-l’Adour 43.70 -0.26, Saint-Sever 43.76 -0.57, Morcenx-la-Nouvelle 44.03 -0.91, Peyrehorade 43.55 -1.10, Tartas 43.83 -0.81, Labouheyre 44.21 -0.92, Roquefort 44.03 -0.32, Labenne 43.59 -1.43, Villeneuve-de-Marsan 43.89 -0.31'),
    ('47', 'Agen 44.20 0.62, Villeneuve-sur-Lot 44.41 0.70, Marmande 44.50 0.16, Le Passage 44.20 0.60, Tonneins 44.39 0.31, Nérac 44.14 0.34, Bon-Encontre 44.19 0.67, Boé 44.17 0.64, Casteljaloux 44.31 0.09, Fumel 44.50 0.97, Foulayronnes 44.24 0.64, Aiguillon 44.30 0.34, Sainte-Livrade-sur-Lot 44.40 0.59, Miramont-de-Guyenne 44.60 0.36, Monflanquin 44.53 0.77, Castillonnès 44.65 0.59'),
    ('64', 'Pau 43.30 -0.37, Bayonne 43.49 -1.48, Anglet 43.48 -1.52, Biarritz 43.48 -1.56, Hendaye 43.36 -1.77, Saint-Jean-de-Luz 43.39 -1.66, Billère 43.30 -0.39, Lons 43.31 -0.41, Oloron-Sainte-Marie 43.19 -0.61, Lescar 43.33 -0.43, Orthez 43.49 -0.77, Boucau 43.52 -1.49, Urrugne 43.36 -1.70, Jurançon 43.29 -0.39, Ciboure 43.38 -1.67, Ustaritz 43.40 -1.46, Bidart 43.44 -1.59, Hasparren 43.38 -1.31, Cambo-les-Bains 43.36 -1.40, Mourenx 43.37 -0.61, Mauléon-Licharre 43.22 -0.88, Saint-Jean-Pied-de-Port 43.16 -1.24, Saint-Palais 43.33 -1.03, Artix 43.40 -0.57, Nay 43.18 -0.26, Morlaàs 43.35 -0.26, Salies-de-Béarn 43.47 -0.92, Serres-Castet 43.38 -0.35, Gan 43.23 -0.39'),
    ('79', 'Niort 46.32 -0.46, Bressuire 46.84 -0.49, Parthenay 46.65 -0.25, Thouars 46.98 -0.21, Mauléon 46.92 -0.75, La Crèche 46.36 -0.30, Saint-Maixent-l’École 46.41 -0.21, Melle 46.22 -0.14, Nueil-les-Aubiers 46.94 -0.59, Chauray 46.36 -0.38, Aiffres 46.29 -0.42, Moncoutant-sur-Sèvre 46.72 -0.59, Cerizay 46.82 -0.67, Airvault 46.83 -0.14, Coulonges-sur-l’Autize 46.48 -0.60, Celles-sur-Belle 46.26 -0.21'),
    ('86', 'Poitiers 46.58 0.34, Châtellerault 46.82 0.55, Buxerolles 46.60 0.35, Loudun 47.01 0.08, Saint-Benoît 46.55 0.34, Chauvigny 46.57 0.65, Jaunay-Marigny 46.68 0.37, Montmorillon 46.43 0.87, Naintré 46.76 0.49, Migné-Auxances 46.63 0.31, Chasseneuil-du-Poitou 46.65 0.37, Vouneuil-sous-Biard 46.57 0.27, Neuville-de-Poitou 46.68 0.25, Civray 46.15 0.29, Ligugé 46.52 0.33, Dangé-Saint-Romain 46.94 0.61, Lusignan 46.44 0.12, Gençay 46.37 0.40, Vivonne 46.43 0.26, Mirebeau 46.79 0.18'),
    ('87', 'Limoges 45.83 1.26, Saint-Junien 45.89 0.90, Panazol 45.84 1.31, Couzeix 45.88 1.24, Isle 45.80 1.23, Saint-Yrieix-la-Perche 45.51 1.20, Le Palais-sur-Vienne 45.86 1.32, Feytiat 45.81 1.33, Aixe-sur-Vienne 45.80 1.13, Ambazac 45.96 1.40, Bellac 46.12 1.05, Condat-sur-Vienne 45.79 1.25, Rochechouart 45.82 0.82, Saint-Léonard-de-Noblat 45.84 1.49, Eymoutiers 45.74 1.74, Bessines-sur-Gartempe 46.11 1.37, Saint-Sulpice-les-Feuilles 46.32 1.37, Nexon 45.68 1.19')
  ) lists (department, towns), regexp_split_to_table(towns, ', ') town, regexp_match(town, '^(.+) (-?[\d.]+) (-?[\d.]+)$') part;
`);
