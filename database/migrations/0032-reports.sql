create table reports (
  id         uuid primary key,
  message    uuid not null unique,
  group_id   uuid not null references groups,
  seq        bigint not null,
  sender     uuid references accounts,
  sent_at    timestamptz not null,
  kind       text not null,
  state      text not null default 'open' check (state in ('open', 'withdrawn', 'dismissed')),
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  reporters  integer not null default 0,
  opened     integer not null default 0,
  decided_by uuid references accounts,
  decided_at timestamptz,
  note       text not null default '',
  withdrawal uuid
);
comment on table reports is 'messages that members have reported as looking secret, one row a message; nothing of what they say';
comment on column reports.kind is 'what it carried when it was first reported: text, the kind of its first file, or of the thing of the board';
create index reports_waiting on reports (last_at desc, id desc) where state = 'open';
create index reports_decided on reports (decided_at desc, id desc) where state <> 'open';

create table report_voices (
  report  uuid not null references reports,
  account uuid not null references accounts,
  reason  text not null,
  at      timestamptz not null,
  primary key (report, account)
);
comment on column report_voices.reason is 'emptied when the message is withdrawn: it may quote it';

create table report_openings (
  id      uuid primary key,
  report  uuid not null references reports,
  message uuid not null,
  account uuid not null references accounts,
  at      timestamptz not null
);
comment on column report_openings.id is 'id of the act';
create index report_openings_by_report on report_openings (report, at);
create index report_openings_by_message on report_openings (message, account);

create table withdrawals (
  id        uuid primary key,
  year      integer not null,
  number    integer not null,
  cause     text not null check (cause in ('report', 'rescan')),
  message   uuid not null,
  group_id  uuid not null references groups,
  sender    uuid references accounts,
  sent_at   timestamptz not null,
  by        uuid references accounts,
  at        timestamptz not null,
  note      text not null,
  removed   jsonb not null,
  files     uuid[] not null,
  told      integer not null,
  counted   jsonb,
  unique (year, number)
);
comment on table withdrawals is 'one a message that was withdrawn as secret, with its copies; nothing of what they said';
comment on column withdrawals.message is 'the message it was decided about; its copies stand in withdrawal_messages';
comment on column withdrawals.removed is 'how much was removed, by what it was (RemovedShape of features/reports/protocol.ts)';
comment on column withdrawals.files is 'ids of the files that were removed';
comment on column withdrawals.told is 'how many devices were to forget it';
comment on column withdrawals.counted is '{confirmed, signedOut} once the rows of withdrawal_devices have gone';
create index withdrawals_by_age on withdrawals (at) where counted is null;

create table withdrawal_messages (
  withdrawal uuid not null references withdrawals,
  message    uuid not null,
  group_id   uuid not null references groups,
  primary key (withdrawal, message)
);

create table withdrawal_devices (
  withdrawal uuid not null references withdrawals,
  session    uuid not null,
  purged_at  timestamptz,
  primary key (session, withdrawal)
);
comment on table withdrawal_devices is 'devices of those who could have what was withdrawn; a row goes with its withdrawal’s ninetieth day';
comment on column withdrawal_devices.purged_at is 'when it said that it keeps nothing of it any more';
create index withdrawal_devices_of on withdrawal_devices (withdrawal);

alter table messages add column withdrawn uuid;
comment on column messages.withdrawn is 'the withdrawal that took it away as secret; recalled_at is set then too';
comment on column messages.form is 'what the sender gave beside the text: {reply, forwarded, origin, mentions, files, ask, card, handling}; null for plain ones';
-- Forwarded messages know the one they come from first, so that all copies are found.
create index messages_by_origin on messages ((form->>'origin')) where form ? 'origin';
create index files_by_content on files (sha256) where state = 'ready';

create or replace function message_more(m messages) returns jsonb language sql stable as $$
  select case when m.form is not null or m.urgency > 0 or m.edits > 0 or m.recalled_at is not null
      or m.reactions is not null or m.acknowledged > 0 then jsonb_build_object(
    'urgency', nullif(m.urgency, 0),
    'quote', case when m.form ? 'reply' then message_quote((m.form->>'reply')::uuid) end,
    'forwarded', m.form->'forwarded', 'mentions', m.form->'mentions', 'files', m.form->'files', 'ask', m.form->'ask',
    'card', m.form->'card', 'handling', m.form->'handling',
    'edited', case when m.edits > 0 then
      jsonb_build_object('count', m.edits, 'at', (extract(epoch from m.edited_at) * 1000)::bigint) end,
    'recalled', case when m.recalled_at is not null then
      jsonb_build_object('by', m.recalled_by, 'at', (extract(epoch from m.recalled_at) * 1000)::bigint)
        || case when m.withdrawn is null then '{}'::jsonb else '{"secrecy": true}'::jsonb end end,
    'reactions', m.reactions, 'acknowledged', nullif(m.acknowledged, 0)) end
$$;
