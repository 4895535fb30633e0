create extension if not exists pg_trgm;

create table photos (
  id    uuid primary key,
  owner uuid not null,
  large bytea not null,
  small bytea not null,
  at    timestamptz not null default now()
);
comment on column photos.owner is 'the account or group it shows';
comment on column photos.large is 'WebP, re-encoded, 512 px a side at most';
comment on column photos.small is 'WebP, re-encoded, 96 px a side at most';

-- One person: an entry of the staff list that may or may not have signed in yet.
create table accounts (
  id            uuid primary key references streams (id),
  phone         text unique,
  name          text not null,
  position      text not null default '',
  unit          uuid references units (id),
  area          text references areas (code),
  email         text not null default '',
  photo         uuid references photos (id),
  state         text not null default 'active' check (state in ('active', 'waiting', 'left', 'disabled')),
  administrator boolean not null default false,
  phone_shown   text not null default 'colleagues' check (phone_shown in ('colleagues', 'nobody')),
  registered_at timestamptz,
  created_at    timestamptz not null default now(),
  search        text not null default '',
  sort_name     text collate "vi-x-icu" generated always as (
    regexp_replace(regexp_replace(name, '^.*\s', ''), '^[HY][’-]', '', 'i') || ' ' || name
  ) stored
);
comment on column accounts.phone is 'E.164; null after a leaver''s number was given to somebody else';
comment on column accounts.state is 'waiting: asked to register, to be approved; left: no longer on the staff list; disabled: by an administrator';
comment on column accounts.registered_at is 'first sign-in';
comment on column accounts.search is 'toneless: " name | given name without H’ | position | unit"; written by searchText in features/directory/rules.ts';
comment on column accounts.sort_name is 'given name without H’ or Y-, then the whole name: the order of people';
create index accounts_by_search on accounts using gin (search gin_trgm_ops);
create index accounts_by_unit on accounts (unit);
create index accounts_by_area on accounts (area);
create index accounts_by_phone_part on accounts using gin (phone gin_trgm_ops);
create index accounts_by_sort_name on accounts (sort_name, id);

-- The agency that runs this house: exactly one row once it has been set up.
create table agency (
  one          boolean primary key default true check (one),
  name         text not null,
  area         text not null references areas (code),
  help_name    text not null,
  help_phone   text not null,
  help_email   text not null default '',
  registration text not null default 'directory' check (registration in ('directory', 'approval')),
  created_at   timestamptz not null default now()
);
comment on column agency.registration is 'directory: only numbers on the staff list or invited; approval: anyone, after an administrator agrees';
