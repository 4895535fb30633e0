-- Where a device wants to be told of messages while the app is closed: an address at its browser's push service.
create table push_subscriptions (
  session  uuid primary key references sessions (id) on delete cascade,
  account  uuid not null references accounts (id),
  endpoint text not null unique,
  host     text not null,
  p256dh   bytea not null,
  auth     bytea not null,
  seed     bytea not null,
  language text not null default 'vi' check (language in ('vi', 'en')),
  names    boolean not null default false,
  at       timestamptz not null,
  cleared_at timestamptz
);
comment on column push_subscriptions.cleared_at is 'last push that only took away what was read elsewhere: browsers allow few of those';
comment on column push_subscriptions.session is 'a subscription ends with its session';
comment on column push_subscriptions.p256dh is 'public key of the browser: only it can read what is sent there';
comment on column push_subscriptions.seed is 'random; with the chat it makes the topic, so that a push service cannot tell chats apart from device to device';
comment on column push_subscriptions.names is 'its notifications show names of senders and groups';
create index push_subscriptions_by_account on push_subscriptions (account);

-- Whoever ends a session, for whatever reason: nothing reaches that device any more.
create function end_push() returns trigger language plpgsql as $$
begin
  delete from push_subscriptions where session = new.id;
  return null;
end
$$;
create trigger sessions_end_push after update on sessions
  for each row when (old.ended_at is null and new.ended_at is not null) execute function end_push();

-- What a device is to be told of a chat, and what it was told last. A newer message takes the older one's place.
create table pushes (
  session    uuid not null references push_subscriptions (session) on delete cascade,
  stream     uuid not null references streams (id),
  kind       text not null default 'message' check (kind in ('message', 'digest')),
  seq        bigint not null,
  urgency    smallint not null default 0,
  mentions   boolean not null default false,
  silent     boolean not null default false,
  since      timestamptz not null,
  due_at     timestamptz,
  tries      integer not null default 0,
  sent_seq   bigint not null default 0,
  sent_at    timestamptz,
  told_seq   bigint not null default 0,
  arrived_at timestamptz,
  shown      boolean not null default false,
  primary key (session, stream)
);
comment on table pushes is 'rows with due_at wait to be sent; the others remember what was sent, until it is read';
comment on column pushes.stream is 'a group; the account''s own stream for the digest';
comment on column pushes.seq is 'newest message it tells of; for the digest 0';
comment on column pushes.silent is 'shown without a sound: quiet hours';
comment on column pushes.told_seq is 'newest number of which the device said that it has shown it';
comment on column pushes.since is 'when the newest message was sent; a day later it is of no use any more';
comment on column pushes.due_at is 'when it is tried, or, where somebody is trying, when the next may';
comment on column pushes.sent_seq is 'newest number a push service has taken for this device and chat';
comment on column pushes.shown is 'the device shows it, as far as is known: to be taken away once it is read elsewhere';
create index pushes_due on pushes (due_at) where due_at is not null;
create index pushes_shown on pushes (stream) where shown;

-- How far the messages of a group have been looked at for whom to tell. Who looks holds the row.
create table push_cursors (
  group_id uuid primary key references groups (id),
  seq      bigint not null,
  messages bigint not null
);
comment on column push_cursors.messages is 'ordinal of the last message looked at: less than streams.messages where there is something new';
insert into push_cursors (group_id, seq, messages) select s.id, s.head, s.messages from streams s join groups g on g.id = s.id;

-- What a person wants to be told, on all their devices.
create table notification_choices (
  account    uuid primary key references accounts (id),
  digest     boolean not null default true,
  digest_day date,
  digest_to  timestamptz
);
comment on column notification_choices.digest is 'one notification a day of what waits longer than a day';
comment on column notification_choices.digest_day is 'day, in Asia/Ho_Chi_Minh, on which it was last decided';
comment on column notification_choices.digest_to is 'messages up to here were told in a digest';

-- Text messages about unread messages of the highest urgency: one a person and message, whoever sends it.
create table urgent_texts (
  message  uuid not null references messages (id),
  account  uuid not null references accounts (id),
  at       timestamptz not null,
  taken_at timestamptz,
  ended_at timestamptz,
  primary key (message, account)
);
comment on column urgent_texts.taken_at is 'a node has it in hand since then';
comment on column urgent_texts.ended_at is 'handed to the provider, or given up';
create index urgent_texts_by_age on urgent_texts (at);
create index urgent_texts_open on urgent_texts (taken_at) where ended_at is null;
create index messages_express on messages (sent_at) where urgency = 3;
