-- Nhắc hẹn: what a group is reminded of. Times of one are named by the moment the rule has them at, in milliseconds since 1970; 0 stands
-- for all of them.
create table reminders (
  id             uuid primary key,
  group_id       uuid not null references groups (id),
  maker          uuid not null references accounts (id),
  version        integer not null default 1,
  title          text not null,
  text           text not null,
  place          text not null,
  link           text not null,
  files          jsonb not null,
  urgency        smallint not null,
  timing         jsonb not null,
  early          integer[] not null,
  whom_accounts  uuid[],
  whom_units     uuid[],
  whom_roles     text[],
  created_at     timestamptz not null,
  changed_at     timestamptz not null,
  changed        text[] not null default '{}',
  cancelled_at   timestamptz,
  cancelled_by   uuid references accounts (id),
  cancel_reason  text not null default '',
  answers        bigint not null default 0,
  looked_at      timestamptz not null,
  due_at         timestamptz,
  next_at        timestamptz,
  over_at        timestamptz,
  last_at        timestamptz
);
comment on column reminders.id is 'id of the act that made it, and of its first card in the conversation';
comment on column reminders.files is 'FileShape of each, in their order';
comment on column reminders.timing is '{start, wholeDay, minutes, repeat, exceptions} as When of features/reminders/rules/when.ts';
comment on column reminders.early is 'minutes before, the earliest first';
comment on column reminders.whom_accounts is 'whom it concerns, by account, unit or role; all three null: every member';
comment on column reminders.answers is 'grows with every batch of answers';
comment on column reminders.looked_at is 'what was due up to then has been dealt with';
comment on column reminders.due_at is 'when there is something to do next: to tell of it, or to put it among what is over';
comment on column reminders.next_at is 'beginning of the next time, or of the one under way; null where all are over';
comment on column reminders.over_at is 'when that time is over';
comment on column reminders.last_at is 'when the last of all times was over';
create index reminders_due on reminders (due_at) where due_at is not null;
create index reminders_looked on reminders (looked_at);
create index reminders_coming on reminders (group_id, next_at, id) where next_at is not null;
create index reminders_past on reminders (group_id, last_at desc, id desc) where next_at is null;

create function reminder_concerns(r reminders, account uuid, unit uuid, role text) returns boolean language sql immutable as $$
  select r.whom_accounts is null or account = any(r.whom_accounts) or coalesce(unit = any(r.whom_units), false) or role = any(r.whom_roles)
$$;

-- What was told, and when: each once, whatever number of nodes look, whatever the clock does.
create table reminder_firings (
  reminder uuid not null references reminders (id) on delete cascade,
  at       bigint not null,
  start    bigint not null,
  early    integer not null,
  due_at   timestamptz not null,
  done_at  timestamptz not null,
  outcome  text not null check (outcome in ('told', 'passed', 'missed')),
  message  uuid,
  primary key (reminder, at, start, early)
);
comment on column reminder_firings.start is 'when that time takes place: moved, it is told of again';
comment on column reminder_firings.outcome is 'passed: a later notice of the same time was due as well; missed: the house stood still for too long';
comment on column reminder_firings.message is 'the card in the conversation';

-- The cards of a reminder but the first, so that none stays when it is removed.
create table reminder_cards (
  message  uuid primary key,
  reminder uuid not null references reminders (id) on delete cascade
);
create index reminder_cards_of on reminder_cards (reminder);

create table reminder_answers (
  reminder    uuid not null references reminders (id) on delete cascade,
  at          bigint not null,
  account     uuid not null references accounts (id),
  answer      text not null check (answer in ('accepted', 'declined', 'substitute')),
  reason      text not null default '',
  substitute  uuid references accounts (id),
  refused     boolean not null default false,
  again       boolean not null default false,
  answered_at timestamptz not null,
  primary key (reminder, at, account)
);
comment on column reminder_answers.at is '0: for all times; one for a single time goes before it';
comment on column reminder_answers.refused is 'the substitute has said that they will not';
comment on column reminder_answers.again is 'counts as none until it is given anew: the time has changed, or the substitute refused';
create index reminder_answers_of_substitute on reminder_answers (substitute, reminder) where substitute is not null;
create index reminder_answers_of_account on reminder_answers (account, reminder);

-- Whoever has left goes in nobody's place: those who sent them are asked again.
create function free_substitute() returns trigger language plpgsql as $$
begin
  update reminder_answers a set refused = true, again = true
  from reminders r where r.id = a.reminder and r.group_id = new.group_id and a.substitute = new.account;
  return null;
end
$$;
create trigger members_free_substitutes after update on members for each row
  when (old.left_at is null and new.left_at is not null) execute function free_substitute();

-- Whose devices are told of a message, where it is not all who see it.
create table message_audiences (
  group_id uuid not null,
  seq      bigint not null,
  others   boolean not null,
  named    uuid[] not null,
  at       timestamptz not null,
  primary key (group_id, seq)
);
comment on table message_audiences is 'told as if it named them: those in `named`, or where `others` all but those';
create index message_audiences_by_age on message_audiences (at);
