-- The calendar a person has elsewhere (telephone, Outlook) may fetch their reminders by an address that only they know.
create table calendar_feeds (
  account uuid primary key references accounts (id),
  secret  bytea not null unique check (octet_length(secret) = 32),
  titles  boolean not null,
  made_at timestamptz not null,
  used_at timestamptz
);
comment on table calendar_feeds is 'one address a person at most; making another one ends it';
comment on column calendar_feeds.secret is 'SHA-256 of what stands in the address; the secret itself is nowhere';
comment on column calendar_feeds.titles is 'whether titles and places go out to that calendar, which somebody else keeps; else it shows “Bận” only';
comment on column calendar_feeds.used_at is 'when it was last fetched, to the hour';

-- Whoever is no longer on the staff has no address any more, also if they come back: no statement can forget it.
create function end_calendar_feed() returns trigger language plpgsql as $$
begin
  delete from calendar_feeds where account = new.id;
  return null;
end $$;
create trigger calendar_feed_ends after update of state on accounts
  for each row when (new.state <> 'active') execute function end_calendar_feed();

-- What asks to be acknowledged is looked for over all groups of a person; hardly any message does.
create index messages_asking on messages (group_id, sent_at) where form->'ask' is not null;
create index notes_asking on notes (group_id, id) where ask_version is not null;
