create table units (
  id      uuid primary key,
  parent  uuid references units (id),
  name    text not null,
  folded  text not null,
  area    text references areas (code),
  closed  boolean not null default false
);
create index units_by_parent on units (parent);
create unique index units_by_name on units (coalesce(parent, '00000000-0000-0000-0000-000000000000'), folded) where not closed;
