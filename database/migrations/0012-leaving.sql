-- Who was taken out of a group and why, who may not come back, and who does not want to be put into it again.
create table removals (
  group_id uuid not null references groups (id),
  account  uuid not null references accounts (id),
  by       uuid not null references accounts (id),
  reason   text not null default '',
  blocked  boolean not null default false,
  at       timestamptz not null,
  primary key (group_id, account)
);
comment on table removals is 'the last removal of each person from each group';
comment on column removals.blocked is 'may not come back, by whatever way, until that is lifted';
create index removals_blocked on removals (group_id, at desc) where blocked;

-- What a person does not want: a group they left asking not to be put into it again.
create table refusals (
  account  uuid not null references accounts (id),
  group_id uuid not null references groups (id),
  at       timestamptz not null,
  primary key (account, group_id)
);
create index refusals_by_group on refusals (group_id);
