create table groups (
  id          uuid primary key references streams (id),
  kind        text not null check (kind in ('pair', 'directive', 'coordination', 'area', 'announcement')),
  name        text not null default '',
  description text not null default '',
  photo       uuid references photos (id),
  area        text references areas (code),
  topic       text not null default '',
  unit        uuid references units (id),
  approval    boolean not null default true,
  approver    uuid references accounts (id),
  pair        text unique,
  created_by  uuid not null references accounts (id),
  created_at  timestamptz not null default now()
);
comment on column groups.kind is 'pair: a conversation of two, which has no name and no owner';
comment on column groups.pair is 'the two account ids in order, joined by a space, so that two people have one conversation';
comment on column groups.approver is 'the one person named to admit members';

create table members (
  group_id     uuid not null references groups (id),
  account      uuid not null references accounts (id),
  role         text not null default 'member' check (role in ('owner', 'deputy', 'clerk', 'member', 'reader')),
  joined_at    timestamptz not null default now(),
  added_by     uuid references accounts (id),
  left_at      timestamptz,
  visible_from bigint not null default 0,
  read_seq     bigint not null default 0,
  read_ordinal bigint not null default 0,
  received_seq bigint not null default 0,
  pinned_at    timestamptz,
  primary key (group_id, account)
);
comment on column members.visible_from is 'sees what came after this number of the stream';
comment on column members.read_seq is 'has seen all up to this number: one pointer a member, no row a message';
comment on column members.read_ordinal is 'ordinal of the last message seen; unread = streams.messages - read_ordinal';
comment on column members.received_seq is 'a device of theirs has all up to this number';
create index members_by_account on members (account) where left_at is null;
create unique index members_one_owner on members (group_id) where role = 'owner' and left_at is null;

-- Numbers that are not on the staff list and were invited into a group; when they register they are in it.
create table invitations (
  id         uuid primary key,
  group_id   uuid not null references groups (id),
  phone      text not null,
  invited_by uuid not null references accounts (id),
  at         timestamptz not null default now(),
  ends_at    timestamptz not null,
  taken_at   timestamptz,
  unique (group_id, phone)
);
create index invitations_by_phone on invitations (phone) where taken_at is null;
