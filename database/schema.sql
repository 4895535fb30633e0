-- Written by bin/schema.ts from the migrations, to be read. Change it by a new migration.

create extension pg_trgm;

CREATE OR REPLACE FUNCTION public.count_members_in()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update groups g set members = g.members + n.members
  from (select group_id, count(*) as members from inserted where left_at is null group by group_id) n
  where n.group_id = g.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.count_member_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update groups set members = members + case when new.left_at is null then 1 else -1 end where id = new.group_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.audit_people(entry json)
 RETURNS uuid[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array(select json_array_elements_text(entry -> 'people')::uuid) ||
    case when entry ->> 'actor' is null then '{}'::uuid[] else array[(entry ->> 'actor')::uuid] end
$function$;

CREATE OR REPLACE FUNCTION public.audit_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit log is only added to';
end
$function$;

CREATE OR REPLACE FUNCTION public.end_push()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from push_subscriptions where session = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.count_note_reader()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update notes n set read = read + case when new.left_at is null then 1 else -1 end
  from note_acknowledgements k
  where n.group_id = new.group_id and k.note = n.id and k.account = new.account and k.version >= n.ask_version and k.account <> n.ask_by;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.reminder_concerns(r reminders, account uuid, unit uuid, role text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select r.whom_accounts is null or account = any(r.whom_accounts) or coalesce(unit = any(r.whom_units), false) or role = any(r.whom_roles)
$function$;

CREATE OR REPLACE FUNCTION public.free_substitute()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update reminder_answers a set refused = true, again = true
  from reminders r where r.id = a.reminder and r.group_id = new.group_id and a.substitute = new.account;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.end_calendar_feed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from calendar_feeds where account = new.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.message_quote(conversation uuid, answered uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('id', q.id, 'seq', q.seq, 'by', q.sender, 'text', coalesce(left(q.text, 160), ''),
    'kind', coalesce(q.form->'files'->0->>'kind', 'text'), 'gone', q.recalled_at is not null)
  from messages q where q.group_id = conversation and q.id = answered
$function$;

CREATE OR REPLACE FUNCTION public.message_more(m messages)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select case when m.form is not null or m.urgency > 0 or m.edits > 0 or m.recalled_at is not null
      or m.reactions is not null or m.acknowledged > 0 then jsonb_build_object(
    'urgency', nullif(m.urgency, 0),
    'quote', case when m.form ? 'reply' then message_quote(m.group_id, (m.form->>'reply')::uuid) end,
    'forwarded', m.form->'forwarded', 'mentions', m.form->'mentions', 'files', m.form->'files', 'ask', m.form->'ask',
    'card', m.form->'card', 'handling', m.form->'handling',
    'edited', case when m.edits > 0 then
      jsonb_build_object('count', m.edits, 'at', (extract(epoch from m.edited_at) * 1000)::bigint) end,
    'recalled', case when m.recalled_at is not null then
      jsonb_build_object('by', m.recalled_by, 'at', (extract(epoch from m.recalled_at) * 1000)::bigint)
        || case when m.withdrawn is null then '{}'::jsonb else '{"secrecy": true}'::jsonb end end,
    'reactions', m.reactions, 'acknowledged', nullif(m.acknowledged, 0)) end
$function$;

create table streams (
  id             uuid not null,
  kind           text not null,
  head           bigint not null default 0,  -- number of the newest event
  floor          bigint not null default 0,  -- events up to this number have been pruned; who stands lower fetches afresh
  rights_version bigint not null default 1,  -- raised by every event that withdraws or grants a right; checked by the statement that takes a number
  messages       bigint not null default 0,  -- messages of people so far; their ordinal, so that unread is a subtraction
  primary key (id),
  check (kind = any (array['group'::text, 'account'::text]))
);

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

create table areas (
  code       text not null,  -- official code with leading zeros; own levels: parent code, a dot, a number
  parent     text,
  kind       text not null,  -- tỉnh, thành phố, xã, phường, đặc khu, thôn, làng, tổ dân phố …
  name       text not null,
  folded     text not null,  -- toneless name without the kind: what counts as an exact hit
  search     text not null,  -- a space, then the toneless kind and name of the area and of all above it: a word of a query begins after a space
  own        boolean not null default false,  -- added by the administrator below the commune
  head       text not null default ''::text,  -- name of the head of a village, as shown in the tree
  households integer,
  valid_from date not null default '2025-07-01'::date,
  valid_to   date,  -- first day on which it is no longer there
  primary key (code),
  foreign key (parent) references areas(code)
);
create index areas_by_parent on areas (parent);

create table area_aliases (
  area   text not null,
  name   text not null,
  place  text not null default ''::text,  -- district and province in which it lay, where names repeat
  folded text not null,
  search text not null,
  own    boolean not null default false,  -- made by a renaming or a merge below the commune; not part of the official map
  primary key (area, name, place),
  foreign key (area) references areas(code)
);

create table official_map (
  one       boolean not null default true,
  digest    text not null,
  loaded_at timestamptz not null default now(),
  primary key (one),
  check (one)
);

create table units (
  id     uuid not null,
  parent uuid,
  name   text not null,
  folded text not null,
  area   text,
  closed boolean not null default false,
  primary key (id),
  foreign key (area) references areas(code),
  foreign key (parent) references units(id)
);
create unique index units_by_name on units (COALESCE(parent, '00000000-0000-0000-0000-000000000000'::uuid), folded) where (not closed);
create index units_by_parent on units (parent);

create table photos (
  id    uuid not null,
  owner uuid not null,  -- the account or group it shows
  large bytea not null,  -- WebP, re-encoded, 512 px a side at most
  small bytea not null,  -- WebP, re-encoded, 96 px a side at most
  at    timestamptz not null default now(),
  primary key (id)
);

create table accounts (
  id            uuid not null,
  phone         text,  -- E.164; null after a leaver's number was given to somebody else
  name          text not null,
  position      text not null default ''::text,
  unit          uuid,
  area          text,
  email         text not null default ''::text,
  photo         uuid,
  state         text not null default 'active'::text,  -- waiting: asked to register, to be approved; left: no longer on the staff list; disabled: by an administrator
  administrator boolean not null default false,
  phone_shown   text not null default 'colleagues'::text,
  registered_at timestamptz,  -- first sign-in
  created_at    timestamptz not null default now(),
  search        text not null default ''::text,  -- toneless: " name | given name without H’ | position | unit"; written by searchText in features/directory/rules.ts
  sort_name     text generated always as (((regexp_replace(regexp_replace(name, '^.*\s'::text, ''::text), '^[HY][’-]'::text, ''::text, 'i'::text) || ' '::text) || name)) stored,  -- given name without H’ or Y-, then the whole name: the order of people
  auditor       boolean not null default false,  -- may read the agency’s audit log without being an administrator
  asked_first   boolean not null default false,  -- is invited, and not put into groups without being asked
  quiet         jsonb,  -- {from, to, days, through}: nightly hours, days of the week (1 Monday) that are quiet whole, urgency that rings all the same; null as the house has it
  officer       boolean not null default false,  -- secrecy officer: what the guard refused, and messages reported as secret, come to them
  primary key (id),
  unique (phone),
  check (phone_shown = any (array['colleagues'::text, 'nobody'::text])),
  check (state = any (array['active'::text, 'waiting'::text, 'left'::text, 'disabled'::text])),
  foreign key (area) references areas(code),
  foreign key (id) references streams(id),
  foreign key (photo) references photos(id),
  foreign key (unit) references units(id)
);
create index accounts_by_area on accounts (area);
create index accounts_by_phone_part on accounts using gin (phone gin_trgm_ops);
create index accounts_by_search on accounts using gin (search gin_trgm_ops);
create index accounts_by_sort_name on accounts (sort_name, id);
create index accounts_by_unit on accounts (unit);
create trigger calendar_feed_ends after update of state on accounts for each row WHEN (new.state <> 'active'::text) execute function end_calendar_feed();

create table agency (
  one          boolean not null default true,
  name         text not null,
  area         text not null,
  help_name    text not null,
  help_phone   text not null,
  help_email   text not null default ''::text,
  registration text not null default 'directory'::text,  -- directory: only numbers on the staff list or invited; approval: anyone, after an administrator agrees
  created_at   timestamptz not null default now(),
  primary key (one),
  check (one),
  check (registration = any (array['directory'::text, 'approval'::text])),
  foreign key (area) references areas(code)
);

create table sessions (
  id          uuid not null,
  account     uuid not null,
  token       bytea not null,  -- of the cookie's 32 bytes
  next_token  bytea,  -- sent to the device and not yet used by it; its first use makes it the token
  rotated_at  timestamptz not null default now(),
  device      text not null default ''::text,  -- the browser's name for itself
  address     text not null default ''::text,
  created_at  timestamptz not null default now(),
  used_at     timestamptz not null default now(),  -- kept to the minute; 14 days without use end the session
  proved_at   timestamptz not null default now(),  -- last code entered on this device: administrator rights rest 12 hours after it
  governed_at timestamptz not null default now(),  -- last act as an administrator: the rights rest after 30 minutes without one
  ended_at    timestamptz,
  primary key (id),
  unique (next_token),
  unique (token),
  foreign key (account) references accounts(id)
);
create index sessions_by_account on sessions (account) where (ended_at is null);
create trigger sessions_end_push after update on sessions for each row WHEN (old.ended_at is null and new.ended_at is not null) execute function end_push();

create table rotated_tokens (
  token   bytea not null,
  session uuid not null,
  at      timestamptz not null,
  primary key (token),
  foreign key (session) references sessions(id) on delete cascade
);
create index rotated_tokens_by_session on rotated_tokens (session);

create table challenges (
  id        uuid not null,
  phone     text not null,
  browser   bytea not null,  -- SHA-256 of the cookie the browser had before signing in
  address   text not null,
  network   text not null,
  code      bytea,  -- HMAC-SHA-256 of id and code with a key that is not in the database; null until it was sent
  made_at   timestamptz not null,
  ends_at   timestamptz not null,
  sent_at   timestamptz,  -- when a text message went out; the caps of the whole service count these
  tries     integer not null default 0,
  tried_at  timestamptz,
  proved_at timestamptz,  -- the right code was entered; what may still be missing is the name of somebody new
  dead      boolean not null default false,
  primary key (id)
);
create index challenges_by_address on challenges (address, made_at);
create index challenges_by_network on challenges (network, made_at);
create index challenges_by_phone on challenges (phone, made_at);
create index challenges_by_sending on challenges (sent_at) where (sent_at is not null);

create table code_checks (
  at      timestamptz not null,
  phone   text not null,
  address text not null,
  wrong   boolean not null
);
create index code_checks_by_address on code_checks (address, at);
create index code_checks_by_age on code_checks (at);
create index code_checks_by_phone on code_checks (phone, at) where wrong;

create table groups (
  id           uuid not null,
  kind         text not null,  -- pair: a conversation of two, which has no name and no owner
  name         text not null default ''::text,
  description  text not null default ''::text,
  photo        uuid,
  area         text,
  topic        text not null default ''::text,
  unit         uuid,
  approval     boolean not null default true,
  approver     uuid,  -- the one person named to admit members
  pair         text,  -- the two account ids in order, joined by a space, so that two people have one conversation
  created_by   uuid not null,
  created_at   timestamptz not null default now(),
  members      integer not null default 0,  -- how many are in it now; kept by triggers on members
  settings     jsonb not null default '{}'::jsonb,  -- only what differs from what its kind begins with (features/groups/rights.ts), so that a default changed later reaches old groups
  archived_at  timestamptz,  -- frozen since then: it can be read and nothing else
  dissolves_at timestamptz,  -- end of the countdown in which dissolving can be undone
  dissolved_at timestamptz,  -- nobody is in it any more
  emptied_at   timestamptz,  -- what was said in it has been removed; the row stays, so that its number is not given out again
  regulation   integer not null default 0,  -- version of its regulation in force; 0: none
  primary key (id),
  unique (pair),
  check (kind = any (array['pair'::text, 'directive'::text, 'coordination'::text, 'area'::text, 'announcement'::text])),
  foreign key (approver) references accounts(id),
  foreign key (area) references areas(code),
  foreign key (created_by) references accounts(id),
  foreign key (id) references streams(id),
  foreign key (photo) references photos(id),
  foreign key (unit) references units(id)
);
create index groups_dissolving on groups (dissolves_at) where ((dissolves_at is not null) and (dissolved_at is null));
create index groups_to_empty on groups (dissolved_at) where ((dissolved_at is not null) and (emptied_at is null));

create table members (
  group_id         uuid not null,
  account          uuid not null,
  role             text not null default 'member'::text,
  joined_at        timestamptz not null default now(),
  added_by         uuid,
  left_at          timestamptz,
  visible_from     bigint not null default 0,  -- sees what came after this number of the stream
  read_seq         bigint not null default 0,  -- has seen all up to this number: one pointer a member, no row a message
  read_ordinal     bigint not null default 0,  -- ordinal of the last message seen; unread = streams.messages - read_ordinal
  received_seq     bigint not null default 0,  -- a device of theirs has all up to this number
  pinned_at        timestamptz,
  role_until       timestamptz,  -- end of the term of office: a plain member from then on; null without end, always null for the owner
  exceptions       jsonb not null default '{}'::jsonb,  -- by right: {"allowed": boolean, "until": milliseconds or null}; beats what the group sets for everybody
  exceptions_until timestamptz,  -- the earliest end among the exceptions
  wrote_at         timestamptz,  -- last message written in slow mode
  regulation       integer not null default 0,  -- newest version of the group's regulation that was accepted; who has accepted less than groups.regulation does not write
  regulation_at    timestamptz,
  muted_until      timestamptz,  -- infinity: until it is turned on again
  notify           text not null default 'all'::text,  -- what the person is told of: every message, what names them or is urgent, or nothing
  archived_at      timestamptz,  -- put away from the list; back with the next message after archived_ordinal, unless the chat is muted
  archived_ordinal bigint not null default 0,
  marked_unread_at timestamptz,  -- a mark of the list, taken off by opening the chat; the reading mark stays where it is
  addressed_from   bigint not null default 0,  -- head of the stream when they came in: what was written before was not written to them, whatever they may read of it
  primary key (group_id, account),
  check (notify = any (array['all'::text, 'mentions'::text, 'nothing'::text])),
  check (role = any (array['owner'::text, 'deputy'::text, 'clerk'::text, 'member'::text, 'reader'::text])),
  foreign key (account) references accounts(id),
  foreign key (added_by) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index members_by_account on members (account) where (left_at is null);
create index members_by_exception on members (group_id) where ((exceptions <> '{}'::jsonb) and (left_at is null));
create index members_by_exception_end on members (exceptions_until) where ((exceptions_until is not null) and (left_at is null));
create index members_by_term on members (role_until) where ((role_until is not null) and (left_at is null));
create unique index members_one_owner on members (group_id) where ((role = 'owner'::text) and (left_at is null));
create trigger members_count_notes after update on members for each row WHEN ((old.left_at is null) <> (new.left_at is null)) execute function count_note_reader();
create trigger members_counted_in after insert on members REFERENCING NEW TABLE AS inserted for each statement execute function count_members_in();
create trigger members_counted_moved after update on members for each row WHEN ((old.left_at is null) <> (new.left_at is null)) execute function count_member_moved();
create trigger members_free_substitutes after update on members for each row WHEN (old.left_at is null and new.left_at is not null) execute function free_substitute();

create table invitations (
  id         uuid not null,
  group_id   uuid not null,
  phone      text,
  invited_by uuid not null,
  at         timestamptz not null default now(),
  ends_at    timestamptz not null,
  taken_at   timestamptz,
  account    uuid,  -- a colleague who is asked first; a refused or withdrawn invitation ends at that moment
  primary key (id),
  unique (group_id, account),
  unique (group_id, phone),
  check ((phone is null) <> (account is null)),
  foreign key (account) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (invited_by) references accounts(id)
);
create index invitations_by_account on invitations (account) where ((account is not null) and (taken_at is null));
create index invitations_by_phone on invitations (phone) where (taken_at is null);

create table audit_waiting (
  place bigint not null generated always as identity,
  entry json not null,
  primary key (place)
);

create table audit (
  seq    bigint not null,
  entry  json not null,  -- canonical JSON (RFC 8785), byte for byte as it was hashed
  hash   bytea not null,  -- SHA-256 of the hash before it and the entry; before the first stand 32 zero bytes
  at     bigint generated always as (((entry ->> 'at'::text))::bigint) stored,  -- milliseconds since 1970, UTC
  topic  text generated always as ((entry ->> 'topic'::text)) stored,
  act    text generated always as ((entry ->> 'act'::text)) stored,
  result text generated always as ((entry ->> 'result'::text)) stored,
  group  uuid generated always as (((entry ->> 'group'::text))::uuid) stored,
  people uuid[] generated always as (audit_people(entry)) stored,
  primary key (seq)
);
create index audit_by_act on audit (act, seq);
create index audit_by_group on audit ("group", at, seq) where ("group" is not null);
create index audit_by_people on audit using gin (people);
create index audit_by_refusal on audit (at, seq) where (result <> 'done'::text);
create index audit_by_time on audit (at, seq);
create index audit_by_topic on audit (topic, at, seq);
create trigger audit_stays before delete or update or TRUNCATE on audit for each statement execute function audit_stays();

create table audit_checkpoints (
  seq       bigint not null,
  at        bigint not null,  -- milliseconds since 1970, UTC
  hash      bytea not null,  -- of the entry with this number
  key       bytea not null,  -- Ed25519, public; its other half is not in the database
  signature bytea not null,
  primary key (seq)
);
create trigger audit_checkpoints_stay before delete or update or TRUNCATE on audit_checkpoints for each statement execute function audit_stays();

create table audit_exports (
  id        uuid not null,
  by        uuid not null,
  group     uuid,  -- null: of the whole agency
  filter    jsonb not null,
  entries   integer not null,
  head      bigint not null,  -- newest entry that was there when it was asked for
  asked_at  timestamptz not null,
  ends_at   timestamptz not null,
  agreed_by uuid,
  agreed_at timestamptz,
  primary key (id),
  foreign key (agreed_by) references accounts(id),
  foreign key (by) references accounts(id),
  foreign key ("group") references groups(id)
);
create index audit_exports_open on audit_exports (ends_at);

create table transfers (
  group_id     uuid not null,
  from_account uuid not null,
  to_account   uuid not null,
  leaves       boolean not null default false,  -- who hands over leaves the group with it
  offered_at   timestamptz not null,
  ends_at      timestamptz not null,
  primary key (group_id),
  foreign key (from_account) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (to_account) references accounts(id)
);
create index transfers_by_end on transfers (ends_at);

create table group_names (
  group_id uuid not null,
  number   bigint not null generated always as identity,
  former   text not null,
  name     text not null,
  by       uuid,
  at       timestamptz not null,
  primary key (group_id, number),
  foreign key (by) references accounts(id),
  foreign key (group_id) references groups(id)
);

create table regulation_files (
  id     uuid not null,
  name   text not null,  -- as the computer it came from called it; its kind is found in the bytes
  form   text not null,
  size   integer not null,
  sha256 bytea not null,
  bytes  bytea not null,  -- as they came; only ever handed out, never opened here
  primary key (id),
  check (form = any (array['docx'::text, 'pdf'::text]))
);

-- of a group, or the default of a unit
create table regulations (
  id          uuid not null,
  group_id    uuid,
  unit        uuid,
  version     integer,  -- null: the draft of the next one
  revision    integer not null default 1,  -- of a draft: raised by every saving
  title       text not null,
  document    jsonb,
  file        uuid,
  taken_from  uuid,  -- the version of a unit's default that this one is
  by          uuid not null,
  at          timestamptz not null,  -- published; of a draft: last saved
  reminded_at timestamptz,  -- when those who have not accepted it were last reminded
  primary key (id),
  check ((group_id is null) <> (unit is null)),
  check ((document is null) <> (file is null)),
  foreign key (by) references accounts(id),
  foreign key (file) references regulation_files(id),
  foreign key (group_id) references groups(id),
  foreign key (taken_from) references regulations(id),
  foreign key (unit) references units(id)
);
create index regulations_by_file on regulations (file) where (file is not null);
create unique index regulations_of_group on regulations (group_id, version) nulls not distinct where (group_id is not null);
create unique index regulations_of_unit on regulations (unit, version) nulls not distinct where (unit is not null);
create index regulations_taken on regulations (taken_from) where (taken_from is not null);

-- the last removal of each person from each group
create table removals (
  group_id uuid not null,
  account  uuid not null,
  by       uuid not null,
  reason   text not null default ''::text,
  blocked  boolean not null default false,  -- may not come back, by whatever way, until that is lifted
  at       timestamptz not null,
  primary key (group_id, account),
  foreign key (account) references accounts(id),
  foreign key (by) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index removals_blocked on removals (group_id, at desc) where blocked;

create table refusals (
  account  uuid not null,
  group_id uuid not null,
  at       timestamptz not null,
  primary key (account, group_id),
  foreign key (account) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index refusals_by_group on refusals (group_id);

create table links (
  id         uuid not null,
  group_id   uuid not null,
  code       text not null,  -- 128 random bits in base64url; whoever has it may ask to come in, and leaders show it again and again
  name       text not null default ''::text,
  by         uuid not null,
  at         timestamptz not null,
  ends_at    timestamptz,
  quota      integer,
  used       integer not null default 0,  -- who came in by it, and who waits to: a place is given back when a request ends otherwise
  area       text,  -- only for people of this area and all below it
  unit       uuid,  -- only for people of this unit and all below it
  revoked_at timestamptz,
  primary key (id),
  unique (code),
  check (used >= 0 and (quota is null or used <= quota)),
  check (quota > 0),
  foreign key (area) references areas(code),
  foreign key (by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (unit) references units(id)
);
create index links_by_group on links (group_id, at);

create table join_requests (
  id         uuid not null,
  group_id   uuid not null,
  account    uuid not null,
  way        text not null,
  link       uuid,
  by         uuid,  -- the member who wanted to add them; null: they asked themselves
  answer     text not null default ''::text,
  at         timestamptz not null,
  ends_at    timestamptz not null,
  state      text not null default 'waiting'::text,  -- void: they came in by another way, left the agency, or the group is gone
  decided_by uuid,
  decided_at timestamptz,
  reason     text not null default ''::text,
  primary key (id),
  check ((way = 'added'::text) = (by is not null)),
  check (state = any (array['waiting'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text, 'void'::text])),
  check (way = any (array['link'::text, 'qr'::text, 'added'::text])),
  foreign key (account) references accounts(id),
  foreign key (by) references accounts(id),
  foreign key (decided_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (link) references links(id)
);
create index join_requests_by_account on join_requests (account) where (state = 'waiting'::text);
create index join_requests_by_link on join_requests (link) where (link is not null);
create index join_requests_due on join_requests (ends_at) where (state = 'waiting'::text);
create unique index join_requests_one_waiting on join_requests (group_id, account) where (state = 'waiting'::text);
create index join_requests_waiting on join_requests (group_id, at, id) where (state = 'waiting'::text);

create table message_mentions (
  group_id uuid not null,
  seq      bigint not null,
  who      text not null,
  target   text not null default ''::text,  -- id of the account or unit, name of the role, empty for all
  check (who = any (array['account'::text, 'all'::text, 'unit'::text, 'role'::text]))
);
create index message_mentions_by_place on message_mentions (group_id, seq);

create table files (
  id         uuid not null,
  owner      uuid not null,  -- who uploaded it; where it is carried further it is the same file
  wish       text not null,  -- what the sender takes it for; what it is stands in shape
  state      text not null default 'uploading'::text,
  name       text not null,
  bytes      bigint not null,  -- as announced when the upload began; of one that was given up, what had come
  given      jsonb not null,  -- what only the sender knows: {seconds, wave, poster}
  part_key   bytea,  -- wrapped key of the part that has come; gone with the part
  shape      jsonb,  -- as messages show it (FileShape), once it is ready
  sha256     bytea,  -- of the whole file as it is kept
  problem    jsonb,
  created_at timestamptz not null,
  ends_at    timestamptz not null,  -- an unfinished upload ends then; one that is ready is deleted after it unless a message carries it
  node       text,  -- by name, where what has come of it lies; null: on the only node there was
  came       bigint not null default 0,  -- how far an upload has come, as its node told the others
  primary key (id),
  check (bytes > 0),
  check (state = any (array['uploading'::text, 'checking'::text, 'ready'::text, 'refused'::text, 'gone'::text])),
  check (wish = any (array['photo'::text, 'video'::text, 'voice'::text, 'document'::text, 'poster'::text])),
  foreign key (owner) references accounts(id)
);
create index files_by_content on files (sha256) where (state = 'ready'::text);
create index files_by_owner on files (owner, created_at) include (bytes, state);
create index files_to_check on files (created_at) where (state = 'checking'::text);
create index files_to_end on files (ends_at) where (state <> 'ready'::text);
create index files_unsent on files (ends_at) where (state = 'ready'::text);

-- chunks of 64 KiB, AES-256-GCM, under a key of its own; sizes of a picture are blobs of their own
create table blobs (
  id     uuid not null,
  file   uuid not null,
  size   text not null,
  type   text not null,
  bytes  bigint not null,
  sha256 bytea not null,  -- of its bytes before they were encrypted
  key    bytea not null,  -- its key, wrapped with the key of this installation (DATA_DIR/keys/files)
  primary key (id),
  unique (file, size),
  check (size = any (array['whole'::text, 'large'::text, 'screen'::text, 'thumb'::text])),
  foreign key (file) references files(id)
);

create table message_files (
  group_id  uuid not null,
  seq       bigint not null,
  place     smallint not null,
  message   uuid not null,
  file      uuid not null,
  kind      text not null,
  extension text not null,
  sender    uuid not null,
  at        timestamptz not null,
  shelf     text not null generated always as (
CASE
    WHEN (kind = ANY (ARRAY['photo'::text, 'video'::text])) THEN 'media'::text
    ELSE kind
END) stored,  -- of the media store: media, document, voice
  primary key (group_id, seq, place),
  check (kind = any (array['photo'::text, 'video'::text, 'voice'::text, 'document'::text])),
  foreign key (file) references files(id)
);
create index message_files_by_file on message_files (file);
create index message_files_by_message on message_files (message);
create index message_files_by_shelf on message_files (group_id, shelf, seq desc, place desc);

create table message_links (
  group_id uuid not null,
  seq      bigint not null,
  place    smallint not null,
  message  uuid not null,
  link     text not null,
  sender   uuid not null,
  at       timestamptz not null,
  primary key (group_id, seq, place)
);
create index message_links_by_link on message_links using hash (link);
create index message_links_by_message on message_links (message);

create table labels (
  id      uuid not null,
  account uuid not null,
  name    text not null,
  colour  text not null,
  place   integer not null,  -- their order; ascending
  primary key (id),
  foreign key (account) references accounts(id)
);
create index labels_by_account on labels (account);

create table chat_labels (
  label    uuid not null,
  group_id uuid not null,
  primary key (label, group_id),
  foreign key (group_id) references groups(id),
  foreign key (label) references labels(id) on delete cascade
);
create index chat_labels_by_group on chat_labels (group_id);

create table push_subscriptions (
  session    uuid not null,  -- a subscription ends with its session
  account    uuid not null,
  endpoint   text not null,
  host       text not null,
  p256dh     bytea not null,  -- public key of the browser: only it can read what is sent there
  auth       bytea not null,
  seed       bytea not null,  -- random; with the chat it makes the topic, so that a push service cannot tell chats apart from device to device
  language   text not null default 'vi'::text,
  names      boolean not null default false,  -- its notifications show names of senders and groups
  at         timestamptz not null,
  cleared_at timestamptz,  -- last push that only took away what was read elsewhere: browsers allow few of those
  rings      boolean not null default true,  -- calls ring this device while the app is closed
  primary key (session),
  unique (endpoint),
  check (language = any (array['vi'::text, 'en'::text])),
  foreign key (account) references accounts(id),
  foreign key (session) references sessions(id) on delete cascade
);
create index push_subscriptions_by_account on push_subscriptions (account);

-- rows with due_at wait to be sent; the others remember what was sent, until it is read
create table pushes (
  session    uuid not null,
  stream     uuid not null,  -- a group; the account's own stream for the digest
  kind       text not null default 'message'::text,
  seq        bigint not null,  -- newest message it tells of; for the digest 0
  urgency    smallint not null default 0,
  mentions   boolean not null default false,
  silent     boolean not null default false,  -- shown without a sound: quiet hours
  since      timestamptz not null,  -- when the newest message was sent; a day later it is of no use any more
  due_at     timestamptz,  -- when it is tried, or, where somebody is trying, when the next may
  tries      integer not null default 0,
  sent_seq   bigint not null default 0,  -- newest number a push service has taken for this device and chat
  sent_at    timestamptz,
  told_seq   bigint not null default 0,  -- newest number of which the device said that it has shown it
  arrived_at timestamptz,
  shown      boolean not null default false,  -- the device shows it, as far as is known: to be taken away once it is read elsewhere
  primary key (session, stream),
  check (kind = any (array['message'::text, 'digest'::text])),
  foreign key (session) references push_subscriptions(session) on delete cascade,
  foreign key (stream) references streams(id)
);
create index pushes_due on pushes (due_at) where (due_at is not null);
create index pushes_shown on pushes (stream) where shown;

create table push_cursors (
  group_id uuid not null,
  seq      bigint not null,
  messages bigint not null,  -- ordinal of the last message looked at: less than streams.messages where there is something new
  primary key (group_id),
  foreign key (group_id) references groups(id)
);

create table notification_choices (
  account    uuid not null,
  digest     boolean not null default true,  -- one notification a day of what waits longer than a day
  digest_day date,  -- day, in Asia/Ho_Chi_Minh, on which it was last decided
  digest_to  timestamptz,  -- messages up to here were told in a digest
  primary key (account),
  foreign key (account) references accounts(id)
);

create table urgent_texts (
  message  uuid not null,
  account  uuid not null,
  at       timestamptz not null,
  taken_at timestamptz,  -- a node has it in hand since then
  ended_at timestamptz,  -- handed to the provider, or given up
  primary key (message, account),
  foreign key (account) references accounts(id)
);
create index urgent_texts_by_age on urgent_texts (at);
create index urgent_texts_open on urgent_texts (taken_at) where (ended_at is null);

create table search_groups (
  group_id uuid not null,
  number   integer not null generated always as identity,  -- short name of the group, before each of its words: a search touches nothing of other groups, not even in the index
  head     bigint not null default 0,  -- number of the stream up to which edits and recalls have been followed
  upto     bigint not null default 0,  -- the words of all messages up to this number are in search_parts
  primary key (group_id),
  unique (number),
  foreign key (group_id) references groups(id)
);

create table search_parts (
  group_id  uuid not null,
  first_seq bigint not null,
  last_seq  bigint not null,
  first_at  timestamptz not null,
  last_at   timestamptz not null,
  count     integer not null,
  size      integer not null,  -- characters of the texts; a part ends when it is full
  words     tsvector not null,  -- words with the group's number before them; the position of a word is the place of its message among those of the part
  primary key (group_id, first_seq),
  foreign key (group_id) references search_groups(group_id)
);
create index search_parts_newest on search_parts (group_id, last_seq desc);
create index search_parts_words on search_parts using gin (words) with (fastupdate=off);

-- “Xóa chỉ ở phía tôi”: lines left out of what this account is shown
create table hidden_messages (
  account  uuid not null,
  group_id uuid not null,
  seq      bigint not null,
  at       timestamptz not null,
  primary key (account, group_id, seq),
  foreign key (account) references accounts(id),
  foreign key (group_id) references groups(id)
);

-- “Tin đã đánh dấu”: read together with what the account may still see
create table saved_messages (
  account  uuid not null,
  group_id uuid not null,
  seq      bigint not null,
  message  uuid not null,
  at       timestamptz not null,
  primary key (account, group_id, seq),
  foreign key (account) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index saved_messages_by_time on saved_messages (account, at desc, message desc);

-- no foreign key, for the reason given at messages; gone with its recall
create table message_versions (
  message  uuid not null,
  version  integer not null,  -- 0 as it was sent; the newest stands in messages
  text     text not null,
  mentions jsonb,
  at       timestamptz not null,  -- when it began to read so
  group_id uuid not null,
  primary key (group_id, message, version)
);

create table sealed_messages (
  message     uuid not null,
  group_id    uuid not null,
  sender      uuid,
  sent_at     timestamptz not null,
  recalled_by uuid,
  recalled_at timestamptz not null,
  box         bytea not null,  -- nonce, tag and ciphertext (AES-256-GCM, the message's id beside it) under the key DATA_DIR/keys/sealed: {text, form, versions}
  primary key (message),
  foreign key (group_id) references groups(id)
);
create index sealed_messages_by_group on sealed_messages (group_id, recalled_at, message);
create index sealed_messages_in_order on sealed_messages (recalled_at, message);

create table sealed_openings (
  id      uuid not null,  -- id of the act
  message uuid not null,
  account uuid not null,
  at      timestamptz not null,
  primary key (id),
  foreign key (account) references accounts(id),
  foreign key (message) references sealed_messages(message) on delete cascade
);
create index sealed_openings_by_message on sealed_openings (message);

create table scheduled_messages (
  id         uuid not null,  -- the id the message has once it is sent, so that sending it twice sends it once
  account    uuid not null,
  group_id   uuid not null,
  content    jsonb not null,  -- {text, reply, files, mentions, urgency, ask} as it goes to message.send
  send_at    timestamptz not null,
  due_at     timestamptz,  -- when it is tried, later than send_at where it had to wait; null once it was refused
  refused    jsonb,  -- why it was not sent: {code, …}
  refused_at timestamptz,
  primary key (id),
  foreign key (account) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index scheduled_messages_by_account on scheduled_messages (account, send_at);
create index scheduled_messages_due on scheduled_messages (due_at) where (due_at is not null);
create index scheduled_messages_refused on scheduled_messages (refused_at) where (refused_at is not null);

create table phrases (
  account uuid not null,
  list    text[] not null,
  offers  boolean not null default true,  -- ready-made ones are offered beside their own
  primary key (account),
  foreign key (account) references accounts(id)
);

-- no foreign keys, for the reason given at messages: the lock of the group's stream proves that the message is there
create table reactions (
  message  uuid not null,
  account  uuid not null,
  emoji    text not null,
  at       timestamptz not null,
  group_id uuid not null,
  primary key (group_id, message, account, emoji)
);
create index reactions_in_order on reactions (group_id, message, at, account, emoji);

-- who has said to have read a message that asked for it; totals stand in messages.acknowledged
create table acknowledgements (
  message  uuid not null,
  account  uuid not null,
  at       timestamptz not null,
  group_id uuid not null,
  primary key (group_id, message, account)
);

-- whoever had not seen or acknowledged a message was reminded; id is that of the act
create table reading_reminders (
  id        uuid not null,
  message   uuid not null,
  by        uuid not null,
  at        timestamptz not null,
  whom      text not null,
  people    integer not null,
  undone_at timestamptz,
  primary key (id),
  check (whom = any (array['unseen'::text, 'unacknowledged'::text]))
);
create index reading_reminders_by_message on reading_reminders (message, at);

create table link_previews (
  id          uuid not null,
  link        text not null,
  digest      bytea not null,  -- SHA-256 of the link: what is looked for
  fetched_at  timestamptz not null,
  title       text not null default ''::text,  -- empty where the page could not be had, or says nothing of itself
  description text not null default ''::text,
  site        text not null default ''::text,
  picture     bytea,  -- WebP or JPEG, drawn anew by this program
  primary key (id),
  unique (digest)
);
create index link_previews_by_age on link_previews (fetched_at);

create table notes (
  id          uuid not null,  -- id of the act that made it, and of its first card in the conversation
  group_id    uuid not null,
  version     integer not null,  -- the one that stands
  maker       uuid not null,
  made_at     timestamptz not null,
  editors     text not null,
  ask_version integer,  -- members are asked to say that they have read this version or a later one; null where nobody is asked
  ask_by      uuid,
  ask_at      timestamptz,
  read        integer not null default 0,  -- how many members now, but who asks, have said to have read it; kept by the acts and by a trigger on members
  primary key (id),
  check (editors = any (array['all'::text, 'leaders'::text, 'maker'::text])),
  foreign key (ask_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (maker) references accounts(id)
);
create index notes_asking on notes (group_id, id) where (ask_version is not null);
create index notes_of_group on notes (group_id, id desc);

create table note_versions (
  note     uuid not null,
  version  integer not null,
  title    text not null,
  text     text not null,
  files    jsonb,  -- FileShape of each, in their order; null for none
  by       uuid not null,
  at       timestamptz not null,
  restored integer,  -- it says what this version said
  primary key (note, version),
  foreign key (by) references accounts(id),
  foreign key (note) references notes(id) on delete cascade
);

create table note_acknowledgements (
  note    uuid not null,
  account uuid not null,
  version integer not null,  -- the newest version the account has said to have read
  at      timestamptz not null,
  primary key (note, account),
  foreign key (account) references accounts(id),
  foreign key (note) references notes(id) on delete cascade
);

create table board_files (
  thing    uuid not null,  -- the note or reminder that carries it, in any of its versions; they go with it
  file     uuid not null,
  group_id uuid not null,
  primary key (thing, file),
  foreign key (file) references files(id),
  foreign key (group_id) references groups(id)
);
create index board_files_by_file on board_files (file);
create index board_files_by_group on board_files (group_id);

create table reminders (
  id            uuid not null,  -- id of the act that made it, and of its first card in the conversation
  group_id      uuid not null,
  maker         uuid not null,
  version       integer not null default 1,
  title         text not null,
  text          text not null,
  place         text not null,
  link          text not null,
  files         jsonb not null,  -- FileShape of each, in their order
  urgency       smallint not null,
  timing        jsonb not null,  -- {start, wholeDay, minutes, repeat, exceptions} as When of features/reminders/rules/when.ts
  early         integer[] not null,  -- minutes before, the earliest first
  whom_accounts uuid[],  -- whom it concerns, by account, unit or role; all three null: every member
  whom_units    uuid[],
  whom_roles    text[],
  created_at    timestamptz not null,
  changed_at    timestamptz not null,
  changed       text[] not null default '{}'::text[],
  cancelled_at  timestamptz,
  cancelled_by  uuid,
  cancel_reason text not null default ''::text,
  answers       bigint not null default 0,  -- grows with every batch of answers
  looked_at     timestamptz not null,  -- what was due up to then has been dealt with
  due_at        timestamptz,  -- when there is something to do next: to tell of it, or to put it among what is over
  next_at       timestamptz,  -- beginning of the next time, or of the one under way; null where all are over
  over_at       timestamptz,  -- when that time is over
  last_at       timestamptz,  -- when the last of all times was over
  primary key (id),
  foreign key (cancelled_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (maker) references accounts(id)
);
create index reminders_coming on reminders (group_id, next_at, id) where (next_at is not null);
create index reminders_due on reminders (due_at) where (due_at is not null);
create index reminders_looked on reminders (looked_at);
create index reminders_past on reminders (group_id, last_at desc, id desc) where (next_at is null);

create table reminder_firings (
  reminder uuid not null,
  at       bigint not null,
  start    bigint not null,  -- when that time takes place: moved, it is told of again
  early    integer not null,
  due_at   timestamptz not null,
  done_at  timestamptz not null,
  outcome  text not null,  -- passed: a later notice of the same time was due as well; missed: the house stood still for too long
  message  uuid,  -- the card in the conversation
  primary key (reminder, at, start, early),
  check (outcome = any (array['told'::text, 'passed'::text, 'missed'::text])),
  foreign key (reminder) references reminders(id) on delete cascade
);

create table reminder_cards (
  message  uuid not null,
  reminder uuid not null,
  primary key (message),
  foreign key (reminder) references reminders(id) on delete cascade
);
create index reminder_cards_of on reminder_cards (reminder);

create table reminder_answers (
  reminder    uuid not null,
  at          bigint not null,  -- 0: for all times; one for a single time goes before it
  account     uuid not null,
  answer      text not null,
  reason      text not null default ''::text,
  substitute  uuid,
  refused     boolean not null default false,  -- the substitute has said that they will not
  again       boolean not null default false,  -- counts as none until it is given anew: the time has changed, or the substitute refused
  answered_at timestamptz not null,
  primary key (reminder, at, account),
  check (answer = any (array['accepted'::text, 'declined'::text, 'substitute'::text])),
  foreign key (account) references accounts(id),
  foreign key (reminder) references reminders(id) on delete cascade,
  foreign key (substitute) references accounts(id)
);
create index reminder_answers_of_account on reminder_answers (account, reminder);
create index reminder_answers_of_substitute on reminder_answers (substitute, reminder) where (substitute is not null);

-- told as if it named them: those in `named`, or where `others` all but those
create table message_audiences (
  group_id uuid not null,
  seq      bigint not null,
  others   boolean not null,
  named    uuid[] not null,
  at       timestamptz not null,
  primary key (group_id, seq)
);
create index message_audiences_by_age on message_audiences (at);

create table polls (
  id        uuid not null,  -- the action that made it; also the id of the message with its card
  group_id  uuid not null,
  maker     uuid not null,
  made_at   timestamptz not null,
  question  text not null,
  most      smallint not null,  -- how many choices one person may take
  anonymous boolean not null,
  hidden    boolean not null,  -- results are told only to who has voted, until it is closed
  open      boolean not null,  -- members may add choices; whoever adds one is known, so never in an anonymous poll
  ends_at   timestamptz,
  locked_at timestamptz,  -- closed by a person, may be opened again
  ended_at  timestamptz,  -- closed for good: by its deadline, or an anonymous one by a person
  voters    integer not null default 0,  -- how many have voted, kept by the transactions that count votes
  few       boolean not null default false,  -- anonymous and closed with too few votes to open a result
  version   bigint not null default 1,
  primary key (id),
  check (not (anonymous and open)),
  check (most >= 1 and most <= 30),
  foreign key (group_id) references groups(id),
  foreign key (maker) references accounts(id)
);
create index polls_by_group on polls (group_id, made_at desc, id desc);
create index polls_due on polls (ends_at) where ((ended_at is null) and (ends_at is not null));

create table poll_choices (
  poll     uuid not null,
  id       smallint not null,
  text     text not null,
  added_by uuid,  -- the member who added it to an open poll; null for those it was made with
  votes    integer not null default 0,  -- how many chose it; of an anonymous poll 0 until it is closed
  primary key (poll, id),
  check (id >= 0 and id <= 29),
  foreign key (poll) references polls(id) on delete cascade
);

-- who chose what, never of an anonymous poll; no foreign keys, for the reason given at messages
create table poll_votes (
  poll    uuid not null,
  account uuid not null,
  choices smallint[] not null,
  at      timestamptz not null,
  primary key (poll, account)
);

-- the box of an anonymous poll: one row, so that neither order, time nor transaction joins a person to a choice
create table poll_boxes (
  poll   uuid not null,
  voters uuid[] not null default '{}'::uuid[],  -- who has voted, in the order of their ids
  marks  bytea[] not null default '{}'::bytea[],  -- by voter: a hash of the action id, so that the same act sent twice is told from a second vote; it says nothing of the choice
  votes  integer[] not null,  -- by choice: how many chose it; emptied when the box is opened
  primary key (poll),
  foreign key (poll) references polls(id) on delete cascade
) with (autovacuum_vacuum_threshold=10, autovacuum_vacuum_scale_factor=0);

create table pins (
  group_id uuid not null,
  thing    uuid not null,  -- the message it is shown by; no foreign key, for the reason given at messages
  kind     text not null,
  place    integer not null,  -- the lowest stands first; who changes it holds the group’s stream
  by       uuid not null,
  at       timestamptz not null,
  until    timestamptz,  -- it goes by itself then; null for never
  primary key (group_id, thing),
  check (kind = any (array['message'::text, 'note'::text, 'reminder'::text, 'poll'::text])),
  foreign key (by) references accounts(id),
  foreign key (group_id) references groups(id)
);
create index pins_due on pins (until) where (until is not null);

-- one address a person at most; making another one ends it
create table calendar_feeds (
  account uuid not null,
  secret  bytea not null,  -- SHA-256 of what stands in the address; the secret itself is nowhere
  titles  boolean not null,  -- whether titles and places go out to that calendar, which somebody else keeps; else it shows “Bận” only
  made_at timestamptz not null,
  used_at timestamptz,  -- when it was last fetched, to the hour
  primary key (account),
  unique (secret),
  check (octet_length(secret) = 32),
  foreign key (account) references accounts(id)
);

create table incidents (
  id          uuid not null,
  at          timestamptz not null,
  kind        text not null,
  account     uuid,  -- null: somebody who was not signed in
  unit        uuid,  -- of the person at that time
  group_id    uuid,
  channel     text not null,  -- the action by which it came, or file
  rules       text[] not null,  -- ids of rules; what they met is kept nowhere
  version     integer not null,  -- of the rules
  bytes       bigint not null,
  digest      bytea not null,  -- HMAC-SHA-256 of its bytes under the key DATA_DIR/keys/secrecy
  name_digest bytea,  -- the same of the name of a file: names may be secret
  more        integer not null default 0,  -- refusals of the same person after this one that were only counted
  appealed_at timestamptz,
  appeal      text not null default ''::text,
  outcome     text,
  decided_by  uuid,
  decided_at  timestamptz,
  note        text not null default ''::text,
  primary key (id),
  check ((outcome is null) = (decided_at is null)),
  check (kind = any (array['marked'::text, 'unchecked'::text])),
  check (outcome = any (array['mistaken'::text, 'upheld'::text])),
  foreign key (account) references accounts(id),
  foreign key (decided_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (unit) references units(id)
);
create index incidents_in_order on incidents (at desc, id desc);
create index incidents_of_account on incidents (account, at desc, id desc);
create index incidents_waiting on incidents (at desc, id desc) where ((appealed_at is not null) and (outcome is null));

create table rulesets (
  version     integer not null,
  state       text not null,
  rules       jsonb not null,
  reason      text not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  proposal    bytea not null,  -- HMAC-SHA-256 under the key DATA_DIR/keys/secrecy of the version, the rules, who proposed it and when: a row that was changed is noticed
  decided_by  uuid,
  decided_at  timestamptz,
  note        text not null default ''::text,
  approval    bytea,  -- the same of the proposal, who approved it and when; null unless it was approved
  primary key (version),
  check (state = any (array['proposed'::text, 'active'::text, 'replaced'::text, 'refused'::text, 'withdrawn'::text])),
  check (version > 1),
  foreign key (decided_by) references accounts(id),
  foreign key (proposed_by) references accounts(id)
);
create unique index rulesets_active on rulesets ((true)) where (state = 'active'::text);
create unique index rulesets_proposed on rulesets ((true)) where (state = 'proposed'::text);

-- what the agency has set for its secrecy officers; one row
create table secrecy (
  one       boolean not null default true,
  procedure text not null default ''::text,  -- what everybody is asked to do with something secret; empty: as the house says it
  early     boolean not null default true,  -- devices warn while somebody writes
  primary key (one),
  check (one)
);

create table rescans (
  id        uuid not null,
  state     text not null,
  version   integer not null,
  what      text[] not null,
  begun_by  uuid not null,
  begun_at  timestamptz not null,
  ended_at  timestamptz,
  stage     text,  -- what it is going over; null once it is over
  after     text not null default ''::text,  -- the key of the last row of the stage that was looked at
  looked    bigint not null default 0,
  whole     bigint not null default 0,  -- how many there were to look at, roughly, when it began
  found     integer not null default 0,
  unchecked integer not null default 0,
  taken_by  uuid,  -- the running program that does it; another may take it on once taken_at is old
  taken_at  timestamptz,
  primary key (id),
  check (state = any (array['running'::text, 'done'::text, 'stopped'::text])),
  foreign key (begun_by) references accounts(id)
);
create unique index rescans_running on rescans ((true)) where (state = 'running'::text);

-- what was found, never what it says
create table rescan_findings (
  rescan    uuid not null,
  number    integer not null,
  what      text not null,
  object    text not null,
  message   uuid,  -- of a file: a message that carries it
  group_id  uuid,
  account   uuid,
  at        timestamptz,
  rules     text[] not null,
  unchecked boolean not null,
  primary key (rescan, number),
  unique (rescan, what, object),
  foreign key (rescan) references rescans(id) on delete cascade
);

-- messages that members have reported as looking secret, one row a message; nothing of what they say
create table reports (
  id         uuid not null,
  message    uuid not null,
  group_id   uuid not null,
  seq        bigint not null,
  sender     uuid,
  sent_at    timestamptz not null,
  kind       text not null,  -- what it carried when it was first reported: text, the kind of its first file, or of the thing of the board
  state      text not null default 'open'::text,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  reporters  integer not null default 0,
  opened     integer not null default 0,
  decided_by uuid,
  decided_at timestamptz,
  note       text not null default ''::text,
  withdrawal uuid,
  primary key (id),
  unique (message),
  check (state = any (array['open'::text, 'withdrawn'::text, 'dismissed'::text])),
  foreign key (decided_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (sender) references accounts(id)
);
create index reports_decided on reports (decided_at desc, id desc) where (state <> 'open'::text);
create index reports_waiting on reports (last_at desc, id desc) where (state = 'open'::text);

create table report_voices (
  report  uuid not null,
  account uuid not null,
  reason  text not null,  -- emptied when the message is withdrawn: it may quote it
  at      timestamptz not null,
  primary key (report, account),
  foreign key (account) references accounts(id),
  foreign key (report) references reports(id)
);

create table report_openings (
  id      uuid not null,  -- id of the act
  report  uuid not null,
  message uuid not null,
  account uuid not null,
  at      timestamptz not null,
  primary key (id),
  foreign key (account) references accounts(id),
  foreign key (report) references reports(id)
);
create index report_openings_by_message on report_openings (message, account);
create index report_openings_by_report on report_openings (report, at);

-- one a message that was withdrawn as secret, with its copies; nothing of what they said
create table withdrawals (
  id       uuid not null,
  year     integer not null,
  number   integer not null,
  cause    text not null,
  message  uuid not null,  -- the message it was decided about; its copies stand in withdrawal_messages
  group_id uuid not null,
  sender   uuid,
  sent_at  timestamptz not null,
  by       uuid,
  at       timestamptz not null,
  note     text not null,
  removed  jsonb not null,  -- how much was removed, by what it was (RemovedShape of features/reports/protocol.ts)
  files    uuid[] not null,  -- ids of the files that were removed
  told     integer not null,  -- how many devices were to forget it
  counted  jsonb,  -- {confirmed, signedOut} once the rows of withdrawal_devices have gone
  primary key (id),
  unique (year, number),
  check (cause = any (array['report'::text, 'rescan'::text])),
  foreign key (by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (sender) references accounts(id)
);
create index withdrawals_by_age on withdrawals (at) where (counted is null);

create table withdrawal_messages (
  withdrawal uuid not null,
  message    uuid not null,
  group_id   uuid not null,
  primary key (withdrawal, message),
  foreign key (group_id) references groups(id),
  foreign key (withdrawal) references withdrawals(id)
);

-- devices of those who could have what was withdrawn; a row goes with its withdrawal’s ninetieth day
create table withdrawal_devices (
  withdrawal uuid not null,
  session    uuid not null,
  purged_at  timestamptz,  -- when it said that it keeps nothing of it any more
  primary key (session, withdrawal),
  foreign key (withdrawal) references withdrawals(id)
);
create index withdrawal_devices_of on withdrawal_devices (withdrawal);

-- one row a call, of two or of a group; its card in the conversation is the message of the same id
create table calls (
  id          uuid not null,
  group_id    uuid not null,
  maker       uuid not null,
  kind        text not null,
  urgency     smallint not null default 0,
  mode        text not null default 'mesh'::text,  -- mesh: straight between the devices; server: through the media server
  lobby       boolean not null default false,
  at          timestamptz not null,
  answered_at timestamptz,
  ended_at    timestamptz,
  ended       text,
  ended_by    uuid,
  people      integer not null default 0,  -- in it now; who took part, once it is over
  version     integer not null default 1,  -- raised by everything that changes who is in it and how
  primary key (id),
  check ((ended_at is null) = (ended is null)),
  check (ended = any (array['left'::text, 'ended'::text, 'declined'::text, 'missed'::text, 'cancelled'::text, 'busy'::text, 'lost'::text])),
  check (kind = any (array['voice'::text, 'video'::text])),
  check (mode = any (array['mesh'::text, 'server'::text])),
  check (urgency >= 0 and urgency <= 3),
  foreign key (ended_by) references accounts(id),
  foreign key (group_id) references groups(id),
  foreign key (maker) references accounts(id)
);
create index calls_by_group on calls (group_id, at);
create index calls_ended on calls (ended_at) where (ended_at is not null);
create unique index calls_open on calls (group_id) where (ended_at is null);

-- one row each time a device was in a call; together they are the attendance list
create table call_seats (
  id          uuid not null,
  call        uuid not null,
  account     uuid not null,
  session     uuid not null,  -- the device; nobody else’s word counts for this seat
  state       text not null,
  at          timestamptz not null,
  beat_at     timestamptz not null,  -- when the device was heard of last; a seat that is silent is given up
  admitted_at timestamptz,  -- since when they were in; null for who never came past the lobby
  left_at     timestamptz,
  mic         boolean not null default true,
  camera      boolean not null default false,
  screen      boolean not null default false,
  hand_at     timestamptz,
  silenced    boolean not null default false,  -- a leader has turned the microphone off, and it was not turned on since
  gone        text,  -- how it ended; who was put out comes back only if a leader lets them in
  primary key (id),
  check ((left_at is null) = (gone is null)),
  check (gone = any (array['left'::text, 'moved'::text, 'dismissed'::text, 'removed'::text, 'ended'::text, 'lost'::text])),
  check (state = any (array['in'::text, 'waiting'::text])),
  foreign key (account) references accounts(id),
  foreign key (call) references calls(id)
);
create index call_seats_of on call_seats (call, at);
create index call_seats_silent on call_seats (beat_at) where (left_at is null);
create unique index call_seats_taken on call_seats (account) where (left_at is null);

-- whom a call rang, and what became of it
create table call_rings (
  call     uuid not null,
  account  uuid not null,
  at       timestamptz not null,
  until    timestamptz not null,
  loud     boolean not null,  -- with sound; not in quiet hours unless the call is urgent enough
  through  boolean not null,  -- loud although it was quiet for them
  outcome  text,
  ended_at timestamptz,
  primary key (call, account),
  check ((outcome is null) = (ended_at is null)),
  check (outcome = any (array['answered'::text, 'declined'::text, 'missed'::text, 'cancelled'::text, 'busy'::text])),
  foreign key (account) references accounts(id),
  foreign key (call) references calls(id)
);
create index call_rings_due on call_rings (until) where (outcome is null);
create index call_rings_of on call_rings (account) where (outcome is null);

-- rows with due_at wait to be sent: that it rings, or, once the ring is over, that it does not any more
create table ring_pushes (
  session    uuid not null,
  call       uuid not null,
  loud       boolean not null,
  at         timestamptz not null,
  until      timestamptz not null,  -- the ring is of no use after this
  due_at     timestamptz,  -- when it is tried, or, where somebody is trying, when the next may
  tries      integer not null default 0,
  sent_at    timestamptz,  -- a push service has taken the ring: the device may show it
  arrived_at timestamptz,  -- the device said that it has shown the ring
  primary key (session, call),
  foreign key (call) references calls(id) on delete cascade,
  foreign key (session) references push_subscriptions(session) on delete cascade
);
create index ring_pushes_due on ring_pushes (due_at) where (due_at is not null);
create index ring_pushes_of on ring_pushes (call);

-- which group a message was written to: its id is used once, and who knows only the id finds the partition by it
create table message_ids (
  id       uuid not null,
  group_id uuid not null,
  primary key (id)
);

-- the lines of every conversation
create table messages (
  id           uuid not null,  -- the client's action id: sending twice finds the first
  group_id     uuid not null,
  seq          bigint not null,
  ordinal      bigint not null,  -- how many messages of people the group had up to and with this one
  kind         text not null,
  sender       uuid,
  text         text,
  notice       jsonb,
  digest       bytea,  -- of the request, so that the same id with another body is noticed even after an edit
  sent_at      timestamptz not null,
  form         jsonb,  -- what the sender gave beside the text: {reply, forwarded, origin, mentions, files, ask, card, handling}; null for plain ones
  urgency      smallint not null default 0,  -- 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc
  edits        integer not null default 0,
  edited_at    timestamptz,
  recalled_at  timestamptz,  -- from then on text, form and what belonged to it are gone
  recalled_by  uuid,
  reactions    jsonb,  -- totals by emoji; who gave them stands in reactions
  acknowledged integer not null default 0,  -- how many have acknowledged it; who did stands in acknowledgements
  withdrawn    uuid,  -- the withdrawal that took it away as secret; recalled_at is set then too
  primary key (id, group_id),
  unique (group_id, seq),
  check (kind = any (array['text'::text, 'notice'::text])),
  check (urgency >= 0 and urgency <= 3),
  foreign key (group_id) references groups(id)
) partition by hash (group_id); -- 8 partitions, messages_0 and on, each with (autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_analyze_scale_factor=0.05)
create index messages_asking on messages (group_id, sent_at) where ((form -> 'ask'::text) is not null);
create index messages_by_origin on messages (((form ->> 'origin'::text))) where (form ? 'origin'::text);
create index messages_express on messages (sent_at) where (urgency = 3);
create index messages_urgent on messages (group_id, seq) where (urgency > 0);

-- what happened in a stream, for devices to catch up
create table events (
  stream  uuid not null,
  seq     bigint not null,
  name    text not null,
  at      timestamptz not null,
  by      uuid,
  message uuid,  -- where the event tells of a message: its id; the text lives there and only there
  body    jsonb,
  primary key (stream, seq)
) partition by hash (stream); -- 8 partitions, events_0 and on, each with (autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_insert_scale_factor=0.1)
create index events_by_age on events (at);

-- which run of a long job has it in hand; see server/lease.ts
create table leases (
  name   text not null,
  holder uuid not null,
  until  timestamptz not null,  -- by the clock of the database; renewed while the job goes on, free for others afterwards
  primary key (name)
);

-- one row: which installation this is; subjects on the bus carry its id, so that two installations on one NATS never meet
create table installation (
  one boolean not null default true,
  id  uuid not null default gen_random_uuid(),
  primary key (one),
  check (one)
);

-- HMAC of a constant under each key outside the database: a node with other keys than its fellows is refused
create table key_marks (
  name  text not null,
  mark  bytea not null,
  since timestamptz not null default now(),
  primary key (name)
);

-- processes that serve on this database, by their own word, every few seconds; rows not seen for a day are removed
create table nodes (
  name       text not null,
  run        uuid not null,  -- which process it is: two with one name would take each other’s place
  address    text,  -- where other nodes reach it, from NODE_ADDRESS
  version    text not null,
  started_at timestamptz not null default now(),
  seen_at    timestamptz not null default now(),
  draining   boolean not null default false,
  primary key (name)
);
