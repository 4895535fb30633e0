-- Calls: who rang whom, who sat in them and when. Of sound and pictures nothing is ever kept.
create table calls (
  id          uuid primary key,
  group_id    uuid not null references groups,
  maker       uuid not null references accounts,
  kind        text not null check (kind in ('voice', 'video')),
  urgency     smallint not null default 0 check (urgency between 0 and 3),
  mode        text not null default 'mesh' check (mode in ('mesh', 'server')),
  lobby       boolean not null default false,
  at          timestamptz not null,
  answered_at timestamptz,
  ended_at    timestamptz,
  ended       text check (ended in ('left', 'ended', 'declined', 'missed', 'cancelled', 'busy', 'lost')),
  ended_by    uuid references accounts,
  people      integer not null default 0,
  version     integer not null default 1,
  check ((ended_at is null) = (ended is null))
);
comment on table calls is 'one row a call, of two or of a group; its card in the conversation is the message of the same id';
comment on column calls.mode is 'mesh: straight between the devices; server: through the media server';
comment on column calls.people is 'in it now; who took part, once it is over';
comment on column calls.version is 'raised by everything that changes who is in it and how';
-- A second call in the same group is the same call.
create unique index calls_open on calls (group_id) where ended_at is null;
create index calls_by_group on calls (group_id, at);

create table call_seats (
  id            uuid primary key,
  call          uuid not null references calls,
  account       uuid not null references accounts,
  session       uuid not null,
  state         text not null check (state in ('in', 'waiting')),
  at            timestamptz not null,
  beat_at       timestamptz not null,
  admitted_at   timestamptz,
  left_at       timestamptz,
  mic           boolean not null default true,
  camera        boolean not null default false,
  screen        boolean not null default false,
  hand_at       timestamptz,
  silenced      boolean not null default false,
  gone          text check (gone in ('left', 'moved', 'dismissed', 'removed', 'ended', 'lost')),
  check ((left_at is null) = (gone is null))
);
comment on table call_seats is 'one row each time a device was in a call; together they are the attendance list';
comment on column call_seats.session is 'the device; nobody else’s word counts for this seat';
comment on column call_seats.beat_at is 'when the device was heard of last; a seat that is silent is given up';
comment on column call_seats.admitted_at is 'since when they were in; null for who never came past the lobby';
comment on column call_seats.silenced is 'a leader has turned the microphone off, and it was not turned on since';
comment on column call_seats.gone is 'how it ended; who was put out comes back only if a leader lets them in';
-- A person is in one call at a time, with one device.
create unique index call_seats_taken on call_seats (account) where left_at is null;
create index call_seats_of on call_seats (call, at);
create index call_seats_silent on call_seats (beat_at) where left_at is null;

create table call_rings (
  call     uuid not null references calls,
  account  uuid not null references accounts,
  at       timestamptz not null,
  until    timestamptz not null,
  loud     boolean not null,
  through  boolean not null,
  outcome  text check (outcome in ('answered', 'declined', 'missed', 'cancelled', 'busy')),
  ended_at timestamptz,
  primary key (call, account),
  check ((outcome is null) = (ended_at is null))
);
comment on table call_rings is 'whom a call rang, and what became of it';
comment on column call_rings.loud is 'with sound; not in quiet hours unless the call is urgent enough';
comment on column call_rings.through is 'loud although it was quiet for them';
-- Of a call that was over long ago nobody asks any more whom it rang.
create index calls_ended on calls (ended_at) where ended_at is not null;
create index call_rings_due on call_rings (until) where outcome is null;
create index call_rings_of on call_rings (account) where outcome is null;
