-- No foreign keys here and in events: a number is only given out under the lock of the stream's row, which proves that it exists,
-- and a check for each reference of each message would cost as much as the message.
-- The lines of every conversation: what people write, and notices of what happened ("… added …").
create table messages (
  id       uuid primary key,
  group_id uuid not null references groups (id),
  seq      bigint not null,
  ordinal  bigint not null,
  kind     text not null check (kind in ('text', 'notice')),
  sender   uuid,
  text     text,
  notice   jsonb,
  digest   bytea,
  sent_at  timestamptz not null,
  unique (group_id, seq)
);
comment on column messages.id is 'the client''s action id: sending twice finds the first';
comment on column messages.ordinal is 'how many messages of people the group had up to and with this one';
comment on column messages.digest is 'of the request, so that the same id with another body is noticed even after an edit';
