-- What keeps a person's list in order and their nights quiet. All of it is the person's own: no group is told.
alter table members add column muted_until timestamptz;
alter table members add column notify text not null default 'all' check (notify in ('all', 'mentions', 'nothing'));
alter table members add column archived_at timestamptz;
alter table members add column archived_ordinal bigint not null default 0;
alter table members add column marked_unread_at timestamptz;
comment on column members.muted_until is 'infinity: until it is turned on again';
comment on column members.notify is 'what the person is told of: every message, what names them or is urgent, or nothing';
comment on column members.archived_at is 'put away from the list; back with the next message after archived_ordinal, unless the chat is muted';
comment on column members.marked_unread_at is 'a mark of the list, taken off by opening the chat; the reading mark stays where it is';

alter table accounts add column quiet jsonb;
comment on column accounts.quiet is '{from, to, days, through}: nightly hours, days of the week (1 Monday) that are quiet whole, urgency that rings all the same; null as the house has it';

-- Thẻ phân loại: a person's own names for kinds of chats.
create table labels (
  id      uuid primary key,
  account uuid not null references accounts (id),
  name    text not null,
  colour  text not null,
  place   integer not null
);
comment on column labels.place is 'their order; ascending';
create index labels_by_account on labels (account);

create table chat_labels (
  label    uuid not null references labels (id) on delete cascade,
  group_id uuid not null references groups (id),
  primary key (label, group_id)
);
create index chat_labels_by_group on chat_labels (group_id);
