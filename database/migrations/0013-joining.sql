-- How people come into a group: links, requests that wait for approval, invitations that wait for consent.
create table links (
  id         uuid primary key,
  group_id   uuid not null references groups (id),
  code       text not null unique,
  name       text not null default '',
  by         uuid not null references accounts (id),
  at         timestamptz not null,
  ends_at    timestamptz,
  quota      integer check (quota > 0),
  used       integer not null default 0 check (used >= 0 and (quota is null or used <= quota)),
  area       text references areas (code),
  unit       uuid references units (id),
  revoked_at timestamptz
);
comment on column links.code is '128 random bits in base64url; whoever has it may ask to come in, and leaders show it again and again';
comment on column links.used is 'who came in by it, and who waits to: a place is given back when a request ends otherwise';
comment on column links.area is 'only for people of this area and all below it';
comment on column links.unit is 'only for people of this unit and all below it';
create index links_by_group on links (group_id, at);

create table join_requests (
  id         uuid primary key,
  group_id   uuid not null references groups (id),
  account    uuid not null references accounts (id),
  way        text not null check (way in ('link', 'qr', 'added')),
  link       uuid references links (id),
  by         uuid references accounts (id),
  answer     text not null default '',
  at         timestamptz not null,
  ends_at    timestamptz not null,
  state      text not null default 'waiting' check (state in ('waiting', 'approved', 'refused', 'withdrawn', 'expired', 'void')),
  decided_by uuid references accounts (id),
  decided_at timestamptz,
  reason     text not null default '',
  check ((way = 'added') = (by is not null))
);
comment on column join_requests.by is 'the member who wanted to add them; null: they asked themselves';
comment on column join_requests.state is 'void: they came in by another way, left the agency, or the group is gone';
create unique index join_requests_one_waiting on join_requests (group_id, account) where state = 'waiting';
create index join_requests_waiting on join_requests (group_id, at, id) where state = 'waiting';
create index join_requests_by_account on join_requests (account) where state = 'waiting';
create index join_requests_due on join_requests (ends_at) where state = 'waiting';
create index join_requests_by_link on join_requests (link) where link is not null;

-- Colleagues who are asked before they are put into a group, beside numbers that are not on the staff list.
alter table invitations
  alter column phone drop not null,
  add column account uuid references accounts (id),
  add constraint invitations_of_one check ((phone is null) <> (account is null)),
  add constraint invitations_group_id_account_key unique (group_id, account);
comment on column invitations.account is 'a colleague who is asked first; a refused or withdrawn invitation ends at that moment';
create index invitations_by_account on invitations (account) where account is not null and taken_at is null;

alter table accounts add column asked_first boolean not null default false;
comment on column accounts.asked_first is 'is invited, and not put into groups without being asked';
