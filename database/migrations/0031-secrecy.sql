-- What the guard refused: never what it was.
create table incidents (
  id          uuid primary key,
  at          timestamptz not null,
  kind        text not null check (kind in ('marked', 'unchecked')),
  account     uuid references accounts (id),
  unit        uuid references units (id),
  group_id    uuid references groups (id),
  channel     text not null,
  rules       text[] not null,
  version     integer not null,
  bytes       bigint not null,
  digest      bytea not null,
  name_digest bytea,
  more        integer not null default 0,
  appealed_at timestamptz,
  appeal      text not null default '',
  outcome     text check (outcome in ('mistaken', 'upheld')),
  decided_by  uuid references accounts (id),
  decided_at  timestamptz,
  note        text not null default '',
  check ((outcome is null) = (decided_at is null))
);
comment on column incidents.account is 'null: somebody who was not signed in';
comment on column incidents.unit is 'of the person at that time';
comment on column incidents.channel is 'the action by which it came, or file';
comment on column incidents.rules is 'ids of rules; what they met is kept nowhere';
comment on column incidents.version is 'of the rules';
comment on column incidents.digest is 'HMAC-SHA-256 of its bytes under the key DATA_DIR/keys/secrecy';
comment on column incidents.name_digest is 'the same of the name of a file: names may be secret';
comment on column incidents.more is 'refusals of the same person after this one that were only counted';
create index incidents_in_order on incidents (at desc, id desc);
create index incidents_of_account on incidents (account, at desc, id desc);
create index incidents_waiting on incidents (at desc, id desc) where appealed_at is not null and outcome is null;

-- Versions of the rules beyond the one the program came with.
create table rulesets (
  version     integer primary key check (version > 1),
  state       text not null check (state in ('proposed', 'active', 'replaced', 'refused', 'withdrawn')),
  rules       jsonb not null,
  reason      text not null,
  proposed_by uuid not null references accounts (id),
  proposed_at timestamptz not null,
  proposal    bytea not null,
  decided_by  uuid references accounts (id),
  decided_at  timestamptz,
  note        text not null default '',
  approval    bytea
);
comment on column rulesets.proposal is 'HMAC-SHA-256 under the key DATA_DIR/keys/secrecy of the version, the rules, who proposed it and when: a row that was changed is noticed';
comment on column rulesets.approval is 'the same of the proposal, who approved it and when; null unless it was approved';
create unique index rulesets_active on rulesets ((true)) where state = 'active';
create unique index rulesets_proposed on rulesets ((true)) where state = 'proposed';

create table secrecy (
  one       boolean primary key default true check (one),
  procedure text not null default '',
  early     boolean not null default true
);
comment on table secrecy is 'what the agency has set for its secrecy officers; one row';
comment on column secrecy.procedure is 'what everybody is asked to do with something secret; empty: as the house says it';
comment on column secrecy.early is 'devices warn while somebody writes';

-- Looks at everything that is stored, after the rules have changed.
create table rescans (
  id        uuid primary key,
  state     text not null check (state in ('running', 'done', 'stopped')),
  version   integer not null,
  what      text[] not null,
  begun_by  uuid not null references accounts (id),
  begun_at  timestamptz not null,
  ended_at  timestamptz,
  stage     text,
  after     text not null default '',
  looked    bigint not null default 0,
  whole     bigint not null default 0,
  found     integer not null default 0,
  unchecked integer not null default 0,
  taken_by  uuid,
  taken_at  timestamptz
);
comment on column rescans.stage is 'what it is going over; null once it is over';
comment on column rescans.after is 'the key of the last row of the stage that was looked at';
comment on column rescans.whole is 'how many there were to look at, roughly, when it began';
comment on column rescans.taken_by is 'the running program that does it; another may take it on once taken_at is old';
create unique index rescans_running on rescans ((true)) where state = 'running';

create table rescan_findings (
  rescan    uuid not null references rescans (id) on delete cascade,
  number    integer not null,
  what      text not null,
  object    text not null,
  message   uuid,
  group_id  uuid,
  account   uuid,
  at        timestamptz,
  rules     text[] not null,
  unchecked boolean not null,
  primary key (rescan, number),
  unique (rescan, what, object)
);
comment on table rescan_findings is 'what was found, never what it says';
comment on column rescan_findings.message is 'of a file: a message that carries it';
