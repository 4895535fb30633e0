-- A signed-in device. Tokens themselves are never stored, only their SHA-256.
create table sessions (
  id          uuid primary key,
  account     uuid not null references accounts (id),
  token       bytea not null unique,
  next_token  bytea unique,
  rotated_at  timestamptz not null default now(),
  device      text not null default '',
  address     text not null default '',
  created_at  timestamptz not null default now(),
  used_at     timestamptz not null default now(),
  proved_at   timestamptz not null default now(),
  governed_at timestamptz not null default now(),
  ended_at    timestamptz
);
comment on column sessions.token is 'of the cookie''s 32 bytes';
comment on column sessions.next_token is 'sent to the device and not yet used by it; its first use makes it the token';
comment on column sessions.device is 'the browser''s name for itself';
comment on column sessions.used_at is 'kept to the minute; 14 days without use end the session';
comment on column sessions.proved_at is 'last code entered on this device: administrator rights rest 12 hours after it';
comment on column sessions.governed_at is 'last act as an administrator: the rights rest after 30 minutes without one';
create index sessions_by_account on sessions (account) where ended_at is null;

-- Tokens that were replaced: accepted for 60 s, used later they end the session, since somebody copied it.
create table rotated_tokens (
  token   bytea primary key,
  session uuid not null references sessions (id) on delete cascade,
  at      timestamptz not null
);
create index rotated_tokens_by_session on rotated_tokens (session);

-- A code on its way to a phone, or one that was asked for a number which gets none: nobody can tell which.
create table challenges (
  id          uuid primary key,
  phone       text not null,
  browser     bytea not null,
  address     text not null,
  network     text not null,
  code        bytea,
  made_at     timestamptz not null,
  ends_at     timestamptz not null,
  sent_at     timestamptz,
  tries       integer not null default 0,
  tried_at    timestamptz,
  proved_at   timestamptz,
  dead        boolean not null default false
);
comment on column challenges.browser is 'SHA-256 of the cookie the browser had before signing in';
comment on column challenges.code is 'HMAC-SHA-256 of id and code with a key that is not in the database; null until it was sent';
comment on column challenges.sent_at is 'when a text message went out; the caps of the whole service count these';
comment on column challenges.proved_at is 'the right code was entered; what may still be missing is the name of somebody new';
create index challenges_by_phone on challenges (phone, made_at);
create index challenges_by_address on challenges (address, made_at);
create index challenges_by_network on challenges (network, made_at);
create index challenges_by_sending on challenges (sent_at) where sent_at is not null;

-- Every code that was tried, for the limits that outlive a challenge and a restart.
create table code_checks (
  at      timestamptz not null,
  phone   text not null,
  address text not null,
  wrong   boolean not null
);
create index code_checks_by_age on code_checks (at);
create index code_checks_by_phone on code_checks (phone, at) where wrong;
create index code_checks_by_address on code_checks (address, at);
