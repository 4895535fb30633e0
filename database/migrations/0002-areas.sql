-- The map: provinces and communes by official code, and below the commune the agency's own levels. Dated, so that merges and splits keep the past.
create table areas (
  code        text primary key,
  parent      text references areas (code),
  kind        text not null,
  name        text not null,
  folded      text not null,
  own         boolean not null default false,
  head        text,
  valid_from  date not null default '2025-07-01',
  valid_to    date
);
comment on column areas.code is 'official code with leading zeros; own levels: parent code, a dot, a number';
comment on column areas.kind is 'tỉnh, thành phố, xã, phường, đặc khu, thôn, làng, tổ dân phố …';
comment on column areas.own is 'added by the administrator below the commune';
comment on column areas.head is 'name of the head of a village, as shown in the tree';
create index areas_by_parent on areas (parent);

-- Old names stay in people's heads.
create table area_aliases (
  area   text not null references areas (code),
  name   text not null,
  folded text not null,
  primary key (area, name)
);
