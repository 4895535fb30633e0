-- Who gave which emoji to which message. The totals stand in messages.reactions, kept by the same transaction.
create table reactions (
  message uuid not null,
  account uuid not null,
  emoji   text not null,
  at      timestamptz not null,
  primary key (message, account, emoji)
);
comment on table reactions is 'no foreign keys, for the reason given at messages: the lock of the group''s stream proves that the message is there';
-- Who gave it is listed in the order of giving, a page at a time.
create index reactions_in_order on reactions (message, at, account, emoji);
