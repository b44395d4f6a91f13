import { baseline } from '#platform/database/baseline.ts';

/** « Actualités »: what the agency tells on « Accueil ». */
export const { up, down } = baseline(`
  create table news (
    id integer generated always as identity primary key,
    -- Of the form that it was written on: sent twice, it is written once.
    form_key uuid not null unique,
    title text not null check (char_length(title) between 1 and 150),
    -- Markdown.
    body text not null check (char_length(body) between 1 and 5000),
    link text,
    -- Days in Paris, both included; without a last one it stays.
    online_from date not null,
    online_until date check (online_until >= online_from),
    written_by integer references users,
    updated_by integer references users,
    -- Grows with each change: whoever began to write before it is told.
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create index news_online on news (online_from desc, id desc);
`);
