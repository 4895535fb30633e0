-- Who has read a message, of those it was written to.
alter table members add column addressed_from bigint not null default 0;
comment on column members.addressed_from is 'head of the stream when they came in: what was written before was not written to them, whatever they may read of it';
update members set addressed_from = visible_from;

create table acknowledgements (
  message uuid not null,
  account uuid not null,
  at      timestamptz not null,
  primary key (message, account)
);
comment on table acknowledgements is 'who has said to have read a message that asked for it; totals stand in messages.acknowledged';

create table reading_reminders (
  id        uuid primary key,
  message   uuid not null,
  by        uuid not null,
  at        timestamptz not null,
  whom      text not null check (whom in ('unseen', 'unacknowledged')),
  people    integer not null,
  undone_at timestamptz
);
comment on table reading_reminders is 'whoever had not seen or acknowledged a message was reminded; id is that of the act';
create index reading_reminders_by_message on reading_reminders (message, at);
