-- The map: provinces and communes by official code, and below the commune the agency's own levels. Dated, so that merges and splits keep the past.
create table areas (
  code        text primary key,
  parent      text references areas (code),
  kind        text not null,
  name        text not null,
  folded      text not null,
  search      text not null,
  own         boolean not null default false,
  head        text not null default '',
  households  integer,
  valid_from  date not null default '2025-07-01',
  valid_to    date
);
comment on column areas.code is 'official code with leading zeros; own levels: parent code, a dot, a number';
comment on column areas.kind is 'tỉnh, thành phố, xã, phường, đặc khu, thôn, làng, tổ dân phố …';
comment on column areas.folded is 'toneless name without the kind: what counts as an exact hit';
comment on column areas.search is 'a space, then the toneless kind and name of the area and of all above it: a word of a query begins after a space';
comment on column areas.own is 'added by the administrator below the commune';
comment on column areas.head is 'name of the head of a village, as shown in the tree';
comment on column areas.valid_to is 'first day on which it is no longer there';
create index areas_by_parent on areas (parent);

-- Old names stay in people's heads.
create table area_aliases (
  area   text not null references areas (code),
  name   text not null,
  place  text not null default '',
  folded text not null,
  search text not null,
  own    boolean not null default false,
  primary key (area, name, place)
);
comment on column area_aliases.place is 'district and province in which it lay, where names repeat';
comment on column area_aliases.own is 'made by a renaming or a merge below the commune; not part of the official map';

-- Which edition of the official map (features/areas/official.tsv) has been loaded.
create table official_map (
  one       boolean primary key default true check (one),
  digest    text not null,
  loaded_at timestamptz not null default now()
);
