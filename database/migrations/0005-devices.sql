-- A signed-in device. The token itself is never stored.
create table sessions (
  id             uuid primary key,
  account        uuid not null references accounts (id),
  token          bytea not null unique,
  previous_token bytea unique,
  rotated_at     timestamptz not null default now(),
  device         text not null default '',
  address        text not null default '',
  created_at     timestamptz not null default now(),
  used_at        timestamptz not null default now(),
  ended_at       timestamptz
);
comment on column sessions.token is 'SHA-256 of the cookie''s 32 random bytes';
comment on column sessions.previous_token is 'accepted for 60 s after a rotation; used later, it ends the session: somebody copied it';
create index sessions_by_account on sessions (account) where ended_at is null;
