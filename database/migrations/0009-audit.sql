-- What was done waits here, written in the transaction that did it, until it is put at the end of the chain: so that no act
-- waits for the chain, and the chain is numbered without a gap.
create table audit_waiting (
  place bigint generated always as identity primary key,
  entry json not null
);

-- The people of an entry: who did it and whom it was done to.
create function audit_people(entry json) returns uuid[] language sql immutable parallel safe as $$
  select array(select json_array_elements_text(entry -> 'people')::uuid) ||
    case when entry ->> 'actor' is null then '{}'::uuid[] else array[(entry ->> 'actor')::uuid] end
$$;

create table audit (
  seq    bigint primary key,
  entry  json not null,
  hash   bytea not null,
  -- Made from the entry by the database, to look for; none of them can say anything else than the entry does.
  at     bigint generated always as ((entry ->> 'at')::bigint) stored,
  topic  text generated always as (entry ->> 'topic') stored,
  act    text generated always as (entry ->> 'act') stored,
  result text generated always as (entry ->> 'result') stored,
  "group" uuid generated always as ((entry ->> 'group')::uuid) stored,
  people uuid[] generated always as (audit_people(entry)) stored
);
comment on column audit.entry is 'canonical JSON (RFC 8785), byte for byte as it was hashed';
comment on column audit.hash is 'SHA-256 of the hash before it and the entry; before the first stand 32 zero bytes';
comment on column audit.at is 'milliseconds since 1970, UTC';
create index audit_by_time on audit (at, seq);
create index audit_by_group on audit ("group", at, seq) where "group" is not null;
create index audit_by_topic on audit (topic, at, seq);
create index audit_by_act on audit (act, seq);
create index audit_by_refusal on audit (at, seq) where result <> 'done';
create index audit_by_people on audit using gin (people);

create table audit_checkpoints (
  seq       bigint primary key,
  at        bigint not null,
  hash      bytea not null,
  key       bytea not null,
  signature bytea not null
);
comment on column audit_checkpoints.at is 'milliseconds since 1970, UTC';
comment on column audit_checkpoints.hash is 'of the entry with this number';
comment on column audit_checkpoints.key is 'Ed25519, public; its other half is not in the database';

create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only added to';
end
$$;
create trigger audit_stays before update or delete or truncate on audit for each statement execute function audit_stays();
create trigger audit_checkpoints_stay before update or delete or truncate on audit_checkpoints
  for each statement execute function audit_stays();

-- Taking a part of the log out of the house: who asked, and the second person who agreed.
create table audit_exports (
  id        uuid primary key,
  by        uuid not null references accounts (id),
  "group"   uuid references groups (id),
  filter    jsonb not null,
  entries   integer not null,
  head      bigint not null,
  asked_at  timestamptz not null,
  ends_at   timestamptz not null,
  agreed_by uuid references accounts (id),
  agreed_at timestamptz
);
comment on column audit_exports."group" is 'null: of the whole agency';
comment on column audit_exports.head is 'newest entry that was there when it was asked for';
create index audit_exports_open on audit_exports (ends_at);

alter table accounts add column auditor boolean not null default false;
comment on column accounts.auditor is 'may read the agency’s audit log without being an administrator';
