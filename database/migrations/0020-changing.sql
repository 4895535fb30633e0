-- What a message said before it was edited. Whoever sees the message may read it.
create table message_versions (
  message  uuid not null,
  version  integer not null,
  text     text not null,
  mentions jsonb,
  at       timestamptz not null,
  primary key (message, version)
);
comment on table message_versions is 'no foreign key, for the reason given at messages; gone with its recall';
comment on column message_versions.version is '0 as it was sent; the newest stands in messages';
comment on column message_versions.at is 'when it began to read so';

-- Originals of recalled messages, where the group keeps records.
create table sealed_messages (
  message     uuid primary key,
  group_id    uuid not null references groups (id),
  sender      uuid,
  sent_at     timestamptz not null,
  recalled_by uuid,
  recalled_at timestamptz not null,
  box         bytea not null
);
comment on column sealed_messages.box is 'nonce, tag and ciphertext (AES-256-GCM, the message''s id beside it) under the key DATA_DIR/keys/sealed: {text, form, versions}';
create index sealed_messages_in_order on sealed_messages (recalled_at, message);
create index sealed_messages_by_group on sealed_messages (group_id, recalled_at, message);

-- Who opened one: for a quarter of an hour they may read it. Why stands in the audit log, that it was stands in the group too.
create table sealed_openings (
  id      uuid primary key,
  message uuid not null references sealed_messages (message) on delete cascade,
  account uuid not null references accounts (id),
  at      timestamptz not null
);
comment on column sealed_openings.id is 'id of the act';
create index sealed_openings_by_message on sealed_openings (message);

-- Hẹn giờ gửi: what is to be sent later, in the person's name.
create table scheduled_messages (
  id         uuid primary key,
  account    uuid not null references accounts (id),
  group_id   uuid not null references groups (id),
  content    jsonb not null,
  send_at    timestamptz not null,
  due_at     timestamptz,
  refused    jsonb,
  refused_at timestamptz
);
comment on column scheduled_messages.id is 'the id the message has once it is sent, so that sending it twice sends it once';
comment on column scheduled_messages.content is '{text, reply, files, mentions, urgency, ask} as it goes to message.send';
comment on column scheduled_messages.due_at is 'when it is tried, later than send_at where it had to wait; null once it was refused';
comment on column scheduled_messages.refused is 'why it was not sent: {code, …}';
create index scheduled_messages_due on scheduled_messages (due_at) where due_at is not null;
create index scheduled_messages_by_account on scheduled_messages (account, send_at);
create index scheduled_messages_refused on scheduled_messages (refused_at) where refused_at is not null;

-- Tin nhắn nhanh: what a person writes again and again.
create table phrases (
  account uuid primary key references accounts (id),
  list    text[] not null,
  offers  boolean not null default true
);
comment on column phrases.offers is 'ready-made ones are offered beside their own';
