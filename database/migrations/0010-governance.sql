-- Who may do what in a group: what it sets for itself, exceptions for a person, terms of office, handing over, archiving, dissolving.
alter table groups
  add column settings     jsonb not null default '{}',
  add column archived_at  timestamptz,
  add column dissolves_at timestamptz,
  add column dissolved_at timestamptz,
  add column emptied_at   timestamptz;
comment on column groups.settings is 'only what differs from what its kind begins with (features/groups/rights.ts), so that a default changed later reaches old groups';
comment on column groups.archived_at is 'frozen since then: it can be read and nothing else';
comment on column groups.dissolves_at is 'end of the countdown in which dissolving can be undone';
comment on column groups.dissolved_at is 'nobody is in it any more';
comment on column groups.emptied_at is 'what was said in it has been removed; the row stays, so that its number is not given out again';
create index groups_dissolving on groups (dissolves_at) where dissolves_at is not null and dissolved_at is null;
create index groups_to_empty on groups (dissolved_at) where dissolved_at is not null and emptied_at is null;

alter table members
  add column role_until       timestamptz,
  add column exceptions       jsonb not null default '{}',
  add column exceptions_until timestamptz,
  add column wrote_at         timestamptz;
comment on column members.role_until is 'end of the term of office: a plain member from then on; null without end, always null for the owner';
comment on column members.exceptions is 'by right: {"allowed": boolean, "until": milliseconds or null}; beats what the group sets for everybody';
comment on column members.exceptions_until is 'the earliest end among the exceptions';
comment on column members.wrote_at is 'last message written in slow mode';
create index members_by_term on members (role_until) where role_until is not null and left_at is null;
create index members_by_exception on members (group_id) where exceptions <> '{}' and left_at is null;
create index members_by_exception_end on members (exceptions_until) where exceptions_until is not null and left_at is null;

-- The lead of a group offered to somebody who has not answered yet: one a group.
create table transfers (
  group_id     uuid primary key references groups (id),
  from_account uuid not null references accounts (id),
  to_account   uuid not null references accounts (id),
  leaves       boolean not null default false,
  offered_at   timestamptz not null,
  ends_at      timestamptz not null
);
comment on column transfers.leaves is 'who hands over leaves the group with it';
create index transfers_by_end on transfers (ends_at);

-- Every renaming of a group.
create table group_names (
  group_id uuid not null references groups (id),
  number   bigint generated always as identity,
  former   text not null,
  name     text not null,
  by       uuid references accounts (id),
  at       timestamptz not null,
  primary key (group_id, number)
);
