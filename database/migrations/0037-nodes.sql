-- beside: 0035
-- Several processes on one database.
create table installation (
  one  boolean primary key default true check (one),
  id   uuid not null default gen_random_uuid()
);
comment on table installation is 'one row: which installation this is; subjects on the bus carry its id, so that two installations on one NATS never meet';
insert into installation default values;

create table key_marks (
  name  text primary key,
  mark  bytea not null,
  since timestamptz not null default now()
);
comment on table key_marks is 'HMAC of a constant under each key outside the database: a node with other keys than its fellows is refused';

create table nodes (
  name       text primary key,
  run        uuid not null,
  address    text,
  version    text not null,
  started_at timestamptz not null default now(),
  seen_at    timestamptz not null default now(),
  draining   boolean not null default false
);
comment on table nodes is 'processes that serve on this database, by their own word, every few seconds; rows not seen for a day are removed';
comment on column nodes.run is 'which process it is: two with one name would take each other’s place';
comment on column nodes.address is 'where other nodes reach it, from NODE_ADDRESS';
