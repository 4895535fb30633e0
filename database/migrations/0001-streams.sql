-- A stream is a group or an account: one log of events with gapless numbers, given out under the lock of its row.
create table streams (
  id             uuid primary key,
  kind           text not null check (kind in ('group', 'account')),
  head           bigint not null default 0,
  floor          bigint not null default 0,
  rights_version bigint not null default 1,
  messages       bigint not null default 0
);
comment on column streams.head is 'number of the newest event';
comment on column streams.floor is 'events up to this number have been pruned; who stands lower fetches afresh';
comment on column streams.rights_version is 'raised by every event that withdraws or grants a right; checked by the statement that takes a number';
comment on column streams.messages is 'messages of people so far; their ordinal, so that unread is a subtraction';

create table events (
  stream  uuid not null,
  seq     bigint not null,
  name    text not null,
  at      timestamptz not null,
  by      uuid,
  message uuid,
  body    jsonb,
  primary key (stream, seq)
);
comment on column events.message is 'where the event tells of a message: its id; the text lives there and only there';
create index events_by_age on events (at);

-- Every changing action except the sending of a message, whose own id serves: done once, answered alike ever after.
create table actions (
  actor  uuid not null,
  id     uuid not null,
  name   text not null,
  digest bytea not null,
  answer jsonb,
  at     timestamptz not null default now(),
  primary key (actor, id)
);
create index actions_by_age on actions (at);
